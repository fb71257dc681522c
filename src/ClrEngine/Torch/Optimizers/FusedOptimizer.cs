using ClrEngine.Errors;
using ClrEngine.Schedules;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ClrEngine.Torch.Optimizers;

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
        using Tensor? gradientScale = GradientScale();
        foreach ((ParameterGroup group, IUpdateRule rule) in _groups)
        {
            GroupPoint inForce = point.Group(group.Index);
            rule.Update(inForce.LearningRate, inForce.Momentum, gradientScale);
        }
    }

    private void RequireGroups(in SchedulePoint point)
    {
        if (point.Groups is { } rates && rates.Count != _groupCount)
            throw new InvalidParameterException("ParameterGroup", rates.Count, $"The schedule has rates for {rates.Count} parameter groups and the optimiser has {_groupCount}; give one pattern of parameter names a group.", "GroupCountMismatch");
    }

    private Tensor? GradientScale()
    {
        if (_clipNorm is not { } clipNorm)
            return null;
        using Scalar limit = clipNorm;
        return OptimizerScript.Get("clip_scale", _parameters, limit);
    }
}
