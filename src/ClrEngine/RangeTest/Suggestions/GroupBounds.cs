namespace ClrEngine.RangeTest.Suggestions;

/// <summary>Suggested bounds of one parameter group: its rates at the steps where the first group has the suggested ones.</summary>
/// <param name="BaseLr">The group's lower rate.</param>
/// <param name="MaxLr">The group's upper rate.</param>
public sealed record GroupBounds(double BaseLr, double MaxLr)
{
    /// <summary>The bounds of each group, from those of the first; none where the test had one rate for all.</summary>
    internal static IReadOnlyList<GroupBounds> Of(LrRangeTestOptions options, double baseLr, double maxLr) =>
        options.Groups.Select(g => new GroupBounds(Rate(options, g, baseLr), Rate(options, g, maxLr))).ToArray();

    private static double Rate(LrRangeTestOptions options, GroupSweep group, double firstGroupLr)
    {
        GroupSweep first = options.Groups[0];
        if (options.Sweep == SweepKind.Linear)
            return group.StartLr + (firstGroupLr - first.StartLr) / (first.EndLr - first.StartLr) * (group.EndLr - group.StartLr);
        double progress = Math.Log(firstGroupLr / first.StartLr) / Math.Log(first.EndLr / first.StartLr);
        return group.StartLr * Math.Pow(group.EndLr / group.StartLr, progress);
    }
}
