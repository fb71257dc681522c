using ClrEngine.Errors;
using ClrEngine.Numerics;

namespace ClrEngine.Training.Histories;

/// <summary>What two settings that were each trained under the same seeds differ in, and whether that is more than chance: the paired t-test of their best epochs.</summary>
public sealed record TrainingComparison
{
    private const double Doubt = 0.05;

    private static readonly ErrorCause HistoriesNotPaired = new(nameof(HistoriesNotPaired), ErrorKind.InvalidArgument,
        "The histories of the two settings cannot be paired, seed by seed.", "Give for each of at least two seeds one history of each setting, all come to their end, with the same figure.");

    private TrainingComparison()
    {
    }

    /// <summary>The figure of the best epochs that is compared: what the runs chose by, or the accuracy in percent, R² or the loss.</summary>
    public required string Figure { get; init; }

    /// <summary>The seeds under which both were trained.</summary>
    public required IReadOnlyList<int> Seeds { get; init; }

    /// <summary>The mean of the first setting.</summary>
    public required double ReferenceMean { get; init; }

    /// <summary>The standard deviation of the first setting over the seeds.</summary>
    public required double ReferenceSpread { get; init; }

    /// <summary>The mean of the second setting.</summary>
    public required double DifferenceMean { get; init; }

    /// <summary>The standard deviation of the second setting over the seeds.</summary>
    public required double DifferenceSpread { get; init; }

    /// <summary>By how much the second setting's figure is higher, in the mean.</summary>
    public double Change => DifferenceMean - ReferenceMean;

    /// <summary>The lower end of the interval that holds the true change in 95 of 100 such comparisons.</summary>
    public required double ChangeLow { get; init; }

    /// <summary>The upper end of that interval.</summary>
    public required double ChangeHigh { get; init; }

    /// <summary>How likely a change at least as large is where there is none; NaN where all seeds changed by the same, so that nothing says how much is chance.</summary>
    public required double PValue { get; init; }

    /// <summary>Whether the change is more than chance: its p-value is below 0.05.</summary>
    public bool IsMoreThanNoise => PValue < Doubt;

    /// <summary>Whether the second setting is better, worse, or not told apart from the first.</summary>
    public required ComparisonVerdict Verdict { get; init; }

    /// <summary>Compares two settings.</summary>
    /// <param name="reference">Histories of the first, each of another seed.</param>
    /// <param name="difference">Histories of the second, of the same seeds.</param>
    /// <exception cref="InvalidParameterException">They cannot be paired.</exception>
    public static TrainingComparison Compare(IReadOnlyList<TrainingHistory> reference, IReadOnlyList<TrainingHistory> difference)
    {
        ArgumentNullException.ThrowIfNull(reference);
        ArgumentNullException.ThrowIfNull(difference);
        Dictionary<int, TrainingHistory> first = BySeed(reference, "Reference"), second = BySeed(difference, "Difference");
        int[] seeds = [.. first.Keys.Order()];
        if (first.Keys.Concat(second.Keys).FirstOrDefault(seed => !first.ContainsKey(seed) || !second.ContainsKey(seed), -1) is var alone && (first.ContainsKey(alone) != second.ContainsKey(alone)))
            throw Refused(first.ContainsKey(alone) ? "Difference" : "Reference", $"has no history of seed {alone}, and the other setting has one; train both under the same seeds.");
        if (seeds.Length < 2)
            throw Refused("Reference", $"has {Counted.Of(seeds.Length, "seed")}, and chance shows over several; give at least two, better five.");
        (string figure, bool isBetterLow, Func<EpochRecord, double> valueOf) = FigureOf([.. first.Values, .. second.Values]);
        if (figure == nameof(ValidationFigure.Loss) && reference[0].Run.LossText is { } one && difference[0].Run.LossText is { } another && one != another)
            throw Refused("Difference", $"has another loss than Reference ({one} and {another}), and values of two losses do not compare; train both with the same -BestBy, such as Accuracy, MacroF1 or MeanAbsoluteError.");
        double[] a = [.. seeds.Select(seed => valueOf(BestOf(first[seed], "Reference")))], b = [.. seeds.Select(seed => valueOf(BestOf(second[seed], "Difference")))];
        double[] changes = [.. a.Zip(b, static (one, other) => other - one)];
        double change = changes.Average(), error = Spread(changes) / Math.Sqrt(seeds.Length), freedom = seeds.Length - 1;
        double p = error > 0 ? StudentT.TwoSided(change / error, freedom) : change == 0 ? 1 : double.NaN;
        double reach = error * StudentT.Beyond(Doubt, freedom);
        return new TrainingComparison
        {
            Figure = figure,
            Seeds = ShownList<int>.Counted(seeds),
            ReferenceMean = a.Average(),
            ReferenceSpread = Spread(a),
            DifferenceMean = b.Average(),
            DifferenceSpread = Spread(b),
            ChangeLow = change - reach,
            ChangeHigh = change + reach,
            PValue = p,
            Verdict = !(p < Doubt) ? ComparisonVerdict.NotToldApart : change > 0 == isBetterLow ? ComparisonVerdict.Worse : ComparisonVerdict.Better,
        };
    }

