namespace ClrModule.Commands.Schedules;

/// <summary>Makes a schedule of cosine annealing with warm restarts.</summary>
[Cmdlet(VerbsCommon.New, "WarmRestartSchedule", DefaultParameterSetName = InSteps)]
[OutputType(typeof(CosineWarmRestartsSchedule), typeof(GroupedSchedule))]
public sealed class NewWarmRestartScheduleCommand : ScheduleCommand
{
    /// <summary>The rate at the start and after a restart, or one for each parameter group.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipelineByPropertyName = true), PointDecimal(IsList = true)]
    public double[] MaxLr { get; set; } = [];

    /// <summary>The rate that each cycle falls towards, or one for each parameter group.</summary>
    [Parameter(Position = 1, ValueFromPipelineByPropertyName = true), Alias("EtaMin"), PointDecimal(IsList = true)]
    public double[] MinLr { get; set; } = [ScheduleKind.Default<CosineWarmRestartsSchedule, double>(nameof(MinLr))];

    /// <summary>Steps to the first restart.</summary>
    [Parameter(Mandatory = true, ParameterSetName = InSteps, ValueFromPipelineByPropertyName = true), Alias("T0"), WholeNumber<long>]
    public long CycleSteps { get; set; }

    /// <summary>Epochs to the first restart.</summary>
    [Parameter(Mandatory = true, ParameterSetName = InEpochs, ValueFromPipelineByPropertyName = true), PointDecimal]
    public double CycleEpochs { get; set; }

    /// <summary>Steps of one epoch; suggested bounds bring it along.</summary>
    [Parameter(ParameterSetName = InEpochs, ValueFromPipelineByPropertyName = true), WholeNumber<long>]
    public long StepsPerEpoch { get; set; }

    /// <summary>How much longer each cycle is than the one before: 1, or at least 1.01.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true), Alias("TMult"), PointDecimal]
    public double CycleMul { get; set; } = ScheduleKind.Default<CosineWarmRestartsSchedule, double>(nameof(CosineWarmRestartsSchedule.TMult));

    /// <summary>The factor by which each restart lowers the upper rate.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true), PointDecimal]
    public double CycleDecay { get; set; } = ScheduleKind.Default<CosineWarmRestartsSchedule, double>(nameof(CycleDecay));

    /// <summary>After this many cycles the lower rate is held; never if left out.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true), WholeNumber<long>(EmptyIsNone = true)]
    public long? CycleLimit { get; set; }

    protected override void Process() => WriteSchedule(ScheduleParameters.Make<CosineWarmRestartsSchedule>(
        this,
        (nameof(MaxLr), Rates(nameof(MaxLr), MaxLr)),
        (nameof(CosineWarmRestartsSchedule.T0), ParameterSetName == InEpochs ? EpochSteps.From(CycleEpochs, StepsPerEpoch, nameof(CycleEpochs)) : CycleSteps)));
}
