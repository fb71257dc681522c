using System.ComponentModel;

namespace ClrModule.Commands.Schedules;

/// <summary>Makes a cyclic schedule.</summary>
[Cmdlet(VerbsCommon.New, "CyclicSchedule", DefaultParameterSetName = InSteps)]
[OutputType(typeof(CyclicSchedule), typeof(GroupedSchedule))]
public sealed class NewCyclicScheduleCommand : ScheduleCommand
{
    /// <summary>The lower rate, or one for each parameter group.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipelineByPropertyName = true), PointDecimal(IsList = true)]
    public double[] BaseLr { get; set; } = [];

    /// <summary>The upper rate, or one for each parameter group.</summary>
    [Parameter(Mandatory = true, Position = 1, ValueFromPipelineByPropertyName = true), PointDecimal(IsList = true)]
    public double[] MaxLr { get; set; } = [];

    /// <summary>Steps from the lower to the upper rate.</summary>
    [Parameter(Mandatory = true, ParameterSetName = InSteps, ValueFromPipelineByPropertyName = true), Alias("StepSizeUp"), WholeNumber<long>]
    public long StepSize { get; set; }

    /// <summary>Epochs from the lower to the upper rate.</summary>
    [Parameter(Mandatory = true, ParameterSetName = InEpochs, ValueFromPipelineByPropertyName = true), PointDecimal]
    public double StepSizeEpochs { get; set; }

    /// <summary>Steps of one epoch; suggested bounds bring it along.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true), WholeNumber<long>]
    public long StepsPerEpoch { get; set; }

    /// <summary>How the amplitude changes.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true), NameOf<CyclicMode>, ArgumentCompleter(typeof(EnumCompleter<CyclicMode>))]
    public Choice<CyclicMode> Mode { get; set; } = ScheduleKind.Default<CyclicSchedule, CyclicMode>(nameof(Mode));

    /// <summary>Steps back down; as many as up if left out.</summary>
    [Category("the shape of the cycles"), Parameter(ValueFromPipelineByPropertyName = true), WholeNumber<long>(EmptyIsNone = true)]
    public long? StepSizeDown { get; set; }

    /// <summary>Steps for which the rate stays at the top of the first cycle; CycleMul lengthens them too.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true), WholeNumber<long>]
    public long HoldTop { get; set; } = ScheduleKind.Default<CyclicSchedule, long>(nameof(HoldTop));

    /// <summary>Epochs for which the rate stays at the top of the first cycle, in place of HoldTop; needs StepsPerEpoch.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true), PointDecimal]
    public double HoldTopEpochs { get; set; }

    /// <summary>Steps for which the rate stays at the bottom of the first cycle before the next one begins; CycleMul lengthens them too.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true), WholeNumber<long>]
    public long HoldBottom { get; set; } = ScheduleKind.Default<CyclicSchedule, long>(nameof(HoldBottom));

    /// <summary>Epochs for which the rate stays at the bottom of the first cycle before the next one begins, in place of HoldBottom; needs StepsPerEpoch.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true), PointDecimal]
    public double HoldBottomEpochs { get; set; }

    /// <summary>The factor by which each step shrinks the amplitude under ExpRange.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true), PointDecimal]
    public double Gamma { get; set; } = ScheduleKind.Default<CyclicSchedule, double>(nameof(Gamma));

    /// <summary>In place of Gamma: the share of the amplitude that ExpRange leaves after the steps of -Over or the epochs of -OverEpochs, such as 0.1.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true), PointDecimal]
    public double FinalAmplitude { get; set; }

    /// <summary>The steps after which FinalAmplitude is left, most often those of the run.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true), WholeNumber<long>]
    public long Over { get; set; }

    /// <summary>The epochs after which FinalAmplitude is left; needs StepsPerEpoch.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true), PointDecimal]
    public double OverEpochs { get; set; }

    /// <summary>Under ExpRange let both rates shrink, as the paper of 2015 writes; without it only the amplitude does, as in PyTorch.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true), TrueOrFalse]
    public SwitchParameter DecayBase { get; set; }

    /// <summary>An amplitude of your own: a script block that gives a share, usually from 0 to 1, for the cycle (from 1) or step (from 0) in $_. It overrides Mode.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true), Code(typeof(ScriptBlock), "a script block, such as { 1 / $_ }")]
    public ScriptBlock? ScaleFunction { get; set; }

    /// <summary>Whether ScaleFunction is given the cycle or, as Iterations, the step.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true), NameOf<ScaleMode>, ArgumentCompleter(typeof(EnumCompleter<ScaleMode>))]
    public Choice<ScaleMode> ScaleMode { get; set; }

    /// <summary>How much longer each cycle is than the one before: 1, or at least 1.01.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true), PointDecimal]
    public double CycleMul { get; set; } = ScheduleKind.Default<CyclicSchedule, double>(nameof(CycleMul));

