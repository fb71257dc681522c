using ClrEngine.RangeTest;
using ClrEngine.RangeTest.Suggestions;

namespace ClrRegret;

/// <summary>A method of this project.</summary>
internal sealed class OwnMethod(SuggestionMethod method) : IBoundsMethod
{
    public string Name => method.ToString();

    public LrRangeTestOptions Options { get; } = new();

    public Candidate? Suggest(LrRangeTestResult test) =>
        LrBoundsSuggester.Suggest(test, method) is LrBounds bounds ? new Candidate(bounds.BaseLr, bounds.MaxLr) : null;
}
