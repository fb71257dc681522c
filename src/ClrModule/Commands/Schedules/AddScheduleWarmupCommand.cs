namespace ClrModule.Commands.Schedules;

/// <summary>Puts a warm-up in front of a schedule.</summary>
[Cmdlet(VerbsCommon.Add, "ScheduleWarmup", DefaultParameterSetName = InSteps)]
[OutputType(typeof(WarmupSchedule))]
public sealed class AddScheduleWarmupCommand : ClrCommand
{
    /// <summary>The schedule that follows the warm-up.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true), AcceptDeserialized]
    public ILrSchedule Schedule { get; set; } = null!;

    /// <summary>Steps of the warm-up.</summary>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = InSteps), WholeNumber<long>]
    public long Steps { get; set; }

    /// <summary>Epochs of the warm-up.</summary>
    [Parameter(Mandatory = true, ParameterSetName = InEpochs), PointDecimal]
    public double Epochs { get; set; }

    /// <summary>Steps of one epoch; if omitted, those of the range test whose bounds the schedule has.</summary>
    [Parameter(ParameterSetName = InEpochs), WholeNumber<long>]
    public long StepsPerEpoch { get; set; }

    /// <summary>The share of the schedule's first rate that the warm-up starts at; a third if left out.</summary>
    [Parameter, PointDecimal]
    public double StartFactor { get; set; } = ScheduleKind.Default<WarmupSchedule, double>(nameof(StartFactor));

    protected override object? Target => Schedule;

    protected override void Process()
    {
        var warmed = new WarmupSchedule(
            Schedule,
            ParameterSetName == InEpochs ? EpochSteps.From(Epochs, IsBound(nameof(StepsPerEpoch)) ? StepsPerEpoch : AttachedRun.MeasuredOn(Schedule)?.StepsPerEpoch ?? 0, nameof(Epochs)) : Steps,
            StartFactor);
        AttachedRun.Attach(warmed, AttachedRun.MeasuredOn(Schedule));
        WriteObject(warmed);
    }
}
