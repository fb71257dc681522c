using System.Management.Automation;
using ClrEngine.Schedules;

namespace ClrModule.Commands;

/// <summary>Makes a cyclic schedule.</summary>
[Cmdlet(VerbsCommon.New, "CyclicSchedule", DefaultParameterSetName = InSteps)]
[OutputType(typeof(CyclicSchedule), typeof(GroupedSchedule))]
public sealed class NewCyclicScheduleCommand : ClrCommand
{
    private const string InSteps = "Steps";
    private const string InEpochs = "Epochs";

    /// <summary>The lower rate, or one for each parameter group.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipelineByPropertyName = true)]
    public double[] BaseLr { get; set; } = [];

    /// <summary>The upper rate, or one for each parameter group.</summary>
    [Parameter(Mandatory = true, Position = 1, ValueFromPipelineByPropertyName = true)]
    public double[] MaxLr { get; set; } = [];

    /// <summary>Steps from the lower to the upper rate.</summary>
    [Parameter(Mandatory = true, ParameterSetName = InSteps, ValueFromPipelineByPropertyName = true)]
    [Alias("StepSizeUp")]
    public long StepSize { get; set; }

    /// <summary>Epochs from the lower to the upper rate.</summary>
    [Parameter(Mandatory = true, ParameterSetName = InEpochs, ValueFromPipelineByPropertyName = true)]
    public double StepSizeEpochs { get; set; }

    /// <summary>Steps of one epoch; suggested bounds bring it along.</summary>
    [Parameter(ParameterSetName = InEpochs, ValueFromPipelineByPropertyName = true)]
    public long StepsPerEpoch { get; set; }

    /// <summary>Steps back down; as many as up if left out.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    public long? StepSizeDown { get; set; }

    /// <summary>How the amplitude changes.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    public CyclicMode Mode { get; set; } = CyclicMode.Triangular;

    /// <summary>The factor by which each step shrinks the amplitude under ExpRange.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    public double Gamma { get; set; } = 1.0;

    /// <summary>Whether the momentum moves against the rate.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    public bool CycleMomentum { get; set; } = true;

    /// <summary>The momentum at the top of a cycle, or one for each parameter group.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    public double[] BaseMomentum { get; set; } = [0.8];

    /// <summary>The momentum at the bottom of a cycle, or one for each parameter group.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    public double[] MaxMomentum { get; set; } = [0.9];

    /// <inheritdoc/>
    protected override void Process()
    {
        long stepSizeUp = ParameterSetName == InEpochs ? EpochSteps.From(StepSizeEpochs, StepsPerEpoch) : StepSize;
        WriteObject(ScheduleGroups.Make(
            [(nameof(BaseLr), BaseLr), (nameof(MaxLr), MaxLr), (nameof(BaseMomentum), BaseMomentum), (nameof(MaxMomentum), MaxMomentum)],
            values => new CyclicSchedule(values[0], values[1], stepSizeUp, StepSizeDown, Mode, Gamma, CycleMomentum, values[2], values[3])));
    }
}
