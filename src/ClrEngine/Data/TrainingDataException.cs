using ClrEngine.Errors;

namespace ClrEngine.Data;

/// <summary>Data cannot be loaded: the base of every error of this kind.</summary>
public abstract class TrainingDataException : Exception, IClrError
{
    private protected TrainingDataException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }

    /// <inheritdoc/>
    public abstract string ErrorId { get; }
}
