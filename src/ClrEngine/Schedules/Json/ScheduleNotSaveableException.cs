using ClrEngine.Errors;

namespace ClrEngine.Schedules.Json;

/// <summary>A schedule that has no JSON form, because it holds code whose text is not known.</summary>
public sealed class ScheduleNotSaveableException : NotSupportedException, IClrError
{
    /// <summary>Makes the error.</summary>
    /// <param name="message">One sentence: what cannot be saved, and what to do.</param>
    public ScheduleNotSaveableException(string message)
        : base(message)
    {
    }

    /// <inheritdoc/>
    public string ErrorId => "ScheduleNotSaveable";
}
