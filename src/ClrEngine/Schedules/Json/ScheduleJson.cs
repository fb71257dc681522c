using System.Text;
using System.Text.Json;

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
