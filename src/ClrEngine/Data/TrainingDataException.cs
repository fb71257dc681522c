namespace ClrEngine.Data;

/// <summary>Data cannot be loaded: the base of every error of this kind.</summary>
public abstract class TrainingDataException : Exception
{
    private protected TrainingDataException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }

    /// <summary>One word for the cause, the same in every language and version.</summary>
    public abstract string ErrorId { get; }
}
