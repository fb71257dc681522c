using ClrEngine.Errors;
using ClrEngine.Schedules;
using static TorchSharp.torch.optim;

namespace ClrEngine.Torch.Schedulers;

/// <summary>Sets a point on the parameter groups of a TorchSharp optimiser.</summary>
internal static class OptimizerGroups
{
    /// <summary>Refuses a point that does not fit, before anything is set.</summary>
    public static void Check(IReadOnlyList<ILearningRateController> groups, SchedulePoint point)
    {
        if (point.Groups is { } rates && rates.Count != groups.Count)
            throw new InvalidParameterException("Schedule", rates, $"The schedule has rates for {rates.Count} parameter groups and the optimiser has {groups.Count}; give one rate a group, or a single one for all.", "GroupCountMismatch");
        for (int i = 0; i < groups.Count; i++)
        {
            if (point.Group(i).Momentum is not null && groups[i] is not (IMomentum or IBetas))
                throw new InvalidParameterException("Schedule", groups[i], $"The schedule cycles the momentum and parameter group {i} of the optimiser has neither momentum nor betas; make the schedule with cycleMomentum: false.", "MomentumNotSupported");
        }
    }

    public static void Set(ILearningRateController group, GroupPoint point)
    {
        group.LearningRate = point.LearningRate;
        if (point.Momentum is not { } momentum)
            return;
        if (group is IMomentum withMomentum)
            withMomentum.Momentum = momentum;
        else if (group is IBetas withBetas)
            withBetas.Betas = (momentum, withBetas.Betas.Item2);
    }
}
