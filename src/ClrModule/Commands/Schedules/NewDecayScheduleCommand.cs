namespace ClrModule.Commands.Schedules;

/// <summary>Makes a schedule whose rate falls once: along a cosine, a line, a power, by the same factor each step, or as 1 − √.</summary>
[Cmdlet(VerbsCommon.New, "DecaySchedule", DefaultParameterSetName = InSteps)]
[OutputType(typeof(DecaySchedule), typeof(GroupedSchedule))]
public sealed class NewDecayScheduleCommand : ScheduleCommand
{
    /// <summary>The rate at the start, or one for each parameter group.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipelineByPropertyName = true), PointDecimal(IsList = true)]
    public double[] MaxLr { get; set; } = [];

    /// <summary>The rate at the end and after, or one for each parameter group; above 0 for an exponential decay.</summary>
    [Parameter(Position = 1, ValueFromPipelineByPropertyName = true), Alias("FinalLr", "EtaMin"), PointDecimal(IsList = true)]
    public double[] MinLr { get; set; } = [ScheduleKind.Default<DecaySchedule, double>(nameof(MinLr))];

    /// <summary>Steps of the decay.</summary>
    [Parameter(Mandatory = true, ParameterSetName = InSteps, ValueFromPipelineByPropertyName = true), WholeNumber<long>]
    public long TotalSteps { get; set; }

    /// <summary>Epochs of the decay.</summary>
    [Parameter(Mandatory = true, ParameterSetName = InEpochs, ValueFromPipelineByPropertyName = true), PointDecimal]
    public double Epochs { get; set; }

    /// <summary>Steps of one epoch; suggested bounds bring it along.</summary>
    [Parameter(ParameterSetName = InEpochs, ValueFromPipelineByPropertyName = true), WholeNumber<long>]
    public long StepsPerEpoch { get; set; }

    /// <summary>How the rate falls.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true), NameOf<DecayShape>, ArgumentCompleter(typeof(EnumCompleter<DecayShape>))]
    public Choice<DecayShape> Shape { get; set; } = ScheduleKind.Default<DecaySchedule, DecayShape>(nameof(Shape));

    /// <summary>The power of a polynomial decay.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true), PointDecimal]
    public double Power { get; set; } = ScheduleKind.Default<DecaySchedule, double>(nameof(Power));

    protected override void Process() => WriteSchedule(ScheduleParameters.Make<DecaySchedule>(
        this,
        (nameof(MaxLr), Rates(nameof(MaxLr), MaxLr)),
        (nameof(TotalSteps), ParameterSetName == InEpochs ? EpochSteps.From(Epochs, StepsPerEpoch, nameof(Epochs)) : TotalSteps)));
}
