using System.Management.Automation;
using ClrEngine.Training.Cycles;
using ClrModule.Binding;

namespace ClrModule.Commands;

/// <content>What is done where a cycle ends.</content>
public sealed partial class StartCyclicTrainingCommand
{
    /// <summary>Cycles of the schedule, in place of epochs, so that the run ends where a cycle does.</summary>
    [Parameter]
    [PointDecimal(EmptyIsNone = true)]
    public int? Cycles { get; set; }

    /// <summary>Stops the run at the end of a cycle when this many have passed without a better one.</summary>
    [Parameter]
    [PointDecimal(EmptyIsNone = true)]
    public int? Patience { get; set; }

    /// <summary>
    /// Keeps the model at the end of each cycle, and looks there how good all kept models are together: the mean of their
    /// predictions (a snapshot ensemble) and the mean of their weights (stochastic weight averaging).
    /// </summary>
    [Parameter]
    public SwitchParameter Snapshots { get; set; }

    private CycleUse CycleUse => Snapshots ? CycleUse.Snapshot : Patience.HasValue ? CycleUse.Record : CycleUse.None;
}
