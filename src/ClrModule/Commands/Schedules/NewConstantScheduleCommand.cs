namespace ClrModule.Commands.Schedules;

/// <summary>Makes a schedule of one rate: what a cyclic run is compared with, or a part to join.</summary>
[Cmdlet(VerbsCommon.New, "ConstantSchedule")]
[OutputType(typeof(ConstantSchedule), typeof(GroupedSchedule))]
public sealed class NewConstantScheduleCommand : ClrCommand
{
    /// <summary>The rate, or one for each parameter group.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipelineByPropertyName = true), PointDecimal(IsList = true)]
    public double[] LearningRate { get; set; } = [];

    /// <summary>The momentum; the optimiser's own if left out.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true), PointDecimal(EmptyIsNone = true)]
    public double? Momentum { get; set; }

    protected override void Process() => WriteObject(ScheduleParameters.Make<ConstantSchedule>(this));
}
