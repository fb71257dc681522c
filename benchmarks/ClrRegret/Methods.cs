using ClrEngine.RangeTest;
using ClrEngine.RangeTest.Suggestions;

namespace ClrRegret;

/// <summary>A way to come from a range test to bounds.</summary>
internal interface IBoundsMethod
{
    /// <summary>The name in the table.</summary>
    string Name { get; }

    /// <summary>The bounds, or null.</summary>
    /// <param name="test">The test as this project runs it: a sweep with its stop rule, and trials.</param>
    /// <param name="whole">The same sweep without a stop rule, since each tool has its own.</param>
    Candidate? Suggest(LrRangeTestResult test, LrRangeTestResult whole);
}

/// <summary>Bounds to train with.</summary>
internal readonly record struct Candidate(double BaseLr, double MaxLr);

/// <summary>Who takes part: the rules of this project, and those of the usual tools.</summary>
internal static class Methods
{
    public const string Default = nameof(SuggestionMethod.Balanced);

    public static IReadOnlyList<IBoundsMethod> All { get; } =
    [
        .. Enum.GetValues<SuggestionMethod>().Select(m => new OwnMethod(m.ToString(), m, trials: true)),
        new OwnMethod("Balanced, no trials", SuggestionMethod.Balanced, trials: false),
        .. PeerRules.All,
    ];

    private sealed class OwnMethod(string name, SuggestionMethod method, bool trials) : IBoundsMethod
    {
        public string Name => name;

        public Candidate? Suggest(LrRangeTestResult test, LrRangeTestResult whole) =>
            LrBoundsSuggester.Suggest(trials ? test : test with { Trials = [] }, method) is LrBounds bounds ? new Candidate(bounds.BaseLr, bounds.MaxLr) : null;
    }
}
