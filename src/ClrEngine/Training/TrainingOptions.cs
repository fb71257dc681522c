using ClrEngine.Errors;
using ClrEngine.Schedules;
using ClrEngine.Training.Cycles;

namespace ClrEngine.Training;

/// <summary>How long a training run goes on.</summary>
public sealed record TrainingOptions
{
    /// <summary>Passes over the training samples; without effect where <see cref="Cycles"/> is given.</summary>
    public int Epochs { get; init; } = 12;

    /// <summary>Cycles of the schedule, in place of epochs; the last epoch is then as short as it must be.</summary>
    public int? Cycles { get; init; }

    /// <summary>Stops the run at the end of a cycle when this many have passed without a better one; null never does.</summary>
    public int? Patience { get; init; }

    /// <summary>Optimiser updates of a run that does not stop early.</summary>
    /// <param name="schedule">Its schedule.</param>
    /// <param name="plan">Which samples each update sees.</param>
    /// <exception cref="InvalidParameterException">Cycles were asked for that the schedule does not have.</exception>
    public long StepsUnder(ILrSchedule schedule, BatchPlan plan)
    {
        ArgumentNullException.ThrowIfNull(plan);
        return Cycles is { } cycles ? CycleEnds.StepsOf(schedule, cycles) : Epochs * plan.StepsPerEpoch;
    }

    /// <summary>Refuses values that cannot be used.</summary>
    /// <exception cref="InvalidParameterException">A value is outside its range; the error names it.</exception>
    public void Validate()
    {
        Require.AtLeast(Epochs, 1, nameof(Epochs));
        Require.AtLeast(Cycles ?? 1, 1, nameof(Cycles));
        Require.AtLeast(Patience ?? 1, 1, nameof(Patience));
    }
}
