namespace ClrModule.Commands.Schedules;

/// <summary>Makes a schedule whose rate falls by a factor every so many steps or epochs, or at those that are given.</summary>
[Cmdlet(VerbsCommon.New, "StepDecaySchedule", DefaultParameterSetName = InSteps)]
[OutputType(typeof(StepDecaySchedule), typeof(GroupedSchedule))]
public sealed class NewStepDecayScheduleCommand : ScheduleCommand
{
    private const string AtSteps = "Milestones", AtEpochs = "MilestonesInEpochs";

    /// <summary>The rate at the start, or one for each parameter group.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipelineByPropertyName = true), PointDecimal(IsList = true)]
    public double[] MaxLr { get; set; } = [];

    /// <summary>The rate falls every so many steps.</summary>
    [Parameter(Mandatory = true, ParameterSetName = InSteps, ValueFromPipelineByPropertyName = true), WholeNumber<long>(EmptyIsNone = true)]
    public long? StepSize { get; set; }

    /// <summary>The rate falls every so many epochs.</summary>
    [Parameter(Mandatory = true, ParameterSetName = InEpochs, ValueFromPipelineByPropertyName = true), Alias("StepEpochs"), PointDecimal]
    public double StepSizeEpochs { get; set; }

    /// <summary>The steps at which the rate falls, rising.</summary>
    [Parameter(Mandatory = true, ParameterSetName = AtSteps, ValueFromPipelineByPropertyName = true), Alias("Milestones"), WholeNumber<long>(IsList = true)]
    public long[]? Milestone { get; set; }

    /// <summary>The epochs after which the rate falls, rising.</summary>
    [Parameter(Mandatory = true, ParameterSetName = AtEpochs, ValueFromPipelineByPropertyName = true), PointDecimal(IsList = true)]
    public double[] MilestoneEpochs { get; set; } = [];

    /// <summary>Steps of one epoch; suggested bounds bring it along.</summary>
    [Parameter(ParameterSetName = InEpochs, ValueFromPipelineByPropertyName = true), Parameter(ParameterSetName = AtEpochs, ValueFromPipelineByPropertyName = true), WholeNumber<long>]
    public long StepsPerEpoch { get; set; }

    /// <summary>The factor by which the rate falls.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true), PointDecimal]
    public double Gamma { get; set; } = ScheduleKind.Default<StepDecaySchedule, double>(nameof(Gamma));

    protected override void Process() => WriteSchedule(ScheduleParameters.Make<StepDecaySchedule>(
        this,
        (nameof(MaxLr), Rates(nameof(MaxLr), MaxLr)),
        (nameof(StepSize), ParameterSetName == InEpochs ? EpochSteps.From(StepSizeEpochs, StepsPerEpoch) : StepSize),
        (nameof(StepDecaySchedule.Milestones), ParameterSetName == AtEpochs ? [.. MilestoneEpochs.Select(epochs => EpochSteps.From(epochs, StepsPerEpoch, nameof(MilestoneEpochs)))] : Milestone)));
}
