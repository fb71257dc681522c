using System.Management.Automation;
using ClrEngine.Data;
using ClrEngine.Errors;
using ClrEngine.RangeTest.Suggestions;
using ClrEngine.Schedules.Json;
using ClrEngine.Torch.Native;
using ClrEngine.Training;
using ClrEngine.Training.Checkpoints;
using ClrEngine.Training.Formats;

namespace ClrModule.Output;

/// <summary>Every error record of the module is made here: one id a cause, the engine's sentence as the message.</summary>
internal static class ClrErrorRecords
{
    /// <summary>Whether the module words this error, or it is a defect that must surface as it is.</summary>
    public static bool IsKnown(Exception exception) => exception is IClrError or IOException or UnauthorizedAccessException;

    /// <summary>The record of an error.</summary>
    /// <param name="exception">A known error.</param>
    /// <param name="target">The object that the cmdlet worked on.</param>
    public static ErrorRecord Of(Exception exception, object? target) => exception switch
    {
        InvalidParameterException invalid => new ErrorRecord(invalid, invalid.ErrorId, ErrorCategory.InvalidArgument, invalid.Value ?? target),
        IClrError known => new ErrorRecord(exception, known.ErrorId, CategoryOf(known), target),
        UnauthorizedAccessException => new ErrorRecord(exception, "AccessDenied", ErrorCategory.PermissionDenied, target),
        _ => new ErrorRecord(exception, "FileNotReadable", ErrorCategory.ReadError, target),
    };

    private static ErrorCategory CategoryOf(IClrError error) => error switch
    {
        CheckpointException { Fault: CheckpointFault.FolderInUse or CheckpointFault.NoSpace } => ErrorCategory.ResourceUnavailable,
        CheckpointException { Fault: CheckpointFault.NotWritten } => ErrorCategory.WriteError,
        CheckpointException or SafetensorsException or StateMismatchException => ErrorCategory.InvalidData,
        DataNotFoundException => ErrorCategory.ObjectNotFound,
        TrainingDataException => ErrorCategory.InvalidData,
        TorchLibraryException => ErrorCategory.ResourceUnavailable,
        ScheduleFormatException => ErrorCategory.InvalidData,
        ScheduleNotSaveableException => ErrorCategory.NotImplemented,
        ScheduleScriptException => ErrorCategory.SecurityError,
        NoSuggestionException => ErrorCategory.InvalidResult,
        _ => ErrorCategory.NotSpecified,
    };
}
