using System.Diagnostics;
using ClrEngine.Schedules;
using ClrEngine.Training;

namespace ClrEngine.RangeTest;

/// <summary>
/// The learning-rate range test of Smith (arXiv 1506.01186): a short training run under a growing rate.
/// It gives the learner back as it found it, bit for bit, also when it is interrupted.
/// </summary>
/// <param name="learner">What learns.</param>
/// <param name="plan">Which samples each step sees.</param>
/// <param name="options">How the test runs.</param>
public sealed class LrRangeTest(ILearner learner, BatchPlan plan, LrRangeTestOptions options)
{
    private readonly List<LrRangeTestPoint> _points = [];
    private readonly Stopwatch _clock = new();
    private RangeTestStopReason _stopReason = RangeTestStopReason.Cancelled;

    /// <summary>What has been measured so far; whole once <see cref="Run"/> has been pulled to its end.</summary>
    public LrRangeTestResult Result => new()
    {
        Points = _points.ToArray(),
        StopReason = _stopReason,
        Options = options,
        StepsPerEpoch = plan.StepsPerEpoch,
        BatchSize = plan.BatchSize,
        Seed = plan.Seed,
        Seconds = _clock.Elapsed.TotalSeconds,
    };

    /// <summary>Runs the test, step by step as the caller pulls.</summary>
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
        _clock.Start();
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

    private IEnumerable<LrRangeTestPoint> Swept(CancellationToken cancellationToken)
    {
        var smoother = new LossSmoother(options.SmoothFactor);
        var rule = new DivergenceRule(options.DivergenceFactor, options.WarmUp);
        var pending = new Queue<SchedulePoint>();
        ILrSchedule sweep = options.ToSchedule();
        foreach ((SchedulePoint queued, _) in TrainingLoop.Steps(learner, plan, sweep, 0, options.Iterations, cancellationToken))
        {
            pending.Enqueue(queued);
            if (pending.Count < learner.ReadInterval && queued.Step < options.Iterations - 1)
                continue;
            foreach (double loss in learner.Read().Losses)
            {
                SchedulePoint at = pending.Dequeue();
                double smoothed = smoother.Add(loss);
                var point = new LrRangeTestPoint(at.Step, at.LearningRate, loss, smoothed);
                _points.Add(point);
                yield return point;
                if (rule.Look(at.Step, loss, smoothed) is { } reason)
                {
                    _stopReason = reason;
                    yield break;
                }
            }
        }
        _stopReason = RangeTestStopReason.Completed;
    }
}
