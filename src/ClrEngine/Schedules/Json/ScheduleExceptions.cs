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

/// <summary>A schedule that has no JSON form, because it holds code whose text is not known, or is of a type of the user's own.</summary>
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

/// <summary>A saved schedule holds a script, and to read it would mean to run code from a file.</summary>
public sealed class ScheduleScriptException : InvalidOperationException, IClrError
{
    /// <summary>Makes the error.</summary>
    /// <param name="text">The script's text, for whoever decides whether to allow it.</param>
    public ScheduleScriptException(string text)
        : base($"The schedule holds the script {{{text}}}, and reading it would run that code; look at it, and if you trust it read with -AllowScript (in C#: give Read a compiler).")
        => Text = text;

    /// <summary>The script's text.</summary>
    public string Text { get; }

    /// <inheritdoc/>
    public string ErrorId => "ScheduleHoldsScript";
}
