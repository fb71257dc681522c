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
        // The lower rate that our default takes, so that it is not the share alone that decides.
        new PeerMethod("fastai steep, base a tenth", FastaiRules.Steep, 0.1),
        new PeerMethod("torch-lr-finder, base a tenth", SteepestRules.TorchLrFinder, 0.1),
    ];
}
