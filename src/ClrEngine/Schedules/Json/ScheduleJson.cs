using System.Text.Json;
using System.Text;
using ClrEngine.Errors;
using ClrEngine.Files;

namespace ClrEngine.Schedules.Json;

/// <summary>
/// Schedules as JSON: the whole definition, so that what is read equals what was written, to the bit.
/// An object with <c>version</c>, <c>kind</c> and the schedule's own fields; schedules inside it have no version.
/// </summary>
public static class ScheduleJson
{
    /// <summary>The version that is written, and the only one that is read.</summary>
    public const int Version = 1;

    /// <summary>Writes a schedule.</summary>
    /// <param name="schedule">The schedule.</param>
    /// <returns>Indented JSON.</returns>
    /// <exception cref="ScheduleNotSaveableException">It holds a function whose text is not known, or is of a type that is not this library's.</exception>
    public static string Write(ILrSchedule schedule)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = true }))
            Write(writer, schedule);
        return Encoding.UTF8.GetString(stream.ToArray());
    }

    /// <summary>Writes a schedule as one value of a larger document.</summary>
    /// <param name="writer">Where a value is expected.</param>
    /// <param name="schedule">The schedule.</param>
    /// <exception cref="ScheduleNotSaveableException">It holds a function whose text is not known, or is of a type that is not this library's. Nothing has been written then.</exception>
    public static void Write(Utf8JsonWriter writer, ILrSchedule schedule)
    {
        ArgumentNullException.ThrowIfNull(writer);
        ArgumentNullException.ThrowIfNull(schedule);
        ScheduleCodecs.CheckSaveable(schedule);
        writer.WriteStartObject();
        writer.WriteNumber("version", Version);
        new ScheduleFieldWriter(writer).Fields(schedule);
        writer.WriteEndObject();
    }

    /// <summary>Reads a schedule. Every value goes through the schedule's own checks again.</summary>
    /// <param name="json">What <see cref="Write(ILrSchedule)"/> gave.</param>
    /// <param name="compile">Turns a saved script into a function; without it a schedule that holds a script is refused.</param>
    /// <exception cref="ScheduleFormatException">It is not JSON, of another version or kind, or a field is missing, unknown or of the wrong type.</exception>
    /// <exception cref="ScheduleScriptException">It holds a script and there is no <paramref name="compile"/>.</exception>
    /// <exception cref="Errors.InvalidParameterException">A value is outside its range.</exception>
    public static ILrSchedule Read(string json, ScaleFunctionCompiler? compile = null)
    {
        ArgumentNullException.ThrowIfNull(json);
        JsonDocument document;
        try
        {
            document = JsonDocument.Parse(json);
        }
        catch (JsonException exception)
        {
            throw new ScheduleFormatException("ScheduleNotJson", $"The text is not JSON ({exception.Message}); give what ToJson or Export-LrSchedule wrote.", exception);
        }
        using (document)
            return Read(document.RootElement, compile);
    }

    /// <summary>Reads a schedule that is one value of a larger document.</summary>
    /// <param name="element">The value.</param>
    /// <param name="compile">As in <see cref="Read(string, ScaleFunctionCompiler?)"/>.</param>
    public static ILrSchedule Read(JsonElement element, ScaleFunctionCompiler? compile = null)
    {
        var fields = new ScheduleFieldReader(element, compile);
        long version = fields.WholeNumber("version");
        return version == Version
            ? fields.ToSchedule()
            : throw new ScheduleFormatException("UnknownScheduleVersion", $"The schedule is of version {version} and this library reads version {Version}; read it with the library that wrote it.");
    }
}

/// <summary>A schedule in a file of its own.</summary>
public static class ScheduleFile
{
    /// <summary>Writes a schedule; a reader sees the whole file or the one before.</summary>
    /// <param name="path">The file; it is replaced.</param>
    /// <param name="schedule">The schedule.</param>
    /// <exception cref="ScheduleNotSaveableException">It holds a function whose text is not known; nothing has been written then.</exception>
    /// <exception cref="FileNotWrittenException">The file cannot be written.</exception>
    public static void Write(string path, ILrSchedule schedule)
    {
        string json = ScheduleJson.Write(schedule);
        WholeFile.Write(path, beside => File.WriteAllText(beside, json));
    }

    /// <summary>Reads a schedule.</summary>
    /// <param name="path">The file.</param>
    /// <param name="compile">As in <see cref="ScheduleJson.Read(string, ScaleFunctionCompiler?)"/>.</param>
    /// <exception cref="ScheduleFormatException">The file holds no schedule.</exception>
    /// <exception cref="ScheduleScriptException">It holds a script and there is no <paramref name="compile"/>.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static ILrSchedule Read(string path, ScaleFunctionCompiler? compile = null) => ScheduleJson.Read(File.ReadAllText(path), compile);
}

/// <summary>Turns a saved script into a function; whoever gives one trusts what is read.</summary>
/// <param name="text">The script's text.</param>
/// <returns>The amplitude of a cycle or a step.</returns>
public delegate Func<double, double> ScaleFunctionCompiler(string text);

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
