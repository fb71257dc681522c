using ClrEngine.Schedules;

namespace ClrEngine.Training;

/// <summary>
/// The seam between the training loop and what learns: a model with its data, loss and optimiser.
/// The loop above it is the same for torch and for a formula in a test.
/// </summary>
public interface ILearner
{
    internal long SampleCount { get; }

    /// <summary>Multiplications of one sample's way through the model, roughly: by it long trials are kept from costing too much. Infinite where it is not known.</summary>
    internal double MultiplyAdds => double.PositiveInfinity;

    /// <summary>
    /// How many steps a caller who watches each loss should let pass between two calls of <see cref="Read"/>:
    /// 1 where reading costs nothing, more where it waits for a device.
    /// </summary>
    internal int ReadInterval { get; }

    /// <summary>One optimiser update. Does not wait for the device; the loss is kept until <see cref="Read"/>.</summary>
    internal void Step(in Batch batch, in SchedulePoint point);

    /// <summary>What the steps since the last call measured. Waits for the device.</summary>
    internal StepReadings Read();

    /// <summary>Loss and accuracy on the validation samples, in evaluation mode. Where it is cancelled, the learner is as it was.</summary>
    internal Evaluation Evaluate(CancellationToken cancellationToken = default);

    /// <summary>A copy by value of all that <see cref="Step"/> changes: weights, buffers, optimiser state, random state, mode.</summary>
    internal ILearnerState Capture();

    /// <summary>Puts a state back that this learner captured, bit for bit.</summary>
    internal void Restore(ILearnerState state);
}

/// <summary>A learner's state at one moment, held by value until disposed.</summary>
internal interface ILearnerState : IDisposable
{
    /// <summary>
    /// The whole state as named arrays. Names begin with <c>model.</c> for what makes the trained model (weights and buffers),
    /// with <c>optimizer.</c> or <c>random.</c> for what only going on needs.
    /// </summary>
    IReadOnlyList<StateTensor> Export();

    /// <summary>
    /// Replaces what was captured by what <see cref="Export"/> gave, of this learner or of one made alike in another process;
    /// <see cref="ILearner.Restore"/> then puts it into the learner.
    /// </summary>
    /// <exception cref="StateMismatchException">An array is missing, is too many, or has another type or shape; nothing was replaced.</exception>
    void Import(IReadOnlyList<StateTensor> tensors);
}

/// <summary>What a learner measured since it was last read: the mean loss of each batch before its update, and samples classified rightly, or null where the task has no classes.</summary>
internal sealed record StepReadings(IReadOnlyList<double> Losses, long? Correct);

/// <summary>How a model does on a set of samples: the mean loss, and samples classified rightly, in percent, or null where the task has no classes.</summary>
internal sealed record Evaluation(double Loss, double? Accuracy, long Samples)
{
    /// <summary>
    /// The share of the targets' variance that a regression explains, at most 1 (the coefficient of determination, weighted by variance where a sample has several values);
    /// null where the task has classes, or all targets are equal.
    /// </summary>
    public double? RSquared { get; init; }

    /// <summary>How the moving average of the weights does; null where none is kept.</summary>
    public Evaluation? Average { get; init; }

    /// <summary>The figure by which the run chooses its best epoch; null where it chooses by none, or it cannot be told.</summary>
    public double? Figure { get; init; }

    /// <summary>What the metrics of one's own say; null where there are none, or the loss is not finite.</summary>
    public IReadOnlyList<MetricValue>? Metrics { get; init; }
}

/// <summary>The one loop that trains: a range test and a training run both pull from it.</summary>
internal static class TrainingLoop
{
    /// <summary>Takes the updates before <paramref name="to"/>, one each time the caller pulls, and yields it once it is queued on the device.</summary>
    /// <exception cref="OperationCanceledException">Cancelled; the updates yielded so far have happened, no other.</exception>
    public static IEnumerable<(SchedulePoint Point, int Samples)> Steps(
        ILearner learner, BatchPlan plan, ILrSchedule schedule, long from, long to, CancellationToken cancellationToken)
    {
        for (long step = from; step < to; step++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            SchedulePoint point = schedule.At(step);
            Batch batch = plan.At(step);
            learner.Step(batch, point);
            yield return (point, batch.Count);
        }
    }
}
