using System.Diagnostics;
using ClrEngine.Schedules;
using ClrEngine.Training;

namespace ClrEngine.RangeTest;

/// <summary>
/// The learning-rate range test of Smith (arXiv 1506.01186): a short training run under a growing rate, then, where asked for, trials at
/// the rates that it points at. It gives the learner back as it found it, bit for bit, also when it is interrupted.
/// </summary>
/// <param name="learner">What learns.</param>
/// <param name="plan">Which samples each step sees.</param>
/// <param name="options">How the test runs.</param>
public sealed class LrRangeTest(ILearner learner, BatchPlan plan, LrRangeTestOptions options)
{
    private readonly List<LrRangeTestPoint> _points = [];
    private readonly List<LrTrial> _trials = [];
    private readonly Stopwatch _clock = new();
    private RangeTestStopReason _stopReason = RangeTestStopReason.Cancelled;
    private double? _untrainedLoss;

    /// <summary>What the test runs on: known by its batches alone, unless whoever makes it knows more.</summary>
    public RunDescription Description { get; init; } = RunDescription.FromPlan(plan);

    /// <summary>What the last run has measured so far; whole once <see cref="Run"/> has been pulled to its end.</summary>
    public LrRangeTestResult Result => new()
    {
        Points = _points.ToArray(),
        Trials = _trials.ToArray(),
        UntrainedLoss = _untrainedLoss,
        StopReason = _stopReason,
        Options = options,
        Run = Description,
        Seconds = _clock.Elapsed.TotalSeconds,
    };

    /// <summary>Runs the test from its start, step by step as the caller pulls.</summary>
    /// <param name="cancellationToken">Ends the test before its next step; <see cref="Result"/> then says so.</param>
    /// <returns>The points as they become known.</returns>
    /// <exception cref="Errors.InvalidParameterException">An option is outside its range.</exception>
    public IEnumerable<LrRangeTestPoint> Run(CancellationToken cancellationToken = default)
    {
        options.Validate();
        return Borrowed(cancellationToken);
    }

    private IEnumerable<LrRangeTestPoint> Borrowed(CancellationToken cancellationToken)
    {
        // The learner is as before after each run, so a second one is a test of its own.
        _points.Clear();
        _trials.Clear();
        _untrainedLoss = null;
        _stopReason = RangeTestStopReason.Cancelled;
        _clock.Restart();
        using ILearnerState before = learner.Capture();
        try
        {
            foreach (LrRangeTestPoint point in Swept(cancellationToken))
                yield return point;
        }
        finally
        {
            learner.Restore(before);
            _clock.Stop();
        }
    }

    /// <summary>Makes the trials that follow the sweep: pull <see cref="Run"/> to its end first.</summary>
    /// <param name="cancellationToken">Ends the trials before their next step; the trial under way is left out of <see cref="Result"/>.</param>
    /// <returns>Each step of a trial, as it is taken: which trial, its rate, and the step within it.</returns>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public IEnumerable<LrTrialStep> RunTrials(CancellationToken cancellationToken = default)
    {
        if (!options.HasTrials || _points.Count == 0)
            yield break;
        _clock.Start();
        using ILearnerState before = learner.Capture();
        try
        {
            _untrainedLoss = learner.Evaluate(cancellationToken).Loss is var untrained && double.IsFinite(untrained) ? untrained : null;
            double start = TrialSearch.Start(Result);
            foreach (int steps in Rounds())
            {
                start = _trials.Count > 0 ? TrialSearch.Best(_trials).MaxLr : start;
                while (Next(start, steps) is { } maxLr)
                {
                    learner.Restore(before);
                    foreach (LrTrialStep step in Tried(maxLr, steps, cancellationToken))
                        yield return step;
                }
            }
        }
        finally
        {
            learner.Restore(before);
            _clock.Stop();
        }
    }

    private double? Next(double start, int steps)
    {
        LrTrial[] trials = [.. _trials.Where(t => t.Steps == steps)];
        return TrialSearch.Next(start, trials, options) ?? (_untrainedLoss is { } untrained ? TrialSearch.Lower(trials, untrained, options) : null);
    }

    // Short trials find the rate's neighbourhood, long ones what it is worth in a run.
    private IEnumerable<int> Rounds()
    {
        yield return options.TrialSteps ?? LrRangeTestOptions.ShortTrialSteps;
        if (options.TrialSteps is not null || _trials.Count == 0)
            yield break;
        if (options.LongTrialSteps(plan, learner.MultiplyAdds) is > 0 and var longer)
            yield return longer;
        else if (_untrainedLoss is { } untrained && TrialSearch.Learnt(_trials, untrained) < TrialSearch.LittleLearnt)
            yield return LrRangeTestOptions.SlowTrialSteps;
    }

