using ClrEngine.Schedules;
using ClrEngine.Training;
using ClrModule.Repeating;

namespace ClrModule.Commands.Schedules;

/// <summary>A cmdlet that makes a schedule, of rates that suggested bounds may bring along.</summary>
public abstract class ScheduleCommand : ClrCommand
{
    /// <summary>The bounds of each parameter group, which suggested bounds bring along; rates that you give yourself go before them.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true), Alias("Groups")]
    public PSObject[] Group { get; set; } = [];

    /// <summary>What the bounds were measured on, which suggested bounds bring along; Start-CyclicTraining takes the model, the data and the settings from it.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true, DontShow = true), RunArgument]
    public RunDescription? Run { get; set; }

    /// <summary>A rate as the user gave it, or else one for each parameter group of the bounds, which may be copies from another process.</summary>
    private protected double[] Rates(string name, double[] given) => Group.Length == 0 || IsGiven(name)
        ? given
        : [.. Group.Select(group => group.Properties[name] is { } rate ? LanguagePrimitives.ConvertTo<double>(rate.Value) : throw CutOff(group))];

    /// <summary>Writes the schedule, with what its bounds were measured on.</summary>
    private protected void WriteSchedule(ILrSchedule schedule)
    {
        TravellingRun.Attach(schedule, Run);
        WriteObject(schedule);
    }

    private static InvalidParameterException CutOff(PSObject group) => new(
        nameof(Group),
        group,
        $"The saved bounds hold no rates for '{group}': they were cut off when they were saved. Save them again where ClrModule is imported, or give the bounds themselves.",
        Deserialized.SavedObjectCutOff);
}
