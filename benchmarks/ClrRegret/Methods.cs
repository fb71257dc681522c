using ClrEngine.RangeTest.Suggestions;
using ClrEngine.RangeTest;

namespace ClrRegret;

/// <summary>Who takes part: the rules of this project, and those of the usual tools.</summary>
internal static class Methods
{
    public static IReadOnlyList<IBoundsMethod> All { get; } =
    [
        .. Enum.GetValues<SuggestionMethod>().Select(m => new OwnMethod(m)),
        new PeerMethod("fastai valley", FastaiRules.Valley),
        new PeerMethod("fastai steep", FastaiRules.Steep),
        new PeerMethod("fastai slide", FastaiRules.Slide),
        new PeerMethod("fastai minimum", FastaiRules.Minimum),
        new PeerMethod("torch-lr-finder", SteepestRules.TorchLrFinder),
        new PeerMethod("Lightning 2.6", SteepestRules.Lightning),
        // The lower rate that our default takes, so that it is not the share alone that decides.
        new PeerMethod("fastai steep, base a tenth", FastaiRules.Steep, 0.1),
        new PeerMethod("torch-lr-finder, base a tenth", SteepestRules.TorchLrFinder, 0.1),
    ];
}

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

/// <summary>A method of this project.</summary>
internal sealed class OwnMethod(SuggestionMethod method) : IBoundsMethod
{
    public string Name => method.ToString();

    public LrRangeTestOptions Options { get; } = new();

    public Candidate? Suggest(LrRangeTestResult test) =>
        LrBoundsSuggester.Suggest(test, method) is LrBounds bounds ? new Candidate(bounds.BaseLr, bounds.MaxLr) : null;
}

/// <summary>Bounds to train with; none where a method suggested none.</summary>
internal readonly record struct Candidate(double BaseLr, double MaxLr);
