namespace ClrModule.Commands.Schedules;

/// <summary>Lets one schedule take over from another at a step. Chain it to join more than two.</summary>
[Cmdlet(VerbsCommon.Join, "LrSchedule", DefaultParameterSetName = InSteps)]
[OutputType(typeof(JoinedSchedule))]
public sealed class JoinLrScheduleCommand : ClrCommand
{
    /// <summary>The schedule that comes first.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true), AcceptDeserialized]
    public ILrSchedule Schedule { get; set; } = null!;

    /// <summary>The schedule that takes over; it begins at its own step 0.</summary>
    [Parameter(Mandatory = true, Position = 0), AcceptDeserialized]
    public ILrSchedule Next { get; set; } = null!;

    /// <summary>The step at which it takes over, counted from the start of the whole.</summary>
    [Parameter(Mandatory = true, Position = 1, ParameterSetName = InSteps), Alias("Boundary", "Milestone"), WholeNumber<long>]
    public long AtStep { get; set; }

    /// <summary>The epochs after which it takes over, counted from the start of the whole.</summary>
    [Parameter(Mandatory = true, ParameterSetName = InEpochs), PointDecimal]
    public double AfterEpochs { get; set; }

    /// <summary>Steps of one epoch; if omitted, those of the range test whose bounds the schedules have.</summary>
    [Parameter(ParameterSetName = InEpochs), WholeNumber<long>]
    public long StepsPerEpoch { get; set; }

    protected override object? Target => Schedule;

    protected override void Process()
    {
        RunDescription? own = AttachedRun.MeasuredOn(Schedule), next = AttachedRun.MeasuredOn(Next), measured = own ?? next;
        JoinedSchedule joined = JoinedSchedule.Join(
            Schedule,
            Next,
            ParameterSetName == InEpochs ? EpochSteps.From(AfterEpochs, IsBound(nameof(StepsPerEpoch)) ? StepsPerEpoch : measured?.StepsPerEpoch ?? 0, nameof(AfterEpochs)) : AtStep);
        if (own is not null && next is not null && own.DifferencesFrom(next) is { Length: > 0 } differences)
            WriteWarning($"The bounds of the two schedules were measured under different settings: {string.Join("; ", differences)}. The joined schedule brings along those of the first: measure both under the settings of the training.");
        AttachedRun.Attach(joined, measured);
        WriteObject(joined);
    }
}
