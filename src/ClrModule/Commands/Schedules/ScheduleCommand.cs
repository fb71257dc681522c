using System.ComponentModel;
using ClrEngine.RangeTest.Suggestions;
using ClrModule.Repeating;

namespace ClrModule.Commands.Schedules;

/// <summary>A cmdlet that makes a schedule, of rates that suggested bounds may bring along.</summary>
public abstract class ScheduleCommand : ClrCommand
{
    /// <summary>The bounds of each parameter group, which suggested bounds bring along; rates that you give yourself go before them.</summary>
    [Category("what the pipeline brings"), Parameter(ValueFromPipelineByPropertyName = true), Alias("Groups")]
    public PSObject[] Group { get; set; } = [];

    /// <summary>What the bounds were measured on, which suggested bounds bring along; Start-CyclicTraining takes the model, the data and the settings from it.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true, DontShow = true), RunArgument]
    public RunDescription? Run { get; set; }

    /// <summary>What copied bounds were when they were copied, which they bring along.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true, DontShow = true), Alias("ClrDefinition")]
    public string? Definition { get; set; }

    /// <summary>A rate as the user gave it, or else one for each parameter group of the bounds, which may be copies from another process.</summary>
    private protected double[] Rates(string name, double[] given)
    {
        if (IsGiven(name))
            return given;
        // A table has the number of groups in place of them.
        double[] rates = Group is [] or [null or { BaseObject: "0" or "" or 0 }] ? given : [.. Group.Select(group => RateOf(group, name))];
        if (Deserialized.BoundsOf(Definition) is { } bounds)
        {
            bool isMax = name == nameof(LrBounds.MaxLr);
            double[] first = [isMax ? bounds.MaxLr : bounds.BaseLr];
            if (!given.SequenceEqual(first) || !rates.SequenceEqual(bounds.Groups.Count == 0 ? first : bounds.Groups.Select(group => isMax ? group.MaxLr : group.BaseLr)))
                throw Deserialized.Changed(rates, nameof(LrBounds), name);
        }
        return rates;
    }

    private static double RateOf(PSObject group, string name) => group.Properties[name] is not { } rate
        ? throw CutOff(group)
        : LanguagePrimitives.TryConvertTo(rate.Value, CultureInfo.InvariantCulture, out double number) ? number : throw Deserialized.Changed(group, nameof(LrBounds), $"Groups.{name}");

    /// <summary>Writes the schedule, with what its bounds were measured on.</summary>
    private protected void WriteSchedule(ILrSchedule schedule)
    {
        // What a row brings along beside what was written on the line may be of no use to it.
        if (IdleSettings.Of(schedule) is var (refusal, beside) && (IsGiven(refusal.ParamName!) || !IsGiven(beside)))
            throw refusal;
        AttachedRun.Attach(schedule, EarlierRun.Brought(Run, () => Deserialized.BoundsOf(Definition)?.Run, this));
        WriteObject(schedule);
    }

    private static InvalidParameterException CutOff(PSObject group) => new(
        nameof(Group),
        group,
        $"The saved bounds hold no rates for '{group}': a table cannot hold them, and a copy is cut off where ClrModule is not imported. Save them with Export-Clixml where it is, or give the bounds themselves.",
        Deserialized.SavedObjectCutOff);
}
