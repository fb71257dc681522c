using ClrEngine.Errors;

namespace ClrEngine.RangeTest;

/// <summary>The sweep of one parameter group.</summary>
/// <param name="StartLr">The group's rate at the first step.</param>
/// <param name="EndLr">The group's rate at the last step.</param>
public sealed record GroupSweep(double StartLr, double EndLr)
{
    /// <summary>Pairs first and last rates, group by group; a single rate holds for all groups.</summary>
    /// <param name="startLrs">First rates, at least one.</param>
    /// <param name="endLrs">Last rates, at least one.</param>
    /// <returns>One sweep a group; none where both lists have a single rate.</returns>
    /// <exception cref="InvalidParameterException">A list is empty, or the lists fit neither each other nor a single rate.</exception>
    public static IReadOnlyList<GroupSweep> Of(IReadOnlyList<double> startLrs, IReadOnlyList<double> endLrs)
    {
        ArgumentNullException.ThrowIfNull(startLrs);
        ArgumentNullException.ThrowIfNull(endLrs);
        int groups = Math.Max(startLrs.Count, endLrs.Count);
        Check(startLrs, "StartLr", groups);
        Check(endLrs, "EndLr", groups);
        return groups == 1 ? [] : Enumerable.Range(0, groups).Select(i => new GroupSweep(At(startLrs, i), At(endLrs, i))).ToArray();
    }

    private static double At(IReadOnlyList<double> rates, int group) => rates[rates.Count == 1 ? 0 : group];

    private static void Check(IReadOnlyList<double> rates, string name, int groups)
    {
        if (rates.Count == 0 || (rates.Count != 1 && rates.Count != groups))
            throw new InvalidParameterException(name, rates, $"{name} has {rates.Count} rates for {groups} parameter groups; give one for all, or one for each.", "GroupCountMismatch");
    }
}
