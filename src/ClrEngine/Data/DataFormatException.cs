namespace ClrEngine.Data;

/// <summary>A file or folder does not hold what its format promises.</summary>
public sealed class DataFormatException : TrainingDataException
{
    /// <summary>Reports a fault.</summary>
    /// <param name="fault">The cause.</param>
    /// <param name="path">The file or folder at fault.</param>
    /// <param name="reason">What was expected, what was found and what to do, without the path.</param>
    /// <param name="innerException">The error beneath, if there is one.</param>
    public DataFormatException(DataFault fault, string path, string reason, Exception? innerException = null)
        : base($"'{path}' {reason}", innerException)
    {
        Fault = fault;
        Path = path;
    }

    /// <summary>The cause.</summary>
    public DataFault Fault { get; }

    /// <summary>The file or folder at fault.</summary>
    public string Path { get; }

    /// <inheritdoc/>
    public override string ErrorId => "Data" + Fault;
}
