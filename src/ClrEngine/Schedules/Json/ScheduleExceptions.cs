using ClrEngine.Json;

namespace ClrEngine.Schedules.Json;

/// <summary>A text that is not a schedule. The message says what was found and what is expected.</summary>
public sealed class ScheduleFormatException(ErrorCause cause, string message, Exception? inner = null) : FormatException(message, inner), IClrError
{
    /// <inheritdoc/>
    public ErrorCause Cause => cause;

    /// <inheritdoc/>
    public string ErrorId => Cause.Id;
}

/// <summary>Why a text is not a schedule.</summary>
internal static class ScheduleFormatErrors
{
    /// <summary>The error of a text, or of the file that a subject names, that shall be a schedule.</summary>
    public static Exception From(JsonFault fault, string subject = "This") => fault.InnerException is InvalidParameterException inner
        ? new InvalidParameterException(inner.ParamName!, inner.Value, fault.Message, inner.Cause)
        : new ScheduleFormatException(CauseOf(fault.Kind), $"{subject} is no schedule that can be read: {fault.Message} Give what ToJson or Export-LrSchedule wrote.", fault);

    private static ErrorCause CauseOf(JsonFaultKind kind) => kind switch
    {
        JsonFaultKind.Version => UnknownScheduleVersion,
        JsonFaultKind.Kind => UnknownScheduleKind,
        JsonFaultKind.Duplicate => DuplicateScheduleField,
        JsonFaultKind.Missing => MissingScheduleField,
        JsonFaultKind.Unknown => UnknownScheduleField,
        JsonFaultKind.Invalid => InvalidScheduleField,
        _ => ScheduleNotJson,
    };

    public static readonly ErrorCause DuplicateScheduleField = new(nameof(DuplicateScheduleField), ErrorKind.InvalidData,
        "A saved schedule has a field twice.", "Remove one of them.");

    public static readonly ErrorCause InvalidScheduleField = new(nameof(InvalidScheduleField), ErrorKind.InvalidData,
        "A field of a saved schedule has a value that cannot be used.", "Write the value as the message says.");

    public static readonly ErrorCause MissingScheduleField = new(nameof(MissingScheduleField), ErrorKind.InvalidData,
        "A saved schedule lacks a field.", "Add the field, or save the schedule again.");

    public static readonly ErrorCause ScheduleNotJson = new(nameof(ScheduleNotJson), ErrorKind.InvalidData,
        "The text is no JSON, or longer than any schedule.", "Give a file that `Export-LrSchedule` wrote.");

    public static readonly ErrorCause UnknownScheduleField = new(nameof(UnknownScheduleField), ErrorKind.InvalidData,
        "A saved schedule has a field that is not known.", "Remove it, or mend its name.");

    public static readonly ErrorCause UnknownScheduleKind = new(nameof(UnknownScheduleKind), ErrorKind.InvalidData,
        "A saved schedule is of a kind that is not known.", "Use one of the kinds in the message, or a newer version.");

    public static readonly ErrorCause UnknownScheduleVersion = new(nameof(UnknownScheduleVersion), ErrorKind.InvalidData,
        "A schedule was saved by a version that this one does not read.", "Update the module, or save the schedule again.");
}

/// <summary>A schedule that has no JSON form, because it holds code whose text is not known, or is of a type of the user's own.</summary>
public sealed class ScheduleNotSaveableException(string message) : NotSupportedException(message), IClrError
{
    private static readonly ErrorCause ScheduleNotSaveable = new(nameof(ScheduleNotSaveable), ErrorKind.NotImplemented,
        "The schedule holds code whose text is not known.", "Make it from a script block, or save the parts that are data.");

    /// <inheritdoc/>
    public ErrorCause Cause => ScheduleNotSaveable;

    /// <inheritdoc/>
    public string ErrorId => Cause.Id;
}

/// <summary>A saved schedule holds a script, and to read it would mean to run code from a file.</summary>
public sealed class ScheduleScriptException(string text) : InvalidOperationException(
    $"The schedule holds the script {{{text}}}, and reading it would run that code; look at it, and if you trust it read with -AllowScript (in C#: give Read a compiler)."), IClrError
{
    private static readonly ErrorCause ScheduleHoldsScript = new(nameof(ScheduleHoldsScript), ErrorKind.SecurityError,
        "A saved schedule holds a script, and to read it is to run it.", "Look at the script; where you trust it, read with `-AllowScript`.");

    /// <summary>The script's text.</summary>
    public string Text => text;

    /// <inheritdoc/>
    public ErrorCause Cause => ScheduleHoldsScript;

    /// <inheritdoc/>
    public string ErrorId => Cause.Id;
}
