using ClrEngine.Schedules;

namespace ClrEngine.Training;

/// <summary>Adds up one epoch: rates and sample counts as updates are queued, losses and hits as they are read.</summary>
/// <param name="log">Takes what each update measured, once it is read; null to keep only sums.</param>
internal sealed class EpochMeter(List<StepRecord>? log)
{
    private readonly List<(SchedulePoint Point, int Samples)> _unread = [];
    private double _rateSum;
    private double _lossSum;
    private long? _correct = 0;
    private long _samples;
    private long _steps;

    /// <summary>Goes on with an epoch.</summary>
    public EpochMeter(EpochProgress from, List<StepRecord>? log)
        : this(log) =>
        (_steps, _rateSum, _lossSum, _samples, _correct, LatestLoss) =
        (from.Steps, from.LearningRateSum, from.LossSum, from.Samples, from.Correct, from.LatestLoss);

    /// <summary>The loss of the newest update that was read.</summary>
    public double? LatestLoss { get; private set; }

    /// <summary>The first update whose loss was not finite.</summary>
    public (long Step, double LearningRate, double Loss)? NonFinite { get; private set; }

    public void Queued(SchedulePoint point, int samples)
    {
        _unread.Add((point, samples));
        _rateSum += point.LearningRate;
        _steps++;
    }

    public void Read(StepReadings readings)
    {
        for (int i = 0; i < readings.Losses.Count; i++)
        {
            (SchedulePoint point, int samples) = _unread[i];
            double loss = readings.Losses[i];
            if (!double.IsFinite(loss))
                NonFinite ??= (point.Step, point.LearningRate, loss);
            log?.Add(new StepRecord(point, loss));
            _lossSum += loss * samples;
            _samples += samples;
            LatestLoss = loss;
        }
        _unread.RemoveRange(0, readings.Losses.Count);
        _correct += readings.Correct;
    }

    /// <summary>The sums so far; all that was queued has been read.</summary>
    public EpochProgress Progress(double seconds) => new()
    {
        Steps = _steps,
        LearningRateSum = _rateSum,
        LossSum = _lossSum,
        Samples = _samples,
        Correct = _correct,
        LatestLoss = LatestLoss,
        Seconds = seconds,
    };

    public EpochRecord Close(int epoch, long step, Evaluation validation, double seconds) => new()
    {
        Epoch = epoch,
        Step = step,
        LearningRate = _rateSum / _steps,
        TrainLoss = _lossSum / _samples,
        TrainAccuracy = 100.0 * _correct / _samples,
        ValidationLoss = validation.Loss,
        ValidationAccuracy = validation.Accuracy,
        ValidationRSquared = validation.RSquared,
        Seconds = seconds,
    };
}
