using System.Text.Json;
using System.Text.Json.Nodes;
using ClrEngine.Json;
using ClrEngine.Schedules;
using static TorchSharp.torch;
using static TorchSharp.torch.optim;

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
    private static readonly ErrorCause ScheduleMismatch = new(nameof(ScheduleMismatch), ErrorKind.InvalidData,
        "A scheduler's state is of another schedule.", "Make the scheduler with the schedule that the state was saved with.");

    private static readonly ErrorCause MomentumNotSupported = new(nameof(MomentumNotSupported), ErrorKind.InvalidArgument,
        "The schedule cycles a momentum that the optimiser does not have.", "Make the schedule with `-CycleMomentum $false`.");

    private readonly optim.Optimizer _optimizer;

    /// <summary>
    /// Takes over the rates of an optimiser, which stays the caller's, and sets the point of its next update, after so many that have happened.
    /// A schedule with groups has one for each parameter group of the optimiser.
    /// </summary>
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
    /// <exception cref="InvalidParameterException">The state is of another schedule; nothing has changed then.</exception>
    public void LoadStateDict(CyclicSchedulerState state)
    {
        ArgumentNullException.ThrowIfNull(state);
        if (!state.Schedule.Equals(Schedule))
            throw new InvalidParameterException("Schedule", state.Schedule, $"The state is of the schedule \"{state.Schedule}\" and this scheduler's is \"{Schedule}\": the rate would jump; make the scheduler with the state's Schedule, or to change schedules on purpose give the new one and the step to the constructor.", ScheduleMismatch);
        MoveTo(state.Step);
    }

    private void MoveTo(long step)
    {
        SchedulePoint point = Schedule.At(step);
        ILearningRateController[] groups = _optimizer.ParamGroups.ToArray();
        RequireFit(groups, point);
        for (int i = 0; i < groups.Length; i++)
            Set(groups[i], point.Group(i));
        Point = point;
    }

    private static void RequireFit(ILearningRateController[] groups, SchedulePoint point)
    {
        if (point.Groups is { } rates && rates.Count != groups.Length)
            throw new InvalidParameterException("Schedule", rates, $"The schedule has rates for {Counted.Of(rates.Count, "parameter group")} and the optimiser has {groups.Length}; give one rate a group, or a single one for all.", ScheduleErrors.GroupCountMismatch);
        for (int i = 0; i < groups.Length; i++)
        {
            if (point.Group(i).Momentum is not null && groups[i] is not (IMomentum or IBetas))
                throw new InvalidParameterException("Schedule", groups[i], $"The schedule cycles the momentum and parameter group {i} of the optimiser has neither momentum nor betas; make the schedule with cycleMomentum: false.", MomentumNotSupported);
        }
    }

    private static void Set(ILearningRateController group, GroupPoint point)
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

/// <summary>All that a scheduler needs to go on: how many updates have happened, and the whole schedule.</summary>
public sealed record CyclicSchedulerState
{
    private static readonly ErrorCause NotASchedulerState = new(nameof(NotASchedulerState), ErrorKind.InvalidData,
        "The text is no state of a scheduler.", "Give what `ToJson` wrote.");

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    /// <summary>Makes a state.</summary>
    /// <exception cref="InvalidParameterException"><paramref name="step"/> is negative.</exception>
    public CyclicSchedulerState(long step, ILrSchedule schedule)
    {
        ArgumentNullException.ThrowIfNull(schedule);
        (Step, Schedule) = (Require.AtLeast(step, 0, nameof(Step)), schedule);
    }

    /// <summary>The updates that have happened.</summary>
    public long Step { get; }

    /// <summary>The schedule.</summary>
    public ILrSchedule Schedule { get; }

    /// <summary>The state as JSON.</summary>
    /// <exception cref="ScheduleNotSaveableException">The schedule holds a function whose text is not known.</exception>
    public string ToJson() => new JsonObject { ["step"] = Step, ["schedule"] = ScheduleJson.ToNode(Schedule) }.ToJsonString(Indented);

    /// <summary>Reads what <see cref="ToJson"/> gave.</summary>
    /// <exception cref="ScheduleFormatException">It is no state.</exception>
    /// <exception cref="ScheduleScriptException">The schedule holds a script and there is no <paramref name="compile"/>.</exception>
    public static CyclicSchedulerState FromJson(string json, ScaleFunctionCompiler? compile = null)
    {
        ArgumentNullException.ThrowIfNull(json);
        try
        {
            object?[] values = new StrictJson(StrictJson.Bytes(json)).Read([new JsonMember("step", typeof(long)), new JsonMember("schedule", typeof(ILrSchedule)) { HasVersion = true }], compile: compile);
            return new CyclicSchedulerState((long)values[0]!, (ILrSchedule)values[1]!);
        }
        catch (JsonFault fault)
        {
            throw fault.Kind == JsonFaultKind.NotJson || fault.Path.StartsWith("$.schedule.", StringComparison.Ordinal)
                ? ScheduleFormatErrors.From(fault)
                : new ScheduleFormatException(NotASchedulerState, $"The text is no scheduler's state: {fault.Message} Give what ToJson wrote.", fault);
        }
    }
}
