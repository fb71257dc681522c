using ClrEngine.Torch.Models;

namespace ClrModule.Errors;

/// <summary>Every error record of the module is made here: one id a cause, the engine's sentence as the message.</summary>
internal static class ClrErrorRecords
{
    private static readonly ErrorCause AccessDenied = new(nameof(AccessDenied), ErrorKind.PermissionDenied,
        "A file or folder may not be read or written.", "Change its permissions, or give another path.");

    private static readonly ErrorCause FileNotFound = new(nameof(FileNotFound), ErrorKind.ObjectNotFound,
        "A file, or a folder on the way to it, is not there.", "Check the path.");

    private static readonly ErrorCause FileNotReadable = new(nameof(FileNotReadable), ErrorKind.ReadError,
        "A file cannot be read.", "Read the message of the system; close what holds the file, or give another path.");

    /// <summary>Whether the module words this error, or it is a defect that must surface as it is.</summary>
    public static bool IsKnown(Exception exception) => exception is IClrError or IOException or UnauthorizedAccessException || RawIn(exception) is not null;

    /// <summary>The record of an error.</summary>
    public static ErrorRecord Make(Exception exception, object? target, string command)
    {
        if (RawIn(exception) is { } raw)
            exception = new TorchOperationException(command, raw);
        ErrorCause cause = exception switch
        {
            IClrError known => known.Cause,
            UnauthorizedAccessException => AccessDenied,
            FileNotFoundException or DirectoryNotFoundException => FileNotFound,
            _ => FileNotReadable,
        };
        return new ErrorRecord(exception, cause.Id, Enum.Parse<ErrorCategory>(cause.Kind.ToString()), AtFault(exception) ?? target)
        {
            // What the machine lacks is not in the line that was typed; other messages say themselves what to write.
            ErrorDetails = cause.Kind is ErrorKind.ResourceUnavailable ? new(exception.Message) { RecommendedAction = cause.Remedy } : null,
        };
    }

    // What libtorch refuses in a script block comes wrapped by PowerShell.
    private static Exception? RawIn(Exception? exception) => exception switch
    {
        RuntimeException wrapped => RawIn(wrapped.InnerException),
        not null when TorchOperationException.IsRaw(exception) => exception,
        _ => null,
    };

    private static object? AtFault(Exception exception) => exception switch
    {
        InvalidParameterException invalid => invalid.Value,
        DataNotFoundException missing => missing.Requested,
        DataFormatException broken => broken.Path,
        ModelFileException file => file.Path,
        _ => null,
    };
}
