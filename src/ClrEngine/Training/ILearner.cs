using ClrEngine.Schedules;

namespace ClrEngine.Training;

/// <summary>
/// The seam between the training loop and what learns: a model with its data, loss and optimiser.
/// The loop above it is the same for torch and for a formula in a test.
/// </summary>
public interface ILearner
{
    /// <summary>Training samples that batches index.</summary>
    long SampleCount { get; }

    /// <summary>
    /// How many steps a caller who watches each loss should let pass between two calls of <see cref="Read"/>:
    /// 1 where reading costs nothing, more where it waits for a device.
    /// </summary>
    int ReadInterval { get; }

    /// <summary>One optimiser update. Does not wait for the device; the loss is kept until <see cref="Read"/>.</summary>
    /// <param name="batch">The samples.</param>
    /// <param name="point">The learning rate and momentum in force for this update.</param>
    void Step(in Batch batch, in SchedulePoint point);

    /// <summary>What the steps since the last call measured. Waits for the device.</summary>
    StepReadings Read();

    /// <summary>Loss and accuracy on the validation samples, in evaluation mode.</summary>
    /// <param name="cancellationToken">Ends it between two batches; the learner is as it was.</param>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    Evaluation Evaluate(CancellationToken cancellationToken = default);

    /// <summary>A copy by value of all that <see cref="Step"/> changes: weights, buffers, optimiser state, random state, mode.</summary>
    ILearnerState Capture();

    /// <summary>Puts a captured state back, bit for bit.</summary>
    /// <param name="state">A state that this learner captured.</param>
    void Restore(ILearnerState state);
}