    /// <summary>The factor by which each cycle shrinks the amplitude, on top of the mode's own.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true), PointDecimal]
    public double CycleDecay { get; set; } = ScheduleKind.Default<CyclicSchedule, double>(nameof(CycleDecay));

    /// <summary>After this many cycles the lower rate is held; never if left out.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true), WholeNumber<long>(EmptyIsNone = true)]
    public long? CycleLimit { get; set; }

    /// <summary>Whether the momentum moves against the rate.</summary>
    [Category("the momentum"), Parameter(ValueFromPipelineByPropertyName = true), TrueOrFalse]
    public bool CycleMomentum { get; set; } = ScheduleKind.Default<CyclicSchedule, bool>(nameof(CycleMomentum));

    /// <summary>The momentum at the top of a cycle, or one for each parameter group.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true), PointDecimal(IsList = true)]
    public double[] BaseMomentum { get; set; } = [ScheduleKind.Default<CyclicSchedule, double>(nameof(BaseMomentum))];

    /// <summary>The momentum at the bottom of a cycle, or one for each parameter group.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true), PointDecimal(IsList = true)]
    public double[] MaxMomentum { get; set; } = [ScheduleKind.Default<CyclicSchedule, double>(nameof(MaxMomentum))];

    protected override void Process()
    {
        RequireBeside(nameof(Over), Over, nameof(FinalAmplitude));
        RequireBeside(nameof(OverEpochs), OverEpochs, nameof(FinalAmplitude));
        RequireBeside(nameof(ScaleMode), ScaleMode, nameof(ScaleFunction));
        if (IsBound(nameof(Over)) && IsBound(nameof(OverEpochs)))
            throw new InvalidParameterException(nameof(Over), Over, "Over and OverEpochs both say when FinalAmplitude is left; give one of them.");
        if (ScaleFunction is not null && ScriptBlocks.FreeVariables(ScaleFunction) is { Length: > 0 } variables)
            WriteWarning($"ScaleFunction reads {string.Join(", ", variables)}, which nothing keeps with it: the schedule, and what a run leaves of it, cannot be saved. Write {(variables.Length == 1 ? "its value" : "their values")} into the script block.");
        WriteSchedule(ScheduleParameters.Make<CyclicSchedule>(
            this,
            (nameof(BaseLr), Rates(nameof(BaseLr), BaseLr)),
            (nameof(MaxLr), Rates(nameof(MaxLr), MaxLr)),
            (nameof(CyclicSchedule.StepSizeUp), ParameterSetName == InEpochs ? EpochSteps.From(StepSizeEpochs, StepsPerEpoch) : StepSize),
            (nameof(HoldTop), Held(nameof(HoldTop), HoldTop, nameof(HoldTopEpochs), HoldTopEpochs)),
            (nameof(HoldBottom), Held(nameof(HoldBottom), HoldBottom, nameof(HoldBottomEpochs), HoldBottomEpochs)),
            (nameof(Gamma), IsBound(nameof(FinalAmplitude)) ? GammaOfFinalAmplitude() : Gamma),
            (nameof(ScaleFunction), ScaleFunction is null ? null : ScriptScale.FromScript(ScaleFunction, ScaleMode))));
    }

    private void RequireBeside(string name, object value, string other)
    {
        if (IsBound(name) && !IsBound(other))
            throw new InvalidParameterException(name, value, $"{name} goes with {other}, and has no effect without it; give {other} too, or leave {name} out.");
    }

    private long Held(string name, long steps, string epochsName, double epochs)
    {
        // What is given goes before what a schedule or a row brings along.
        if (IsBound(name) && IsBound(epochsName) && IsGiven(name) == IsGiven(epochsName))
            throw new InvalidParameterException(epochsName, epochs, $"{name} and {epochsName} both say how long the rate is held; give one of them.");
        if (!IsBound(epochsName) || IsGiven(name))
            return steps;
        // A row of a table may say that nothing is held.
        return epochs == 0 ? 0 : EpochSteps.From(epochs, StepsPerEpoch, epochsName);
    }

    private double GammaOfFinalAmplitude()
    {
        if (Mode != CyclicMode.ExpRange || IsBound(nameof(Gamma)))
            throw new InvalidParameterException(nameof(FinalAmplitude), FinalAmplitude, "FinalAmplitude is another way to give the Gamma of Mode ExpRange; set -Mode ExpRange and leave out -Gamma, or leave out -FinalAmplitude.");
        return ExpRangeGamma.Leaving(
            FinalAmplitude,
            IsBound(nameof(OverEpochs)) ? EpochSteps.From(OverEpochs, StepsPerEpoch, nameof(OverEpochs)) : Over);
    }
}
