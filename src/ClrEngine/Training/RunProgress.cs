using ClrEngine.Json;
using ClrEngine.Schedules;

namespace ClrEngine.Training;

/// <summary>How far a training run has come: with the learner's state, all that going on needs.</summary>
internal sealed record RunProgress : ISavedRecord
{
    public required long Step { get; init; }

    /// <summary>The whole epochs that have ended.</summary>
    public required IReadOnlyList<EpochRecord> Epochs { get; init; }

    /// <summary>The epoch that has not; null at an epoch's end. With all its updates, it was stopped while it was validated.</summary>
    public required EpochProgress? Epoch { get; init; }

    /// <summary>The cycles that have ended, where the run looks at them.</summary>
    public IReadOnlyList<CycleRecord> Cycles { get; init; } = [];

    void ISavedRecord.Validate()
    {
        RequireOrder(nameof(Epochs), nameof(EpochRecord.Epoch), [.. Epochs.Select(static epoch => (epoch.Epoch, epoch.Step))]);
        RequireOrder(nameof(Cycles), nameof(CycleRecord.Cycle), [.. Cycles.Select(static cycle => (cycle.Cycle, cycle.Step))]);
    }

    /// <exception cref="InvalidParameterException">Records that are read do not count on from 1, or go back in their steps.</exception>
    internal static void RequireOrder(string list, string field, IReadOnlyList<(int Number, long Step)> records)
    {
        for (int i = 0; i < records.Count; i++)
        {
            if (records[i].Number != i + 1)
                throw new InvalidParameterException($"{list}[{i}].{field}", records[i].Number, $"{records[i].Number} stands here; expected is {i + 1}, for they count on from 1.");
            if (i > 0 && records[i].Step < records[i - 1].Step)
                throw new InvalidParameterException($"{list}[{i}].step", records[i].Step, $"{records[i].Step} stands here, fewer than the {Counted.Of(records[i - 1].Step, "step")} before it.");
        }
    }

    /// <summary>Whether the parts fit each other.</summary>
    internal bool IsConsistent(long stepsPerEpoch) =>
        Step >= 0
        && Epochs.Count * stepsPerEpoch + (Epoch?.Steps ?? 0) == Step
        && (Epoch is null || Epoch.Steps <= stepsPerEpoch)
        && Epochs.Select((epoch, i) => epoch.Epoch == i + 1 && epoch.Step == (i + 1) * stepsPerEpoch).All(static fits => fits)
        && Cycles.Select((cycle, i) => cycle.Cycle == i + 1 && cycle.Step <= Step).All(static fits => fits);
}

/// <summary>What an epoch that has not ended yet has added up: enough to go on with it as if it had never stopped.</summary>
internal sealed record EpochProgress
{
    public required long Steps { get; set; }
    public required double LearningRateSum { get; set; }

    // Over the samples, of the mean loss of their batch.
    public required double LossSum { get; set; }
    public required long Samples { get; set; }

    // Null where the task has no classes.
    public required long? Correct { get; set; }
    public required double? LatestLoss { get; set; }
    [Within(0)]
    public required double Seconds { get; set; }
}

/// <summary>Adds up one epoch: rates and sample counts as updates are queued, losses and hits as they are read.</summary>
/// <param name="earlier">What the epoch has added up already; null where it begins.</param>
/// <param name="log">Takes what each update measured, once it is read; null keeps only sums.</param>
internal sealed class EpochMeter(EpochProgress? earlier, List<StepRecord>? log)
{
    private readonly List<(SchedulePoint Point, int Samples)> _unread = [];

    private readonly EpochProgress _sums = earlier is null
        ? new EpochProgress { Steps = 0, LearningRateSum = 0, LossSum = 0, Samples = 0, Correct = 0, LatestLoss = null, Seconds = 0 }
        : earlier with { };

    public double? LatestLoss => _sums.LatestLoss;

    /// <summary>The first update whose loss was not finite.</summary>
    public (long Step, double LearningRate, double Loss)? NonFinite { get; private set; }

    public void Queued(SchedulePoint point, int samples)
    {
        _unread.Add((point, samples));
        _sums.LearningRateSum += point.LearningRate;
        _sums.Steps++;
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
            _sums.LossSum += loss * samples;
            _sums.Samples += samples;
            _sums.LatestLoss = loss;
        }
        _unread.RemoveRange(0, readings.Losses.Count);
        _sums.Correct += readings.Correct;
    }

    /// <summary>The sums so far; all that was queued has been read.</summary>
    public EpochProgress Progress(double seconds) => _sums with { Seconds = seconds };

    public EpochRecord Close(int epoch, long step, Evaluation validation, double seconds) => new()
    {
        Epoch = epoch,
        Step = step,
        LearningRate = _sums.LearningRateSum / _sums.Steps,
        TrainLoss = _sums.LossSum / _sums.Samples,
        TrainAccuracy = 100.0 * _sums.Correct / _sums.Samples,
        ValidationLoss = validation.Loss,
        ValidationAccuracy = validation.Accuracy,
        ValidationRSquared = validation.RSquared,
        ValidationFigure = validation.Figure,
        Metrics = validation.Metrics,
        EmaLoss = validation.Average?.Loss,
        EmaAccuracy = validation.Average?.Accuracy,
        Seconds = seconds,
    };
}
