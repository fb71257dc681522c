using System.Management.Automation;
using ClrEngine.Schedules;
using ClrEngine.Training;
using ClrModule.Commands;
using ClrModule.Repeating;

namespace ClrModule.Commands.Schedules;

/// <summary>A cmdlet that makes a schedule, of rates that suggested bounds may bring along.</summary>
public abstract class ScheduleCommand : ClrCommand
{
    /// <summary>What the bounds were measured on, which suggested bounds bring along; Start-CyclicTraining takes the model, the data and the settings from it.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true, DontShow = true)]
    [RunArgument]
    public RunDescription? Run { get; set; }

    /// <summary>Writes the schedule; beside it rides what its bounds were measured on.</summary>
    private protected void WriteSchedule(ILrSchedule schedule)
    {
        TravellingRun.RideBeside(schedule, Run);
        WriteObject(schedule);
    }
}
