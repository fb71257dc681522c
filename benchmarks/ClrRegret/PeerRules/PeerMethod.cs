using ClrEngine.RangeTest;

namespace ClrRegret.PeerRules;

/// <summary>
/// A rule of another tool. It names one rate, which serves as the upper bound (fastai and Lightning hand it to one-cycle
/// as its highest rate); the lower is a quarter of it, as for our rules of one rate.
/// </summary>
internal sealed class PeerMethod(string name, Func<LrRangeTestResult, double?> rate) : IBoundsMethod
{
    public string Name => name;

    public LrRangeTestOptions Options { get; } = new() { DivergenceFactor = 0 };

    public Candidate? Suggest(LrRangeTestResult test) => rate(test) is { } max ? new Candidate(max / 4, max) : null;
}
