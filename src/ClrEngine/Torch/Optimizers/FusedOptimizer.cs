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
