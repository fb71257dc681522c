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

/// <summary>What is wrong with a data file: one word a cause.</summary>
public enum DataFault
{
    /// <summary>The file does not start as its format demands.</summary>
    Magic,

    /// <summary>A dimension in the header is negative.</summary>
    Dimension,

    /// <summary>The file holds less than its header promises.</summary>
    Truncated,

    /// <summary>The file holds more than its header promises.</summary>
    Trailing,

    /// <summary>The header promises more than one array can hold.</summary>
    TooLarge,

    /// <summary>The compressed stream is damaged.</summary>
    Compression,

    /// <summary>There is no sample, or a sample has no value.</summary>
    Empty,

    /// <summary>There are too few samples to hold some out for validation.</summary>
    TooFew,

    /// <summary>Samples and labels differ in number.</summary>
    CountMismatch,

    /// <summary>Training and validation samples differ in shape.</summary>
    ShapeMismatch,

    /// <summary>A label is not one of the classes.</summary>
    Label,

    /// <summary>A file that belongs to the set is not there.</summary>
    Missing,

    /// <summary>No known format reads this path.</summary>
    UnknownFormat,

    /// <summary>A table lacks a column that was named, or the name fits several.</summary>
    Column,

    /// <summary>Rows of a table have different numbers of fields.</summary>
    RowLength,

    /// <summary>A field of a table is empty, or says that its value is not known.</summary>
    MissingValue,

    /// <summary>A value is not a number where one must be, or is not finite.</summary>
    Value,

    /// <summary>A column of texts has too many different ones, or too long ones, to be categories.</summary>
    Categories,

    /// <summary>Text is not encoded or quoted as it must be.</summary>
    Text,

    /// <summary>The numbers are stored in a type or an order that is not read.</summary>
    Type,

    /// <summary>A link leads out of the folder that was named.</summary>
    Outside,
}

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
