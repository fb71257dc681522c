using ClrEngine.Schedules;
using ClrEngine.Torch.Learning;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ClrEngine.Torch.Optimizers;

/// <summary>Updates parameters from their gradients, at the rate and momentum of a schedule's point.</summary>
internal interface IOptimizer : IDisposable
{
    void ZeroGrad();

    /// <summary>One update. Does not wait for the device.</summary>
    void Step(in SchedulePoint point);

    /// <summary>All that an update reads and changes beside the parameters, by name: live tensors, not copies.</summary>
    IReadOnlyList<(string Name, Tensor Tensor)> State { get; }
}

/// <summary>Updates each group of parameters by one call, whatever the number of its tensors.</summary>
internal sealed class FusedOptimizer : IOptimizer
{
    private const long ElementsWorthAllThreads = 16_384;

    private readonly UpdateRule[] _rules;
    private readonly Parameter[] _parameters;
    private readonly int _groupCount;
    private readonly double? _clipNorm;
    private readonly bool _oneThread;

    /// <summary>The optimiser that the options name, over those of the parameters that are trained.</summary>
    public FusedOptimizer(IEnumerable<(string Name, Parameter Parameter)> parameters, OptimizerOptions options)
    {
        options.Validate();
        _rules = [.. ParameterGroup.Split(parameters, options).Select(group => UpdateRule.Create(group, options))];
        _parameters = [.. _rules.SelectMany(rule => rule.Group.Parameters)];
        _groupCount = _rules.Max(rule => rule.Group.Index) + 1;
        _clipNorm = options.ClipNorm;
        _oneThread = RunsFasterOnOneThread(_parameters);
        State = [.. _rules.SelectMany(rule => rule.State)];
    }

    public IReadOnlyList<(string Name, Tensor Tensor)> State { get; }

    // A gradient that is absent need be neither filled with zeros nor added to: the next backward pass hands its own over.
    public void ZeroGrad()
    {
        foreach (Parameter parameter in _parameters)
            parameter.grad = null;
    }

    public void Step(in SchedulePoint point)
    {
        using var noGrad = no_grad();
        using OperationThreads.Section threads = OperationThreads.Enter(_oneThread ? 1 : null);
        ParameterGroup.RequireRates(point, _groupCount);
        PresentGradients[] gradients = Array.ConvertAll(_rules, static rule => PresentGradients.Read(rule.Group.Parameters));
        try
        {
            Clip(gradients);
            for (int i = 0; i < _rules.Length; i++)
            {
                GroupPoint inForce = point.Group(_rules[i].Group.Index);
                if (gradients[i].Count > 0)
                    _rules[i].Update(inForce.LearningRate, inForce.Momentum, gradients[i]);
            }
        }
        finally
        {
            foreach (PresentGradients own in gradients)
                own.Dispose();
        }
    }

    public void Dispose()
    {
        foreach (UpdateRule rule in _rules)
            rule.Dispose();
    }

    private void Clip(PresentGradients[] gradients)
    {
        Tensor[] all = _clipNorm is null ? [] : gradients.Length == 1 ? gradients[0].Gradients : [.. gradients.SelectMany(own => own.Gradients)];
        if (all.Length == 0)
            return;
        using Scalar limit = _clipNorm!.Value;
        OptimizerScript.Run("clip", all, limit);
    }

    // The fused CPU kernels wake all threads for every tensor, however small. An update is element by element,
    // so that the number of threads changes no bit of the result.
    private static bool RunsFasterOnOneThread(Parameter[] parameters) =>
        parameters.All(p => p.device_type == DeviceType.CPU)
        && parameters.Sum(p => p.numel()) < ElementsWorthAllThreads * parameters.Length;
}

/// <summary>
/// The gradients of some parameters in one step, without the absent ones, and what stands beside them. Scripts are handed these
/// and never read a gradient themselves: libtorch's compiler takes what the first calls bring for what always comes, and a
/// function that met an absent gradient there fails for the rest of the process. Indices are null where each parameter has a gradient.
/// </summary>
internal sealed class PresentGradients(Tensor[] gradients, int[]? indices) : IDisposable
{
    public Tensor[] Gradients => gradients;
    public int Count => gradients.Length;
    public bool AreComplete => indices is null;
    public IEnumerable<int> Indices => indices ?? Enumerable.Range(0, Count);

    /// <summary>Reads the gradients; dispose it to free the handles.</summary>
    public static PresentGradients Read(Parameter[] parameters)
    {
        Tensor?[] all = Array.ConvertAll(parameters, static parameter => parameter.grad);
        if (Array.TrueForAll(all, static gradient => gradient is not null))
            return new PresentGradients(all!, null);
        int[] present = [.. Enumerable.Range(0, all.Length).Where(i => all[i] is not null)];
        return new PresentGradients(Array.ConvertAll(present, i => all[i]!), present);
    }

    /// <summary>Those of some values, one for each parameter, whose parameter has a gradient.</summary>
    public T[] Matching<T>(T[] values) => indices is null ? values : Array.ConvertAll(indices, i => values[i]);

    /// <summary>Some of these gradients, by the indices of their parameters; the handles stay this object's.</summary>
    public PresentGradients Subset(int[] some) =>
        new(Array.ConvertAll(some, index => gradients[indices is null ? index : Array.BinarySearch(indices, index)]), some);

    public void Dispose()
    {
        foreach (Tensor gradient in gradients)
            gradient.Dispose();
    }
}
