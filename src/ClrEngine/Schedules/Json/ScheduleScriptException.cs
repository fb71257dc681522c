using ClrEngine.Errors;

namespace ClrEngine.Schedules.Json;

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
