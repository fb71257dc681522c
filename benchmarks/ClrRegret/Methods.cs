using ClrEngine.RangeTest;
using ClrEngine.RangeTest.Suggestions;

namespace ClrRegret;

/// <summary>A way to come from a range test to bounds.</summary>
internal interface IBoundsMethod
{
    /// <summary>The name in the table.</summary>
    string Name { get; }

    /// <summary>The range test as the method's own tool runs it.</summary>
    LrRangeTestOptions Options { get; }

    /// <summary>The bounds, or null.</summary>
    Candidate? Suggest(LrRangeTestResult test);
}

/// <summary>Bounds to train with; none where a method suggested none.</summary>
internal readonly record struct Candidate(double BaseLr, double MaxLr);

/// <summary>Who takes part: the rules of this project, and those of the usual tools.</summary>
internal static class Methods
{
    public static IReadOnlyList<IBoundsMethod> All { get; } = [.. Enum.GetValues<SuggestionMethod>().Select(m => new OwnMethod(m)), .. PeerRules.All];

    private sealed class OwnMethod(SuggestionMethod method) : IBoundsMethod
    {
        public string Name => method.ToString();

        public LrRangeTestOptions Options { get; } = new();

        public Candidate? Suggest(LrRangeTestResult test) =>
            LrBoundsSuggester.Suggest(test, method) is LrBounds bounds ? new Candidate(bounds.BaseLr, bounds.MaxLr) : null;
    }
}