    private IEnumerable<LrTrialStep> Tried(double maxLr, int steps, CancellationToken cancellationToken)
    {
        bool finite = true;
        // Each read waits for the device.
        int interval = Math.Max(10, learner.ReadInterval);
        foreach ((SchedulePoint at, _) in TrainingLoop.Steps(learner, plan, options.TrialSchedule(maxLr, steps), 0, steps, cancellationToken))
        {
            yield return new LrTrialStep(_trials.Count + 1, maxLr, at.Step, steps);
            if ((at.Step % interval == interval - 1 || at.Step == steps - 1) && !(finite = learner.Read().Losses.All(double.IsFinite)))
                break;
        }
        Evaluation? after = finite ? learner.Evaluate(cancellationToken) : null;
        _trials.Add(after is { } known && double.IsFinite(known.Loss) ? new LrTrial(maxLr, steps, known.Loss, known.Accuracy, known.Samples) : new LrTrial(maxLr, steps, double.PositiveInfinity));
    }

    private IEnumerable<LrRangeTestPoint> Swept(CancellationToken cancellationToken)
    {
        var smoother = new LossSmoother(options.SmoothFactor);
        var rule = new DivergenceRule(options.DivergenceFactor, options.WarmUp);
        foreach ((SchedulePoint at, double loss, double? accuracy) in Measured(cancellationToken))
        {
            double smoothed = smoother.Add(loss);
            var point = new LrRangeTestPoint(at.Step, at.LearningRate, loss, smoothed) { Accuracy = accuracy };
            _points.Add(point);
            yield return point;
            if (rule.Look(at.Step, loss, smoothed) is { } reason)
            {
                _stopReason = reason;
                yield break;
            }
        }
        _stopReason = RangeTestStopReason.Completed;
    }

    private IEnumerable<(SchedulePoint At, double Loss, double? Accuracy)> Measured(CancellationToken cancellationToken)
    {
        // Hits come as a sum over the steps read, and a validation belongs to one step: both need each step by itself.
        bool each = options.Metric == RangeTestMetric.Accuracy || options.ValidationBatches > 0;
        int interval = each ? 1 : learner.ReadInterval;
        var pending = new Queue<(SchedulePoint At, int Samples)>();
        foreach ((SchedulePoint At, int Samples) queued in TrainingLoop.Steps(learner, plan, options.ToSchedule(), 0, options.Iterations, cancellationToken))
        {
            pending.Enqueue(queued);
            if (pending.Count < interval && queued.At.Step < options.Iterations - 1)
                continue;
            StepReadings readings = learner.Read();
            double? hits = each && readings.Correct is { } correct ? 100.0 * correct / queued.Samples : null;
            foreach (double loss in readings.Losses)
                yield return options.ValidationBatches > 0 ? Validated(pending.Dequeue().At, cancellationToken) : (pending.Dequeue().At, loss, hits);
        }
    }

    private (SchedulePoint At, double Loss, double? Accuracy) Validated(SchedulePoint at, CancellationToken cancellationToken)
    {
        Evaluation validation = learner.Evaluate(cancellationToken);
        return (at, validation.Loss, validation.Accuracy);
    }
}

/// <summary>
/// Says when a sweep has gone too far: the smoothed loss, never a single batch, stands far above the best smoothed loss.
/// For losses near or below zero a multiple of the best means nothing, so the rise is measured against the larger of
/// the best and a tenth of the fall so far.
/// </summary>
internal sealed class DivergenceRule(double factor, int warmUp)
{
    private double _first = double.NaN;
    private double _best = double.PositiveInfinity;

    /// <summary>Takes the next point and says whether the sweep ends here.</summary>
    public RangeTestStopReason? Look(long step, double loss, double smoothed)
    {
        if (!double.IsFinite(loss))
            return RangeTestStopReason.NonFiniteLoss;
        if (double.IsNaN(_first))
            _first = smoothed;
        _best = Math.Min(_best, smoothed);
        if (factor == 0 || step < warmUp)
            return null;
        double scale = Math.Max(Math.Abs(_best), (_first - _best) / 10);
        return smoothed - _best > (factor - 1) * scale && scale > 0 ? RangeTestStopReason.Diverged : null;
    }
}

/// <summary>
/// An exponential moving average divided by the weight it has gathered, so that the first values count in full
/// (the bias correction of Adam, arXiv 1412.6980).
/// </summary>
internal sealed class LossSmoother(double factor)
{
    private double _average;
    private double _gathered;

    public double Add(double loss)
    {
        _average += factor * (loss - _average);
        _gathered += factor * (1 - _gathered);
        return _average / _gathered;
    }
}
