namespace ClrEngine.Training;

/// <summary>A learner's state at one moment, held by value until disposed.</summary>
public interface ILearnerState : IDisposable
{
    /// <summary>
    /// The whole state as named arrays. Names begin with <c>model.</c> for what makes the trained model (weights and buffers),
    /// with <c>optimizer.</c> or <c>random.</c> for what only going on needs.
    /// </summary>
    IReadOnlyList<StateTensor> Export();

    /// <summary>Replaces what was captured by named arrays; <see cref="ILearner.Restore"/> then puts them into the learner.</summary>
    /// <param name="tensors">What <see cref="Export"/> gave, of this learner or of one made alike in another process.</param>
    /// <exception cref="StateMismatchException">An array is missing, is too many, or has another type or shape; nothing was replaced.</exception>
    void Import(IReadOnlyList<StateTensor> tensors);
}
