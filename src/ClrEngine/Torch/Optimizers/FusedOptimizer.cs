using ClrEngine.Errors;
using ClrEngine.Schedules;
using TorchSharp.Modules;
using TorchSharp;
using static TorchSharp.torch;

namespace ClrEngine.Torch.Optimizers;

/// <summary>Updates parameters from their gradients, at the rate and momentum of a schedule's point.</summary>
internal interface IOptimizer : IDisposable
{
    /// <summary>Drops the gradients of the step before.</summary>
    void ZeroGrad();

    /// <summary>One update. Does not wait for the device.</summary>
    void Step(in SchedulePoint point);

    /// <summary>All that an update reads and changes beside the parameters, by name: live tensors, not copies.</summary>
    IReadOnlyList<(string Name, Tensor Tensor)> State { get; }
}

/// <summary>Makes the optimiser that the options name.</summary>
internal static class OptimizerFactory
{
    public static IOptimizer Create(IEnumerable<(string Name, Parameter Parameter)> parameters, OptimizerOptions options)
    {
        options.Validate();
        return new FusedOptimizer(ParameterGrouping.Of(parameters, options), group => Rule(group, options), options.ClipNorm);
    }

    private static IUpdateRule Rule(ParameterGroup group, OptimizerOptions options) => options.Kind switch
    {
        OptimizerKind.Sgd => new SgdRule(group, options),
        OptimizerKind.RMSprop => new RmsPropRule(group, options),
        _ => new AdamRule(group, options),
    };
}

/// <summary>Updates each group of parameters by one call, whatever the number of its tensors.</summary>
internal sealed class FusedOptimizer : IOptimizer
{
    private readonly (ParameterGroup Group, IUpdateRule Rule)[] _groups;
    private readonly Parameter[] _parameters;
    private readonly int _groupCount;
    private readonly double? _clipNorm;
    private readonly bool _oneThread;

    public FusedOptimizer(IReadOnlyList<ParameterGroup> groups, Func<ParameterGroup, IUpdateRule> rule, double? clipNorm)
    {
        _groups = groups.Select(g => (g, rule(g))).ToArray();
        _parameters = groups.SelectMany(g => g.Parameters).ToArray();
        _groupCount = groups.Max(g => g.Index) + 1;
        _clipNorm = clipNorm;
        _oneThread = SmallUpdate.RunsFasterOnOneThread(_parameters);
        State = _groups.SelectMany(g => g.Rule.State).ToArray();
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
        int threads = _oneThread ? get_num_threads() : 1;
        if (threads > 1)
            set_num_threads(1);
        try
        {
            Update(point);
        }
        finally
        {
            if (threads > 1)
                set_num_threads(threads);
        }
    }

    public void Dispose()
    {
        foreach ((_, IUpdateRule rule) in _groups)
            rule.Dispose();
    }

    private void Update(in SchedulePoint point)
    {
        RequireGroups(point);
        PresentGradients[] gradients = Array.ConvertAll(_groups, static g => PresentGradients.Of(g.Group.Parameters));
        try
        {
            Clip(gradients);
            for (int i = 0; i < _groups.Length; i++)
            {
                GroupPoint inForce = point.Group(_groups[i].Group.Index);
                if (gradients[i].Count > 0)
                    _groups[i].Rule.Update(inForce.LearningRate, inForce.Momentum, gradients[i]);
            }
        }
        finally
        {
            foreach (PresentGradients own in gradients)
                own.Dispose();
        }
    }

    private void RequireGroups(in SchedulePoint point)
    {
        if (point.Groups is { } rates && rates.Count != _groupCount)
            throw new InvalidParameterException("ParameterGroup", rates.Count, $"The schedule has rates for {rates.Count} parameter groups and the optimiser has {_groupCount}; give one pattern of parameter names a group.", "GroupCountMismatch");
    }

    private void Clip(PresentGradients[] gradients)
    {
        Tensor[] all = _clipNorm is null ? [] : gradients.Length == 1 ? gradients[0].Gradients : [.. gradients.SelectMany(own => own.Gradients)];
        if (all.Length == 0)
            return;
        using Scalar limit = _clipNorm!.Value;
        OptimizerScript.Run("clip", all, limit);
    }
}

/// <summary>
/// The fused CPU kernels wake all threads for every tensor, however small. An update is element by element,
/// so that the number of threads changes no bit of the result.
/// </summary>
internal static class SmallUpdate
{
    private const long WorthWaking = 16_384;

    /// <summary>Whether waking the threads for each tensor costs more than it gives.</summary>
    public static bool RunsFasterOnOneThread(IReadOnlyCollection<Parameter> parameters) =>
        parameters.All(p => p.device_type == DeviceType.CPU)
        && parameters.Sum(p => p.numel()) < WorthWaking * parameters.Count;
}

/// <summary>
/// The gradients of some parameters in one step, without the absent ones, and what stands beside them. Scripts are handed these
/// and never read a gradient themselves: libtorch's compiler takes what the first calls bring for what always comes, and a
/// function that met an absent gradient there fails for the rest of the process.
/// </summary>
internal sealed class PresentGradients : IDisposable
{
    private readonly int[]? _indices;
    private readonly Tensor[] _gradients;

    private PresentGradients(Tensor[] gradients, int[]? indices)
    {
        _gradients = gradients;
        _indices = indices;
    }

    /// <summary>The gradients that are there, in the order of the parameters.</summary>
    public Tensor[] Gradients => _gradients;

    /// <summary>How many there are.</summary>
    public int Count => _gradients.Length;

    /// <summary>Whether each parameter has one.</summary>
    public bool AreAll => _indices is null;

    /// <summary>Reads the gradients; dispose it to free the handles.</summary>
    public static PresentGradients Of(Parameter[] parameters)
    {
        Tensor?[] gradients = Array.ConvertAll(parameters, static parameter => parameter.grad);
        if (Array.TrueForAll(gradients, static gradient => gradient is not null))
            return new PresentGradients(gradients!, null);
        int[] indices = [.. Enumerable.Range(0, gradients.Length).Where(i => gradients[i] is not null)];
        return new PresentGradients(Array.ConvertAll(indices, i => gradients[i]!), indices);
    }

    /// <summary>Those of some values, one for each parameter, whose parameter has a gradient.</summary>
    public T[] Beside<T>(T[] values) => _indices is null ? values : Array.ConvertAll(_indices, i => values[i]);

    /// <summary>The places of the parameters that have a gradient.</summary>
    public IEnumerable<int> Places() => _indices ?? Enumerable.Range(0, _gradients.Length);

    /// <summary>Some of these gradients, by their places; the handles stay this object's.</summary>
    public PresentGradients At(int[] places)
    {
        Tensor[] chosen = Array.ConvertAll(places, place => _gradients[_indices is null ? place : Array.BinarySearch(_indices, place)]);
        return new PresentGradients(chosen, places);
    }

    public void Dispose()
    {
        foreach (Tensor gradient in _gradients)
            gradient.Dispose();
    }
}
