using ClrEngine.Schedules;
using ClrEngine.Training.Cycles;

namespace ClrEngine.Training;

/// <summary>How far a training run has come: with the learner's state, all that going on needs.</summary>
public sealed record RunProgress
{
    /// <summary>Optimiser updates taken.</summary>
    public required long Step { get; init; }

    /// <summary>The whole epochs that have ended.</summary>
    public required IReadOnlyList<EpochRecord> Epochs { get; init; }

    /// <summary>The epoch that has not; null at an epoch's end. With all its updates, it was stopped while it was validated.</summary>
    public required EpochProgress? Epoch { get; init; }

    /// <summary>The cycles that have ended, where the run looks at them.</summary>
    public IReadOnlyList<CycleRecord> Cycles { get; init; } = [];

    /// <summary>Whether the parts fit each other.</summary>
    /// <param name="stepsPerEpoch">Updates of one epoch.</param>
    internal bool IsConsistent(long stepsPerEpoch) =>
        Step >= 0
        && Epochs.Count * stepsPerEpoch + (Epoch?.Steps ?? 0) == Step
        && (Epoch is null || Epoch.Steps <= stepsPerEpoch)
        && Epochs.Select((epoch, i) => epoch.Epoch == i + 1 && epoch.Step == (i + 1) * stepsPerEpoch).All(static fits => fits)
        && Cycles.Select((cycle, i) => cycle.Cycle == i + 1 && cycle.Step <= Step).All(static fits => fits);
}

/// <summary>What an epoch that has not ended yet has added up: enough to go on with it as if it had never stopped.</summary>
public sealed record EpochProgress
{
    /// <summary>Updates taken in the epoch.</summary>
    public required long Steps { get; init; }

    /// <summary>The sum of their learning rates.</summary>
    public required double LearningRateSum { get; init; }

    /// <summary>The sum over their samples of the batch's mean loss.</summary>
    public required double LossSum { get; init; }

    /// <summary>Their samples.</summary>
    public required long Samples { get; init; }

    /// <summary>Samples classified rightly; null where the task has no classes.</summary>
    public required long? Correct { get; init; }

    /// <summary>The loss of the newest update.</summary>
    public required double? LatestLoss { get; init; }

    /// <summary>Seconds spent on the epoch.</summary>
    public required double Seconds { get; init; }
}

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
