namespace ClrModule.Commands.Schedules;

/// <summary>Lists a schedule without a model.</summary>
[Cmdlet(VerbsCommon.Get, "CyclicSchedulePoint")]
[OutputType(typeof(SchedulePoint), typeof(double[]))]
public sealed class GetCyclicSchedulePointCommand : ClrCommand
{
    /// <summary>The schedule.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true), AcceptDeserialized]
    public ILrSchedule Schedule { get; set; } = null!;

    /// <summary>How many points; one whole cycle if left out, or 100 where the schedule has no cycles.</summary>
    [Parameter(Position = 0), WholeNumber<long>(EmptyIsNone = true)]
    public long? Count { get; set; }

    /// <summary>Steps from one point to the next.</summary>
    [Parameter, WholeNumber<long>]
    public long Every { get; set; } = 1;

    /// <summary>The first step.</summary>
    [Parameter, WholeNumber<long>]
    public long From { get; set; }

    /// <summary>Gives the learning rates alone, as one array of numbers: ten million in a fraction of a second.</summary>
    [Parameter]
    public SwitchParameter RateOnly { get; set; }

    protected override object? Target => Schedule;

    protected override void Process()
    {
        long count = Count ?? (Schedule.CycleAt(From) is { } cycle ? cycle.Length / Math.Max(1, Every) + 1 : 100);
        if (RateOnly)
        {
            WriteObject(Schedule.Rates(count, Every, From, StopToken), enumerateCollection: false);
            return;
        }
        foreach (SchedulePoint point in Schedule.Points(count, Every, From))
        {
            StopToken.ThrowIfCancellationRequested();
            WriteObject(point);
        }
    }
}
