using ClrEngine.RangeTest.Suggestions;
using ClrRegret.PeerRules;

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
    ];
}
