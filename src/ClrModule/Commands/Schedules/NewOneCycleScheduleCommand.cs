namespace ClrModule.Commands.Schedules;

/// <summary>Makes a one-cycle schedule: one rise, one long fall, and out.</summary>
[Cmdlet(VerbsCommon.New, "OneCycleSchedule", DefaultParameterSetName = InSteps)]
[OutputType(typeof(OneCycleSchedule), typeof(GroupedSchedule))]
public sealed class NewOneCycleScheduleCommand : ScheduleCommand
{
    /// <summary>The largest rate, or one for each parameter group.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipelineByPropertyName = true), PointDecimal(IsList = true)]
    public double[] MaxLr { get; set; } = [];

    /// <summary>Steps of the whole run.</summary>
    [Parameter(Mandatory = true, ParameterSetName = InSteps, ValueFromPipelineByPropertyName = true), WholeNumber<long>]
    public long TotalSteps { get; set; }

    /// <summary>Epochs of the whole run.</summary>
    [Parameter(Mandatory = true, ParameterSetName = InEpochs, ValueFromPipelineByPropertyName = true), PointDecimal]
    public double Epochs { get; set; }

    /// <summary>Steps of one epoch; suggested bounds bring it along.</summary>
    [Parameter(ParameterSetName = InEpochs, ValueFromPipelineByPropertyName = true), WholeNumber<long>]
    public long StepsPerEpoch { get; set; }

    /// <summary>The share of the steps that rise.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true), PointDecimal]
    public double PctStart { get; set; } = ScheduleKind.Default<OneCycleSchedule, double>(nameof(PctStart));

    /// <summary>The shape of each phase: Cosine or Linear.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true), NameOf<AnnealStrategy>, ArgumentCompleter(typeof(EnumCompleter<AnnealStrategy>))]
    public Choice<AnnealStrategy> AnnealStrategy { get; set; } = ScheduleKind.Default<OneCycleSchedule, AnnealStrategy>(nameof(AnnealStrategy));

    /// <summary>Down to the first rate in as many steps as up, then on to the smallest, as in the paper; without it down in one phase.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true), TrueOrFalse]
    public SwitchParameter ThreePhase { get; set; }

    /// <summary>With ThreePhase, the share of the steps that the last phase takes; what the first two leave if left out.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true), PointDecimal(EmptyIsNone = true)]
    public double? PctEnd { get; set; }

    /// <summary>The largest rate over the first.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true), PointDecimal]
    public double DivFactor { get; set; } = ScheduleKind.Default<OneCycleSchedule, double>(nameof(DivFactor));

    /// <summary>The first rate over the smallest.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true), PointDecimal]
    public double FinalDivFactor { get; set; } = ScheduleKind.Default<OneCycleSchedule, double>(nameof(FinalDivFactor));

    /// <summary>Whether the momentum moves against the rate.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true), TrueOrFalse]
    public bool CycleMomentum { get; set; } = ScheduleKind.Default<OneCycleSchedule, bool>(nameof(CycleMomentum));

    /// <summary>The momentum at the largest rate, or one for each parameter group.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true), PointDecimal(IsList = true)]
    public double[] BaseMomentum { get; set; } = [ScheduleKind.Default<OneCycleSchedule, double>(nameof(BaseMomentum))];

    /// <summary>The momentum at both ends, or one for each parameter group.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true), PointDecimal(IsList = true)]
    public double[] MaxMomentum { get; set; } = [ScheduleKind.Default<OneCycleSchedule, double>(nameof(MaxMomentum))];

    protected override void Process() => WriteSchedule(ScheduleParameters.Make<OneCycleSchedule>(
        this,
        (nameof(MaxLr), Rates(nameof(MaxLr), MaxLr)),
        (nameof(TotalSteps), ParameterSetName == InEpochs ? EpochSteps.From(Epochs, StepsPerEpoch, nameof(Epochs)) : TotalSteps)));
}
