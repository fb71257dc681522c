using ClrEngine.Errors;

namespace ClrEngine.Schedules.Json;

/// <summary>A text that is not a schedule. The message says what was found and what is expected.</summary>
public sealed class ScheduleFormatException : FormatException, IClrError
{
    /// <summary>Makes the error.</summary>
    /// <param name="errorId">The cause, such as <c>UnknownScheduleKind</c>.</param>
    /// <param name="message">One sentence: what is wrong, and what to do.</param>
    /// <param name="inner">What the JSON reader said, if it did.</param>
    public ScheduleFormatException(string errorId, string message, Exception? inner = null)
        : base(message, inner) => ErrorId = errorId;

    /// <inheritdoc/>
    public string ErrorId { get; }
}
