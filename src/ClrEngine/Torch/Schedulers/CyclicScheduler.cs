using ClrEngine.Errors;
using ClrEngine.Schedules;
using static TorchSharp.torch;

namespace ClrEngine.Torch.Schedulers;

/// <summary>
/// Drives any TorchSharp optimiser by any schedule, for a training loop of your own.
/// <code>
/// var scheduler = new CyclicScheduler(optimizer, new CyclicSchedule(0.001, 0.1, 2000));
/// foreach (var batch in batches)
/// {
///     optimizer.zero_grad();
///     loss(batch).backward();
///     optimizer.step();
///     scheduler.Step();
/// }
/// </code>
/// It takes the place of <c>torch.optim.lr_scheduler.CyclicLR</c> and <c>OneCycleLR</c> of TorchSharp 0.107, which let the
/// momentum rise with the rate (0.9 to 1.0 at the peak by default, where PyTorch falls to 0.8), count gamma by cycles under
/// exp_range, refuse Adam and AdamW, make the rate NaN with a step size of 0, fail on one parameter group (one-cycle), and
/// have no state to save.
/// </summary>
/// <remarks>
/// The momentum of a point goes to the momentum of SGD and RMSProp and to β1 of the Adam family; β2 stays.
/// Nothing of the optimiser's is remembered but the optimiser itself, and nothing is hung on it: initial rates that another
/// scheduler left in it do not matter, and whoever lets go of both lets go of the model.
/// </remarks>
public sealed class CyclicScheduler
{
    private readonly optim.Optimizer _optimizer;

    /// <summary>Takes over an optimiser's rates and sets the point of its next update.</summary>
    /// <param name="optimizer">The optimiser; it stays the caller's.</param>
    /// <param name="schedule">Its rates; with groups, one for each parameter group of the optimiser.</param>
    /// <param name="step">The updates that have happened: 0 for a new run.</param>
    /// <exception cref="InvalidParameterException">
    /// The schedule has another number of groups than the optimiser, or cycles the momentum of an optimiser that has none;
    /// the optimiser is as it was then.
    /// </exception>
    public CyclicScheduler(optim.Optimizer optimizer, ILrSchedule schedule, long step = 0)
    {
        ArgumentNullException.ThrowIfNull(optimizer);
        ArgumentNullException.ThrowIfNull(schedule);
        (_optimizer, Schedule) = (optimizer, schedule);
        MoveTo(step);
    }

    /// <summary>The schedule.</summary>
    public ILrSchedule Schedule { get; }

    /// <summary>The point that is set: that of the next update. Its step is how many updates have happened.</summary>
    public SchedulePoint Point { get; private set; }

    /// <summary>Sets the point of the next update. Call it after each update that really happened, and only then.</summary>
    public void Step() => MoveTo(checked(Point.Step + 1));

    /// <summary>Where it stands: the updates that have happened, and the whole schedule.</summary>
    public CyclicSchedulerState StateDict() => new(Point.Step, Schedule);

    /// <summary>Goes on from where a state was taken: sets the point of the update that came next there.</summary>
    /// <param name="state">What <see cref="StateDict"/> gave.</param>
    /// <exception cref="InvalidParameterException">The state is of another schedule; nothing has changed then.</exception>
    public void LoadStateDict(CyclicSchedulerState state)
    {
        ArgumentNullException.ThrowIfNull(state);
        if (!state.Schedule.Equals(Schedule))
            throw new InvalidParameterException(
                "Schedule",
                state.Schedule,
                $"The state is of the schedule \"{state.Schedule}\" and this scheduler's is \"{Schedule}\": the rate would jump; make the scheduler with the state's Schedule, or to change schedules on purpose give the new one and the step to the constructor.",
                "ScheduleMismatch");
        MoveTo(state.Step);
    }

    private void MoveTo(long step)
    {
        SchedulePoint point = Schedule.At(step);
        optim.ILearningRateController[] groups = _optimizer.ParamGroups.ToArray();
        OptimizerGroups.Check(groups, point);
        for (int i = 0; i < groups.Length; i++)
            OptimizerGroups.Set(groups[i], point.Group(i));
        Point = point;
    }
}
