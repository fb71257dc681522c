using ClrEngine.Json;
using ClrEngine.Schedules;
using ClrEngine.Training;

namespace ClrEngine.RangeTest;

/// <summary>How a learning-rate range test runs.</summary>
public sealed record LrRangeTestOptions : ISavedRecord
{
    /// <summary>The rate of the first step.</summary>
    [Within(double.MinValue)]
    public double StartLr { get; init; } = 1e-7;

    /// <summary>The rate of the last step.</summary>
    [Within(double.MinValue)]
    public double EndLr { get; init; } = 10;

    /// <summary>
    /// The sweep of each parameter group, in the optimiser's order; the first goes from <see cref="StartLr"/> to <see cref="EndLr"/>.
    /// Empty where all parameters share these.
    /// </summary>
    public IReadOnlyList<GroupSweep> Groups { get; init; } = [];

    /// <summary>Steps of the sweep.</summary>
    public int Iterations { get; init; } = 100;

    /// <summary>How the rate grows.</summary>
    public SweepKind Sweep { get; init; } = SweepKind.Exponential;

    /// <summary>The weight of the newest loss in the smoothed loss, in (0, 1].</summary>
    [Within(double.MinValue)]
    public double SmoothFactor { get; init; } = 0.05;

    /// <summary>The sweep stops when the smoothed loss passes this many times the best smoothed loss; 0 never stops it so.</summary>
    [Within(double.MinValue)]
    public double DivergenceFactor { get; init; } = 4;

    /// <summary>What the bounds are read off.</summary>
    public RangeTestMetric Metric { get; init; } = RangeTestMetric.Loss;

    /// <summary>
    /// Batches of validation samples that are evaluated after each update and stand for it in the curve; 0 takes the training batch.
    /// The learner holds that many: see <see cref="BoundedValidation"/>.
    /// </summary>
    public int ValidationBatches { get; init; }

    /// <summary>
    /// Steps of each trial that follows the sweep, at least 10, or 0 for none. Null for trials of <see cref="ShortTrialSteps"/> and then, where a step costs
    /// little, longer ones; none where <see cref="Metric"/> is the accuracy.
    /// </summary>
    public int? TrialSteps { get; init; }

    /// <summary>Steps of the first trials if none are named.</summary>
    public const int ShortTrialSteps = 60;

    /// <summary>Steps of the trials of a model that learns little in <see cref="ShortTrialSteps"/>, where longer ones would cost too much.</summary>
    public const int SlowTrialSteps = 200;

    /// <summary>Steps of the longest trials.</summary>
    public const int LongestTrialSteps = 2_000;

    /// <summary>Epochs of the run that the bounds are for, at least 1: no long trial lasts longer, since it would learn what the run cannot. Null for <see cref="UsualEpochs"/>.</summary>
    public int? Epochs { get; init; }

    /// <summary>Epochs of the longest trial where nobody says how long the run will be.</summary>
    public const int UsualEpochs = 24;

    // A second or two on one core.
    private const double TrialMultiplyAdds = 2e10;

    /// <summary>Steps before the divergence rule looks: a tenth of the sweep, and 10 at least.</summary>
    public int WarmUp => Math.Max(10, Iterations / 10);

    /// <summary>A line for people.</summary>
    public override string ToString() => FormattableString.Invariant($"{StartLr:G4} to {EndLr:G4} in {Iterations} steps, {Sweep}");

    private const int FewestTrialSteps = 10;

    /// <summary>Refuses values that cannot be used.</summary>
    /// <exception cref="InvalidParameterException">A value is outside its range; the error names it.</exception>
    public void Validate()
    {
        _ = ToSchedule();
        Require.Defined(Metric, nameof(Metric));
        Require.AtLeast(ValidationBatches, 0, nameof(ValidationBatches));
        Require.AtLeast(Epochs ?? UsualEpochs, 1, nameof(Epochs));
        if (TrialSteps is not (null or 0 or >= FewestTrialSteps))
            throw new InvalidParameterException(nameof(TrialSteps), TrialSteps, $"TrialSteps is {TrialSteps}; give at least {FewestTrialSteps}, or 0 for no trials.");
        Require.Share(SmoothFactor, nameof(SmoothFactor), " (1 does not smooth)");
        if (DivergenceFactor != 0 && !(double.IsFinite(DivergenceFactor) && DivergenceFactor > 1))
            throw new InvalidParameterException(nameof(DivergenceFactor), DivergenceFactor, $"DivergenceFactor is {DivergenceFactor}; give a number above 1, or 0 to never stop on divergence.");
    }

    /// <summary>The sweep as a schedule.</summary>
    /// <exception cref="InvalidParameterException">A rate or the number of steps cannot be used.</exception>
    public ILrSchedule ToSchedule()
    {
        Require.Defined(Sweep, nameof(Sweep));
        if (Groups.Count == 0)
            return ToSchedule(StartLr, EndLr);
        if (Groups[0] != new GroupSweep(StartLr, EndLr))
            throw new InvalidParameterException(nameof(Groups), Groups[0], "The first group's sweep differs from StartLr and EndLr; give it the same.");
        return new GroupedSchedule([.. Groups.Select(g => ToSchedule(g.StartLr, g.EndLr))]);
    }

