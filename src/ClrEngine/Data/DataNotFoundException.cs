namespace ClrEngine.Data;

/// <summary>A text names no known data set, and nothing lies at it as a path.</summary>
public sealed class DataNotFoundException : TrainingDataException
{
    /// <summary>Reports what was asked for.</summary>
    /// <param name="requested">The text that names nothing.</param>
    /// <param name="message">What is known instead.</param>
    public DataNotFoundException(string requested, string message)
        : base(message) => Requested = requested;

    /// <summary>The text that names nothing.</summary>
    public string Requested { get; }

    /// <inheritdoc/>
    public override string ErrorId => "DataNotFound";
}
