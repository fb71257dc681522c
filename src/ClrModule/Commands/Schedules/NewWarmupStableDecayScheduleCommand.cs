namespace ClrModule.Commands.Schedules;

/// <summary>Makes a schedule of three parts: a warm-up, a constant rate, and a decay at the end.</summary>
[Cmdlet(VerbsCommon.New, "WarmupStableDecaySchedule", DefaultParameterSetName = InSteps)]
[OutputType(typeof(WarmupSchedule), typeof(JoinedSchedule), typeof(DecaySchedule), typeof(GroupedSchedule))]
public sealed class NewWarmupStableDecayScheduleCommand : ScheduleCommand
{
    /// <summary>The rate of the stable part, or one for each parameter group.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipelineByPropertyName = true), PointDecimal(IsList = true)]
    public double[] MaxLr { get; set; } = [];

    /// <summary>The rate where the decay ends, or one for each parameter group; above 0 for an exponential decay.</summary>
    [Parameter(Position = 1, ValueFromPipelineByPropertyName = true), Alias("FinalLr", "EtaMin"), PointDecimal(IsList = true)]
    public double[] MinLr { get; set; } = [ScheduleKind.Default<DecaySchedule, double>(nameof(MinLr))];

    /// <summary>Steps of the whole run.</summary>
    [Parameter(Mandatory = true, ParameterSetName = InSteps, ValueFromPipelineByPropertyName = true), WholeNumber<long>]
    public long TotalSteps { get; set; }

    /// <summary>Steps of the warm-up; 0 for none.</summary>
    [Parameter(Mandatory = true, ParameterSetName = InSteps, ValueFromPipelineByPropertyName = true), WholeNumber<long>]
    public long WarmupSteps { get; set; }

    /// <summary>Steps of the decay.</summary>
    [Parameter(Mandatory = true, ParameterSetName = InSteps, ValueFromPipelineByPropertyName = true), WholeNumber<long>]
    public long DecaySteps { get; set; }

    /// <summary>Epochs of the whole run.</summary>
    [Parameter(Mandatory = true, ParameterSetName = InEpochs, ValueFromPipelineByPropertyName = true), PointDecimal]
    public double Epochs { get; set; }

    /// <summary>Epochs of the warm-up; 0 for none.</summary>
    [Parameter(Mandatory = true, ParameterSetName = InEpochs, ValueFromPipelineByPropertyName = true), PointDecimal]
    public double WarmupEpochs { get; set; }

    /// <summary>Epochs of the decay.</summary>
    [Parameter(Mandatory = true, ParameterSetName = InEpochs, ValueFromPipelineByPropertyName = true), PointDecimal]
    public double DecayEpochs { get; set; }

    /// <summary>Steps of one epoch; suggested bounds bring it along.</summary>
    [Parameter(ParameterSetName = InEpochs, ValueFromPipelineByPropertyName = true), WholeNumber<long>]
    public long StepsPerEpoch { get; set; }

    /// <summary>How the rate falls at the end; 1 − √ if left out.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true), NameOf<DecayShape>, ArgumentCompleter(typeof(EnumCompleter<DecayShape>))]
    public Choice<DecayShape> Shape { get; set; } = DecayShape.OneMinusSqrt;

    /// <summary>The power of a polynomial decay.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true), PointDecimal]
    public double Power { get; set; } = ScheduleKind.Default<DecaySchedule, double>(nameof(Power));

    /// <summary>The share of the rate that the warm-up starts at; a third if left out.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true), PointDecimal]
    public double StartFactor { get; set; } = ScheduleKind.Default<WarmupSchedule, double>(nameof(StartFactor));

    protected override void Process()
    {
        if (ParameterSetName == InEpochs)
        {
            TotalSteps = EpochSteps.From(Epochs, StepsPerEpoch, nameof(Epochs));
            WarmupSteps = WarmupEpochs == 0 ? 0 : EpochSteps.From(WarmupEpochs, StepsPerEpoch, nameof(WarmupEpochs));
            DecaySteps = EpochSteps.From(DecayEpochs, StepsPerEpoch, nameof(DecayEpochs));
            // Halves of steps are rounded once where the parts are all of it.
            if (WarmupEpochs + DecayEpochs <= Epochs && WarmupSteps + DecaySteps == TotalSteps + 1)
                DecaySteps--;
        }
        if (WarmupSteps == 0 && IsBound(nameof(StartFactor)) && (IsGiven(nameof(StartFactor)) || !IsGiven(ParameterSetName == InEpochs ? nameof(WarmupEpochs) : nameof(WarmupSteps))))
            throw IdleSettings.StartOfNoWarmup(StartFactor);
        WriteSchedule(ScheduleGroups.Make(
            [(nameof(MaxLr), Rates(nameof(MaxLr), MaxLr)), (nameof(MinLr), MinLr)],
            rates => WarmupStableDecay.Make(rates[0], TotalSteps, WarmupSteps, DecaySteps, Shape, rates[1], Power, StartFactor)));
    }
}