    /// <summary>Whether trials follow the sweep.</summary>
    internal bool HasTrials => TrialSteps is { } asked ? asked > 0 : Metric == RangeTestMetric.Loss;

    /// <summary>Steps of the trials that follow the short ones, or 0 where they would hardly be longer or cost too much.</summary>
    /// <param name="plan">The batches.</param>
    /// <param name="multiplyAdds">Multiplications of one sample's way through the model.</param>
    internal int LongTrialSteps(BatchPlan plan, double multiplyAdds)
    {
        double steps = Math.Min(Math.Min(LongestTrialSteps, (Epochs ?? UsualEpochs) * plan.StepsPerEpoch), TrialMultiplyAdds / (multiplyAdds * plan.BatchSize));
        return steps >= 2 * ShortTrialSteps ? (int)steps : 0;
    }

    /// <summary>The schedule of a trial: one triangle from a tenth of a rate up to it and back.</summary>
    internal ILrSchedule TrialSchedule(double maxLr, int steps) => Groups.Count == 0
        ? Triangle(maxLr, steps)
        : new GroupedSchedule([.. Groups.Select(g => Triangle(GroupRate(g, maxLr), steps))]);

    /// <summary>A group's rate at the step of the sweep at which the first group has the given one.</summary>
    internal double GroupRate(GroupSweep group, double firstGroupLr)
    {
        if (Sweep == SweepKind.Linear)
            return group.StartLr + (firstGroupLr - StartLr) / (EndLr - StartLr) * (group.EndLr - group.StartLr);
        return group.StartLr * Math.Pow(group.EndLr / group.StartLr, Math.Log(firstGroupLr / StartLr) / Math.Log(EndLr / StartLr));
    }

    private static CyclicSchedule Triangle(double maxLr, int steps) => new(LrTrial.BaseOf(maxLr), maxLr, steps / 2);

    /// <summary>Whether two tests sweep and measure alike, group by group.</summary>
    internal bool SameAs(LrRangeTestOptions other) =>
        this with { Groups = [] } == other with { Groups = [] } && Groups.SequenceEqual(other.Groups);

    private ILrSchedule ToSchedule(double startLr, double endLr) => Sweep == SweepKind.Linear
        ? new LinearSweep(startLr, endLr, Iterations)
        : new ExponentialSweep(startLr, endLr, Iterations);
}

/// <summary>How the rate grows over a range test.</summary>
public enum SweepKind
{
    /// <summary>By the same factor each step: for many decades.</summary>
    Exponential,

    /// <summary>By the same amount each step, as in Smith's paper: for one decade or so.</summary>
    Linear,
}

/// <summary>What the bounds of a range test are read off.</summary>
public enum RangeTestMetric
{
    /// <summary>The loss.</summary>
    Loss,

    /// <summary>The accuracy, as in Smith's paper; for tasks with classes.</summary>
    Accuracy,
}

/// <summary>The sweep of one parameter group.</summary>
/// <param name="StartLr">The group's rate at the first step.</param>
/// <param name="EndLr">The group's rate at the last step.</param>
public sealed record GroupSweep([property: Within(double.Epsilon)] double StartLr, [property: Within(double.Epsilon)] double EndLr)
{
    /// <summary>Pairs first and last rates, group by group; a single rate holds for all groups.</summary>
    /// <param name="startLrs">First rates, at least one.</param>
    /// <param name="endLrs">Last rates, at least one.</param>
    /// <returns>One sweep a group; none where both lists have a single rate.</returns>
    /// <exception cref="InvalidParameterException">A list is empty, or the lists fit neither each other nor a single rate.</exception>
    public static IReadOnlyList<GroupSweep> Pair(IReadOnlyList<double> startLrs, IReadOnlyList<double> endLrs)
    {
        ArgumentNullException.ThrowIfNull(startLrs);
        ArgumentNullException.ThrowIfNull(endLrs);
        int groups = Math.Max(startLrs.Count, endLrs.Count);
        Check(startLrs, "StartLr", groups);
        Check(endLrs, "EndLr", groups);
        return groups == 1 ? [] : Enumerable.Range(0, groups).Select(i => new GroupSweep(At(startLrs, i), At(endLrs, i))).ToArray();
    }

    private static double At(IReadOnlyList<double> rates, int group) => rates[rates.Count == 1 ? 0 : group];

    private static void Check(IReadOnlyList<double> rates, string name, int groups)
    {
        if (rates.Count == 0 || (rates.Count != 1 && rates.Count != groups))
            throw new InvalidParameterException(name, rates, $"{name} has {Counted.Of(rates.Count, "rate")} for {Counted.Of(groups, "parameter group")}; give one for all, or one for each.", ScheduleErrors.GroupCountMismatch);
    }
}
