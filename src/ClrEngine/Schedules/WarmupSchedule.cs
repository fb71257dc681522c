using System.Globalization;
using ClrEngine.Errors;

namespace ClrEngine.Schedules;

/// <summary>
/// A warm-up in front of a schedule: the rate rises in a straight line from a share of the schedule's first rate to the whole of it,
/// then the schedule begins at its own step 0. The momentum during the warm-up is the schedule's first.
/// PyTorch: <c>SequentialLR([LinearLR(start_factor, total_iters), schedule], [total_iters])</c>.
/// </summary>
public sealed record WarmupSchedule : LrSchedule
{
    /// <summary>Puts a warm-up in front.</summary>
    /// <param name="schedule">What follows; it may have groups.</param>
    /// <param name="steps">Steps of the warm-up, at least 1.</param>
    /// <param name="startFactor">The share of the first rate at step 0, in (0, 1].</param>
    /// <exception cref="InvalidParameterException">A value is outside its range.</exception>
    public WarmupSchedule(ILrSchedule schedule, long steps, double startFactor = 1.0 / 3)
    {
        ArgumentNullException.ThrowIfNull(schedule);
        Schedule = schedule;
        Steps = Require.AtLeast(steps, 1, "WarmupSteps");
        StartFactor = ScheduleErrors.InShrinkingRange(startFactor, nameof(StartFactor), "0.1");
    }

    /// <summary>What follows the warm-up.</summary>
    public ILrSchedule Schedule { get; }

    /// <summary>Steps of the warm-up.</summary>
    public long Steps { get; }

    /// <summary>The share of the first rate at step 0.</summary>
    public double StartFactor { get; }

    /// <inheritdoc/>
    public override SchedulePoint At(long step)
    {
        if (Require.AtLeast(step, 0, "Step") >= Steps)
            return Schedule.At(step - Steps) with { Step = step };
        double factor = Annealing.Between(StartFactor, 1, (double)step / Steps, AnnealStrategy.Linear);
        SchedulePoint first = Schedule.At(0);
        return first with
        {
            Step = step,
            LearningRate = first.LearningRate * factor,
            Groups = first.Groups?.Select(group => group with { LearningRate = group.LearningRate * factor }).ToArray(),
        };
    }

    /// <summary>A line for people: the warm-up, then the schedule.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"Warmup of {Steps} steps, then {Schedule}");
}
