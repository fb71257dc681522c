using ClrEngine.Errors;

namespace ClrEngine.Schedules;

/// <summary>Makes schedules from lists: one value a parameter group, or one for all.</summary>
public static class ScheduleGroups
{
    /// <summary>One schedule where every list has one value, else a schedule with groups.</summary>
    /// <param name="lists">Each parameter's name and values.</param>
    /// <param name="make">Makes one group's schedule from its values, in the order of <paramref name="lists"/>.</param>
    /// <exception cref="InvalidParameterException">Two lists with more than one value have different lengths, or a list is empty.</exception>
    public static ILrSchedule Make(IReadOnlyList<(string Name, IReadOnlyList<double> Values)> lists, Func<double[], ILrSchedule> make)
    {
        ArgumentNullException.ThrowIfNull(lists);
        ArgumentNullException.ThrowIfNull(make);
        var schedules = new ILrSchedule[GroupCount(lists)];
        for (int group = 0; group < schedules.Length; group++)
            schedules[group] = make(lists.Select(list => list.Values[list.Values.Count == 1 ? 0 : group]).ToArray());
        return schedules.Length == 1 ? schedules[0] : new GroupedSchedule(schedules);
    }

    private static int GroupCount(IReadOnlyList<(string Name, IReadOnlyList<double> Values)> lists)
    {
        (string Name, IReadOnlyList<double> Values) longest = lists.MaxBy(list => list.Values.Count);
        foreach ((string name, IReadOnlyList<double> values) in lists)
        {
            if (values.Count == 0)
                throw new InvalidParameterException(name, values, $"{name} is empty; give one value, or one for each parameter group.");
            if (values.Count != 1 && values.Count != longest.Values.Count)
                throw new InvalidParameterException(
                    name,
                    values,
                    $"{name} has {values.Count} values and {longest.Name} has {longest.Values.Count}; give each as many as there are parameter groups, or one for all.",
                    "GroupCountMismatch");
        }
        return longest.Values.Count;
    }
}
