using System.Management.Automation;
using ClrEngine.Schedules;

namespace ClrModule.Commands;

/// <summary>Lists a schedule without a model.</summary>
[Cmdlet(VerbsCommon.Get, "CyclicSchedulePoint")]
[OutputType(typeof(SchedulePoint))]
public sealed class GetCyclicSchedulePointCommand : ClrCommand
{
    /// <summary>The schedule.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true)]
    public ILrSchedule Schedule { get; set; } = null!;

    /// <summary>How many points; one whole cycle of a cyclic schedule if left out.</summary>
    [Parameter(Position = 0)]
    public long? Count { get; set; }

    /// <summary>Steps from one point to the next.</summary>
    [Parameter]
    public long Every { get; set; } = 1;

    /// <summary>The first step.</summary>
    [Parameter]
    public long From { get; set; }

    /// <inheritdoc/>
    protected override object? Target => Schedule;

    /// <inheritdoc/>
    protected override void Process()
    {
        long count = Count ?? (Schedule is CyclicSchedule cyclic ? (cyclic.CycleLength + Every) / Every : 100);
        foreach (SchedulePoint point in Schedule.Points(count, Every, From))
        {
            StopToken.ThrowIfCancellationRequested();
            WriteObject(point);
        }
    }
}
