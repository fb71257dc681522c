using ClrEngine.Errors;

namespace ClrEngine.Training;

/// <summary>A saved state does not fit the learner that shall take it.</summary>
public sealed class StateMismatchException : Exception, IClrError
{
    /// <summary>Reports the first difference.</summary>
    /// <param name="difference">What the saved state has and what the learner has.</param>
    public StateMismatchException(string difference)
        : base($"The saved state belongs to another model or optimizer: {difference} Give the model, the data and the optimizer that it was saved with.") =>
        Difference = difference;

    /// <summary>The first difference, as a sentence.</summary>
    public string Difference { get; }

    /// <inheritdoc/>
    public string ErrorId => "StateMismatch";
}