    /// <summary>A line for people.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"{Figure} {ReferenceMean:G5} ± {ReferenceSpread:G2} and {DifferenceMean:G5} ± {DifferenceSpread:G2} over {Seeds.Count} seeds: changed by {Change:G3} ({ChangeLow:G3} to {ChangeHigh:G3}), p {PValue:G2}, {(Verdict == ComparisonVerdict.NotToldApart ? "not told apart from chance" : Verdict == ComparisonVerdict.Better ? "better" : "worse")}");

    private static Dictionary<int, TrainingHistory> BySeed(IReadOnlyList<TrainingHistory> histories, string name)
    {
        var bySeed = new Dictionary<int, TrainingHistory>();
        foreach (TrainingHistory history in histories)
        {
            if (!bySeed.TryAdd(history.Seed, history))
                throw Refused(name, $"has two histories of seed {history.Seed}; give one of each seed, all of one setting.");
            if (history.Status is not (TrainingStatus.Completed or TrainingStatus.StoppedEarly))
                throw Refused(name, $"has a run of seed {history.Seed} that is {history.Status}{(history.StatusReason is { } reason ? $" ({reason})" : "")}; give runs that came to their end.");
            if (histories[0].Run.SettingsDifference(history.Run) is { } mixed)
                throw Refused(name, $"has runs of different settings, seed {histories[0].Seed} and seed {history.Seed}: {mixed}; give those of one setting.");
        }
        return bySeed;
    }

    // What the runs chose by, or what all of them have.
    private static (string Name, bool IsBetterLow, Func<EpochRecord, double> ValueOf) FigureOf(IReadOnlyList<TrainingHistory> histories)
    {
        (ValidationFigure? By, string? Metric)[] chosen = [.. histories.Select(static history => (history.Run.BestBy, history.Run.BestBy?.IsOfMetric() == true && history.Run.Metrics is [var first, ..] ? first : null)).Distinct()];
        if (chosen.Length > 1)
            throw Refused("Difference", $"chose its best epochs by another figure than Reference ({string.Join(" and ", chosen.Select(static by => by.Metric is null ? by.By?.ToString() ?? "none" : $"{by.By} {by.Metric}"))}); train both with the same BestBy.");
        if (chosen[0].Metric is { } name && histories.Select(history => history.Run.MetricText(name)).OfType<string>().Distinct().Skip(1).Any())
            throw Refused("Difference", $"computes its metric {name} by other code than Reference; train both with the same Metric.");
        if (chosen[0] is ({ } by, var metric))
            return (metric ?? by.ToString(), by.IsBetterLow(), static best => best.ValidationFigure!.Value);
        return histories.All(static history => history.BestEpoch?.ValidationAccuracy is not null) ? ("Accuracy", false, static best => best.ValidationAccuracy!.Value)
            : histories.All(static history => history.BestEpoch?.ValidationRSquared is not null) ? ("RSquared", false, static best => best.ValidationRSquared!.Value)
            : ("Loss", true, static best => best.ValidationLoss);
    }

    private static EpochRecord BestOf(TrainingHistory history, string name) =>
        history.BestEpoch ?? throw Refused(name, $"has a history without an epoch to judge by ({history}); train it again.");

    private static double Spread(double[] values)
    {
        double mean = values.Average();
        return Math.Sqrt(values.Sum(value => (value - mean) * (value - mean)) / (values.Length - 1));
    }

    private static InvalidParameterException Refused(string name, string reason) => new(name, null, $"{name} {reason}", HistoriesNotPaired);
}

/// <summary>What a comparison says of the second setting.</summary>
public enum ComparisonVerdict
{
    /// <summary>It is not told apart from the first: the change may be chance.</summary>
    NotToldApart,

    /// <summary>It is better than the first.</summary>
    Better,

    /// <summary>It is worse than the first.</summary>
    Worse,
}
