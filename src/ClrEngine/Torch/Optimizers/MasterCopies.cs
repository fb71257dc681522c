using ClrEngine.Schedules;
using ClrEngine.Torch.Models;
using TorchSharp;
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

    /// <summary>Puts a model into bfloat16; statistics of a batch need the range and the digits of 32 bits.</summary>
    public static MasterCopies Narrow(nn.Module model, OptimizerOptions options)
    {
        TiedParameters.RequireUnshared(model, "convert to bfloat16");
        model.to(ScalarType.BFloat16);
        foreach (nn.Module norm in model.modules().Where(part => part.GetType().Name.StartsWith("BatchNorm", StringComparison.Ordinal)))
            norm.to(ScalarType.Float32);
        return new MasterCopies(TiedParameters.Distinct(model), options);
    }

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

    /// <summary>Puts the model back into 32 bits, with the exact weights.</summary>
    public void Widen(nn.Module model)
    {
        model.to(ScalarType.Float32);
        using var noGrad = no_grad();
        foreach (((_, Parameter parameter), Parameter master) in TiedParameters.Distinct(model).Where(p => p.Parameter.requires_grad).Zip(_masters))
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

/// <summary>A model's parameters, each once: tied weights are one parameter under several names, and are updated once.</summary>
internal static class TiedParameters
{
    private static readonly ErrorCause ModelTied = new(nameof(ModelTied), ErrorKind.InvalidArgument,
        "Several layers of a TorchSharp module have one weight, which TorchSharp can neither convert nor move.",
        "Let one layer have it and call that layer twice, or train in 32 bits on the CPU.");

    /// <summary>The parameters in the model's order, each under the first of its names, as <c>named_parameters</c> of PyTorch gives them.</summary>
    public static IReadOnlyList<(string Name, Parameter Parameter)> Distinct(nn.Module model)
    {
        var distinct = new List<(string Name, Parameter Parameter)>();
        // A comparison is a call of libtorch: only what has the same shape is compared.
        var alike = new Dictionary<string, List<Parameter>>();
        foreach ((string name, Parameter parameter) in model.named_parameters())
        {
            string shape = string.Join(',', parameter.shape);
            if (!alike.TryGetValue(shape, out List<Parameter>? seen))
                alike[shape] = seen = [];
            if (seen.Any(other => OptimizerScript.AreOne(other, parameter)))
                continue;
            seen.Add(parameter);
            distinct.Add((name, parameter));
        }
        return distinct;
    }

    /// <summary>Refuses a model that TorchSharp would break: it moves and converts a weight for each layer that has it, and frees it after the first.</summary>
    public static void RequireUnshared(nn.Module model, string change)
    {
        if (FindShared(model) is { } name)
            throw new InvalidParameterException("Model", name, $"Several layers have the same '{name}', and TorchSharp cannot {change} such a weight; let one layer have it, and call that layer twice.", ModelTied);
    }

    /// <summary>The name of a weight that several layers have; null where there is none.</summary>
    public static string? FindShared(nn.Module model)
    {
        var seen = new HashSet<nint>();
        return model.WithParts().Distinct(ReferenceEqualityComparer.Instance).Cast<nn.Module>()
            .SelectMany(static part => part.named_parameters(recurse: false)).FirstOrDefault(own => !seen.Add(own.parameter.Handle)).name;
    }
}
