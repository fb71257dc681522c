using System.Diagnostics;
using System.Globalization;
using ClrEngine.Schedules;

namespace ClrEngine.Training;

/// <summary>
/// A training run under a schedule, which is set before every update. The caller pulls one update at a time;
/// the device is waited for at the end of an epoch, and where the caller asks for a loss.
/// </summary>
/// <param name="learner">What learns.</param>
/// <param name="plan">Which samples each update sees.</param>
/// <param name="schedule">The rate and momentum of each update.</param>
/// <param name="options">How long the run goes on.</param>
public sealed class TrainingRun(ILearner learner, BatchPlan plan, ILrSchedule schedule, TrainingOptions options)
{
    private readonly List<EpochRecord> _epochs = [];
    private EpochMeter _meter = new();
    private TrainingStatus _status = TrainingStatus.Cancelled;
    private string? _statusReason;

    /// <summary>Updates of the whole run.</summary>
    public long TotalSteps => options.Epochs * plan.StepsPerEpoch;

    /// <summary>What has been trained so far; whole once <see cref="Run"/> has been pulled to its end.</summary>
    public TrainingHistory History => new()
    {
        Epochs = _epochs.ToArray(),
        Status = _status,
        StatusReason = _statusReason,
        Schedule = schedule,
        StepsPerEpoch = plan.StepsPerEpoch,
        BatchSize = plan.BatchSize,
        Seed = plan.Seed,
    };

    /// <summary>The loss of the newest update. Waits for the device: ask when somebody looks, not each step.</summary>
    public double? LatestLoss()
    {
        _meter.Read(learner.Read());
        return _meter.LatestLoss;
    }

    /// <summary>Trains, update by update as the caller pulls.</summary>
    /// <param name="cancellationToken">Ends the run before its next update.</param>
    /// <returns>A tick for each update.</returns>
    /// <exception cref="Errors.InvalidParameterException">An option is outside its range.</exception>
    /// <exception cref="OperationCanceledException">Cancelled; <see cref="History"/> holds the epochs that ended.</exception>
    public IEnumerable<TrainingTick> Run(CancellationToken cancellationToken = default)
    {
        options.Validate();
        return Ticks(cancellationToken);
    }

    private IEnumerable<TrainingTick> Ticks(CancellationToken cancellationToken)
    {
        for (int epoch = 1; epoch <= options.Epochs; epoch++)
        {
            var clock = Stopwatch.StartNew();
            _meter = new EpochMeter();
            long end = epoch * plan.StepsPerEpoch;
            foreach ((SchedulePoint point, int samples) in TrainingLoop.Steps(learner, plan, schedule, end - plan.StepsPerEpoch, end, cancellationToken))
            {
                _meter.Queued(point, samples);
                if (point.Step < end - 1)
                {
                    yield return new TrainingTick(point, null);
                    continue;
                }
                _meter.Read(learner.Read());
                if (Diverged())
                    yield break;
                _epochs.Add(_meter.Close(epoch, end, learner.Evaluate(), clock.Elapsed.TotalSeconds));
                yield return new TrainingTick(point, _epochs[^1]);
            }
        }
        _status = TrainingStatus.Completed;
    }

    private bool Diverged()
    {
        if (_meter.NonFinite is not var (step, learningRate, loss))
            return false;
        _status = TrainingStatus.Diverged;
        _statusReason = string.Create(CultureInfo.InvariantCulture, $"The loss was {loss} at step {step}, where the learning rate was {learningRate:G4}: lower MaxLr.");
        return true;
    }
}
