using ClrEngine.Schedules;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ClrEngine.Torch.Optimizers;

/// <summary>
/// Lets a model work in bfloat16 while its updates add up in 32 bits: the optimiser moves a copy of each parameter in 32 bits,
/// and the model gets its rounding. A parameter without a gradient stays as it is, and so does its copy.
/// </summary>
internal sealed class MasterCopies : IOptimizer
{
    private readonly Parameter[] _live;
    private readonly Parameter[] _masters;
    private readonly Tensor[] _gradients;
    private readonly bool[] _isPassedOn;
    private readonly FusedOptimizer _optimizer;

    public MasterCopies(IEnumerable<(string Name, Parameter Parameter)> parameters, OptimizerOptions options)
    {
        (string Name, Parameter Parameter)[] trained = parameters.Where(p => p.Parameter.requires_grad).ToArray();
        using var noGrad = no_grad();
        _live = trained.Select(p => p.Parameter).ToArray();
        _masters = _live.Select(Master).ToArray();
        _gradients = _masters.Select(master => zeros_like(master, requires_grad: false).DetachFromDisposeScope()).ToArray();
        _isPassedOn = new bool[_masters.Length];
        _optimizer = new FusedOptimizer(trained.Zip(_masters, (p, master) => (p.Name, master)), options);
        State = [.. trained.Zip(_masters, (p, master) => ($"master.{p.Name}", (Tensor)master)), .. _optimizer.State];
    }

    public IReadOnlyList<(string Name, Tensor Tensor)> State { get; }

    public void ZeroGrad()
    {
        foreach (Parameter parameter in _live)
            parameter.grad = null;
    }

    public void Step(in SchedulePoint point)
    {
        using var noGrad = no_grad();
        using PresentGradients narrow = PresentGradients.Read(_live);
        PassOn(narrow);
        if (narrow.Count == 0)
            return;
        OptimizerScript.Run("copy", narrow.Matching(_gradients), narrow.Gradients);
        _optimizer.Step(point);
        OptimizerScript.Run("copy", narrow.Matching(_live), narrow.Matching(_masters));
    }

    /// <summary>Copies the exact weights into parameters of the model that are in 32 bits again.</summary>
    public void CopyTo(IEnumerable<Parameter> parameters)
    {
        using var noGrad = no_grad();
        foreach ((Parameter parameter, Parameter master) in parameters.Where(p => p.requires_grad).Zip(_masters))
            parameter.copy_(master);
    }

    public void Dispose()
    {
        _optimizer.Dispose();
        foreach (Tensor tensor in _masters.Concat(_gradients))
            tensor.Dispose();
    }

    // From step to step the same parameters have gradients, as a rule: only what changes costs a call.
    private void PassOn(PresentGradients narrow)
    {
        var present = new bool[_masters.Length];
        foreach (int index in narrow.Indices)
            present[index] = true;
        for (int i = 0; i < present.Length; i++)
        {
            if (present[i] != _isPassedOn[i])
                _masters[i].grad = present[i] ? _gradients[i] : null;
            _isPassedOn[i] = present[i];
        }
    }

    private static Parameter Master(Parameter live)
    {
        using Tensor detached = live.detach();
        return (Parameter)new Parameter(detached.to(ScalarType.Float32, copy: true)).DetachFromDisposeScope();
    }
}
