using ClrEngine.RangeTest;

namespace ClrRegret.PeerRules;

/// <summary>
/// A rule of another tool. It names one rate, which serves as the upper bound (fastai and Lightning hand it to one-cycle
/// as its highest rate); the lower is a quarter of it if left out, as for our rules of one rate.
/// </summary>
internal sealed class PeerMethod(string name, Func<LrRangeTestResult, double?> rate, double baseShare = 0.25) : IBoundsMethod
{
    public string Name => name;

    public LrRangeTestOptions Options { get; } = new() { DivergenceFactor = 0 };

    public Candidate? Suggest(LrRangeTestResult test) => rate(test) is { } max ? new Candidate(max * baseShare, max) : null;
}
