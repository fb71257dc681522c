using ClrEngine.Errors;

namespace ClrEngine.Schedules;

/// <summary>Makes cyclic schedules from lists: one value a parameter group, or one for all.</summary>
public static class CyclicGroups
{
    /// <summary>One cyclic schedule where every list has one value, else a schedule with groups.</summary>
    /// <param name="baseLr">The lower rates.</param>
    /// <param name="maxLr">The upper rates.</param>
    /// <param name="baseMomentum">The momenta at the top of a cycle.</param>
    /// <param name="maxMomentum">The momenta at the bottom of a cycle.</param>
    /// <param name="make">Makes one group's schedule from its four values, in the order above.</param>
    /// <exception cref="InvalidParameterException">Two lists with more than one value have different lengths, or a list is empty.</exception>
    public static ILrSchedule Make(
        IReadOnlyList<double> baseLr,
        IReadOnlyList<double> maxLr,
        IReadOnlyList<double> baseMomentum,
        IReadOnlyList<double> maxMomentum,
        Func<double, double, double, double, CyclicSchedule> make)
    {
        ArgumentNullException.ThrowIfNull(make);
        (string Name, IReadOnlyList<double> Values)[] lists =
        [
            ("BaseLr", baseLr), ("MaxLr", maxLr), ("BaseMomentum", baseMomentum), ("MaxMomentum", maxMomentum),
        ];
        int groups = GroupCount(lists);
        var schedules = new CyclicSchedule[groups];
        for (int i = 0; i < groups; i++)
            schedules[i] = make(Of(baseLr, i), Of(maxLr, i), Of(baseMomentum, i), Of(maxMomentum, i));
        return groups == 1 ? schedules[0] : new GroupedSchedule(schedules);
    }

    private static double Of(IReadOnlyList<double> values, int group) => values[values.Count == 1 ? 0 : group];

    private static int GroupCount((string Name, IReadOnlyList<double> Values)[] lists)
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
