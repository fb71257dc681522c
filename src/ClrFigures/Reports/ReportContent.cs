using ClrEngine.Errors;
using ClrEngine.RangeTest;
using ClrEngine.RangeTest.Suggestions;
using ClrEngine.Schedules;
using ClrEngine.Training;
using ClrFigures.Histories;
using ClrFigures.Schedules;

namespace ClrFigures.Reports;

/// <summary>What a report shows, sorted by kind.</summary>
public sealed record ReportContent
{
    /// <summary>The range tests, each with the bounds that were suggested from it.</summary>
    public IReadOnlyList<ReportedRangeTest> RangeTests { get; init; } = [];

    /// <summary>Bounds whose range test is not in the report.</summary>
    public IReadOnlyList<LrBounds> OtherBounds { get; init; } = [];

    /// <summary>The schedules.</summary>
    public IReadOnlyList<NamedSchedule> Schedules { get; init; } = [];

    /// <summary>The training runs.</summary>
    public IReadOnlyList<NamedHistory> Histories { get; init; } = [];

    /// <summary>Gives the object back if a report can show it: a schedule, a range test, bounds or a training run.</summary>
    /// <param name="item">The object.</param>
    /// <exception cref="InvalidParameterException">It is of another kind.</exception>
    public static object Check(object? item) => item is ILrSchedule or LrRangeTestResult or LrBounds or TrainingHistory
        ? item
        : throw new InvalidParameterException("InputObject", item, $"A report can't show a {item?.GetType().Name ?? "null"}; give it schedules, range tests, bounds and training histories.", "NotReportable");

    /// <summary>Sorts objects by kind, in their order, and finds the range test that bounds came from.</summary>
    /// <param name="items">Schedules, range tests, bounds and training runs, mixed.</param>
    /// <exception cref="InvalidParameterException">There is no object, or one of another kind.</exception>
    public static ReportContent Of(IReadOnlyList<object> items)
    {
        Model.Some.Of(items, "InputObject");
        foreach (object item in items)
            Check(item);
        LrRangeTestResult[] tests = [.. items.OfType<LrRangeTestResult>()];
        (LrBounds Bounds, LrRangeTestResult? Test)[] bounds = [.. items.Select((item, i) => (item, i)).Where(x => x.item is LrBounds)
            .Select(x => ((LrBounds)x.item, BoundsOrigin.Of((LrBounds)x.item, tests, items.Take(x.i).OfType<LrRangeTestResult>().LastOrDefault())))];
        return new ReportContent
        {
            RangeTests = [.. tests.Select(t => new ReportedRangeTest(t, [.. bounds.Where(b => ReferenceEquals(b.Test, t)).Select(b => b.Bounds)]))],
            OtherBounds = [.. bounds.Where(b => b.Test is null).Select(b => b.Bounds)],
            Schedules = [.. items.OfType<ILrSchedule>().Select(NamedSchedule.Of)],
            Histories = NamedHistory.Of([.. items.OfType<TrainingHistory>()]),
        };
    }
}
