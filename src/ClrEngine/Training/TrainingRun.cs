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
/// <param name="from">Where an interrupted run had come to, its state being in the learner again; null to begin.</param>
public sealed class TrainingRun(ILearner learner, BatchPlan plan, ILrSchedule schedule, TrainingOptions options, RunProgress? from = null)
{
    private readonly List<EpochRecord> _epochs = [.. from?.Epochs ?? []];
    private readonly Stopwatch _clock = new();
    private EpochMeter _meter = from?.Epoch is { } epoch ? new EpochMeter(epoch) : new EpochMeter();
    private double _secondsBefore = from?.Epoch?.Seconds ?? 0;
    private TrainingStatus _status = TrainingStatus.Cancelled;
    private string? _statusReason;

    /// <summary>Updates of the whole run.</summary>
    public long TotalSteps => options.Epochs * plan.StepsPerEpoch;

    /// <summary>Updates taken.</summary>
    public long Step { get; private set; } = from?.Step ?? 0;

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

    /// <summary>
    /// How far the run has come, between two updates. Waits for the device.
    /// Null once a loss was not finite: there is nothing to go on with.
    /// </summary>
    public RunProgress? Progress()
    {
        _meter.Read(learner.Read());
        if (_meter.NonFinite is not null)
            return null;
        bool atEnd = Step == _epochs.Count * plan.StepsPerEpoch;
        return new RunProgress { Step = Step, Epochs = _epochs.ToArray(), Epoch = atEnd ? null : _meter.Progress(Seconds) };
    }

    /// <summary>Trains, update by update as the caller pulls.</summary>
    /// <param name="cancellationToken">Ends the run before its next update.</param>
    /// <returns>A tick for each update.</returns>
    /// <exception cref="Errors.InvalidParameterException">An option is outside its range.</exception>
    /// <exception cref="OperationCanceledException">Cancelled; <see cref="History"/> holds the epochs that ended.</exception>
    public IEnumerable<TrainingTick> Run(CancellationToken cancellationToken = default)
    {
        options.Validate();
        if (from?.IsConsistent(plan.StepsPerEpoch) == false)
            throw new ArgumentException($"The progress to go on from does not fit epochs of {plan.StepsPerEpoch} updates.", nameof(from));
        return Ticks(cancellationToken);
    }

    private double Seconds => _secondsBefore + _clock.Elapsed.TotalSeconds;

    private IEnumerable<TrainingTick> Ticks(CancellationToken cancellationToken)
    {
        for (int epoch = _epochs.Count + 1; epoch <= options.Epochs; epoch++)
        {
            long end = epoch * plan.StepsPerEpoch;
            if (Step == end - plan.StepsPerEpoch)
                (_meter, _secondsBefore) = (new EpochMeter(), 0);
            _clock.Restart();
            foreach ((SchedulePoint point, int samples) in TrainingLoop.Steps(learner, plan, schedule, Step, end, cancellationToken))
            {
                _meter.Queued(point, samples);
                Step = point.Step + 1;
                if (Step < end)
                {
                    yield return new TrainingTick(point, null);
                    continue;
                }
                _meter.Read(learner.Read());
                if (Diverged())
                    yield break;
                _epochs.Add(_meter.Close(epoch, end, learner.Evaluate(), Seconds));
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
