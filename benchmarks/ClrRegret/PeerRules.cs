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

/// <summary>
/// The rules of other tools, side by side, after their documentation: each a pure function from the curve as its tool sees it to
/// one rate. That rate serves as the upper bound (fastai and Lightning hand it to one-cycle as its highest rate); the lower is a
/// quarter of it if left out, as for our rules of one rate.
/// </summary>
internal static class PeerRules
{
    private static readonly PeerMethod[] Rules =
    [
        new PeerMethod("fastai valley", Fastai, FastaiValley),
        new PeerMethod("fastai steep", Fastai, FastaiSteep),
        new PeerMethod("fastai slide", Fastai, FastaiSlide),
        new PeerMethod("fastai minimum", Fastai, FastaiMinimum),
        new PeerMethod("torch-lr-finder", TorchLrFinder, c => Steepest(c, i => i)),
        new PeerMethod("Lightning 2.6", Lightning, c => Steepest(c, i => c.Rates[i])),
        // ignite's finder takes the steepest loss as torch-lr-finder does, with fastai's running average and no point left out.
        new PeerMethod("ignite", Ignite, c => Steepest(c, i => i)),
    ];

    /// <summary>Each rule with a lower rate of a quarter, and of a tenth, as our default has it: so it is not the share alone that decides.</summary>
    public static IReadOnlyList<IBoundsMethod> All { get; } = [.. Rules, .. Rules.Select(rule => rule.WithBase(0.1, "a tenth"))];

    /// <summary>fastai's lr_find: average of factor 0.02, stop at 4 times the best, a tenth of the points and the last five left out.</summary>
    private static PeerCurve? Fastai(LrRangeTestResult test) => PeerCurve.Read(test, 0.02, corrected: true, stopFactor: 4, skip: test.Options.Iterations / 10, cut: 5);

    /// <summary>torch-lr-finder 0.2.2: average of factor 0.05 that starts at the first loss, stop at 5 times the best, without the first 10 and the last 5 points; its slopes are over the index.</summary>
    private static PeerCurve? TorchLrFinder(LrRangeTestResult test) => PeerCurve.Read(test, 0.05, corrected: false, stopFactor: 5, skip: 10, cut: 5);

    /// <summary>Lightning 2.5.3 to 2.6.2: average of factor 0.02, stop at 4 times the best, without the first 10 points and the last; its slopes are over the raw rate.</summary>
    private static PeerCurve? Lightning(LrRangeTestResult test) => PeerCurve.Read(test, 0.02, corrected: true, stopFactor: 4, skip: 10, cut: 1);

    /// <summary>ignite 0.5: average of factor 0.05, corrected, stop at 5 times the best.</summary>
    private static PeerCurve? Ignite(LrRangeTestResult test) => PeerCurve.Read(test, 0.05, corrected: true, stopFactor: 5, skip: 0, cut: 1);

    /// <summary>The longest falling subsequence; the middle of its middle third.</summary>
    private static double? FastaiValley(PeerCurve c)
    {
        var lengths = new int[c.Losses.Length];
        int end = 0;
        for (int i = 0; i < lengths.Length; i++)
        {
            lengths[i] = 1 + Enumerable.Range(0, i).Where(j => c.Losses[j] > c.Losses[i]).Select(j => lengths[j]).DefaultIfEmpty(0).Max();
            if (lengths[i] > lengths[end])
                end = i;
        }
        int start = Math.Max(0, end - lengths[end]);
        double third = (end - start) / 3.0;
        return c.Rates[start + (int)third + (int)(third / 2)];
    }

    private static double? FastaiSteep(PeerCurve c) =>
        c.Rates[Enumerable.Range(0, c.Rates.Length - 1).MinBy(i => (c.Losses[i + 1] - c.Losses[i]) / Math.Log(c.Rates[i + 1] / c.Rates[i]))];

    private static double? FastaiSlide(PeerCurve c)
    {
        const int Interval = 15;
        const double Threshold = 0.005;
        double[] slopes = c.Slopes(i => i);
        if (slopes.Length <= Interval)
            return null;
        int right = slopes.Length - 1, found = right - Interval;
        for (; right - Interval >= 0 && Math.Abs(slopes[right] - slopes[right - Interval]) > Threshold; right--)
            found = right - Interval;
        return c.Rates[found];
    }

    private static double? FastaiMinimum(PeerCurve c) => c.Rates[Enumerable.Range(0, c.Rates.Length).MinBy(i => c.Losses[i])] / 10;

    private static double? Steepest(PeerCurve c, Func<int, double> x)
    {
        double[] slopes = c.Slopes(x);
        return c.Rates[Enumerable.Range(0, slopes.Length).MinBy(i => slopes[i])];
    }

    private sealed class PeerMethod(string name, Func<LrRangeTestResult, PeerCurve?> curve, Func<PeerCurve, double?> rule, double baseShare = 0.25) : IBoundsMethod
    {
        public string Name => name;

        public PeerMethod WithBase(double share, string words) => new($"{name}, base {words}", curve, rule, share);

        public Candidate? Suggest(LrRangeTestResult test, LrRangeTestResult whole) => curve(whole) is { } seen && rule(seen) is { } max ? new Candidate(max * baseShare, max) : null;
    }
}

/// <summary>A sweep as another tool sees it: its running average, its stop rule, its cuts.</summary>
internal sealed record PeerCurve(double[] Rates, double[] Losses)
{
    /// <summary>The curve, or null where fewer than two points are left.</summary>
    public static PeerCurve? Read(LrRangeTestResult test, double factor, bool corrected, double stopFactor, int skip, int cut)
    {
        List<double> rates = [], losses = [];
        double average = corrected ? 0 : test.Points[0].Loss, weight = 0, best = double.PositiveInfinity;
        foreach (LrRangeTestPoint point in test.Points)
        {
            average += factor * (point.Loss - average);
            weight += factor * (1 - weight);
            double smoothed = corrected ? average / weight : average;
            if (!double.IsFinite(smoothed))
                break;
            best = Math.Min(best, smoothed);
            rates.Add(point.LearningRate);
            losses.Add(smoothed);
            if (smoothed > stopFactor * best)
                break;
        }
        return rates.Count < skip + cut + 2 ? null : new PeerCurve([.. rates.Skip(skip).SkipLast(cut)], [.. losses.Skip(skip).SkipLast(cut)]);
    }

    /// <summary>Differences of second order over steps of any width, one-sided at the ends: the gradient of NumPy and PyTorch.</summary>
    public double[] Slopes(Func<int, double> x)
    {
        var slopes = new double[Losses.Length];
        for (int i = 0; i < slopes.Length; i++)
        {
            double before = i > 0 ? x(i) - x(i - 1) : 0, after = i < slopes.Length - 1 ? x(i + 1) - x(i) : 0;
            double left = i > 0 ? (Losses[i] - Losses[i - 1]) / before : 0, right = i < slopes.Length - 1 ? (Losses[i + 1] - Losses[i]) / after : 0;
            slopes[i] = i == 0 ? right : i == slopes.Length - 1 ? left : (after * left + before * right) / (before + after);
        }
        return slopes;
    }
}
