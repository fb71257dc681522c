using System.Text.Json;
using System.Text.Json.Serialization;
using ClrEngine.Schedules;
using ClrEngine.Schedules.Json;

namespace ClrEngine.Training.Histories;

/// <summary>The JSON form of a training history: what is read equals what was written, to the bit.</summary>
public static class TrainingHistoryJson
{
    /// <summary>The version that is written, and the newest that is read.</summary>
    public const int Version = 1;

    private const string Format = "clr-training-history";

    /// <summary>Writes a history.</summary>
    /// <param name="history">The history.</param>
    /// <returns>JSON, indented.</returns>
    /// <exception cref="ScheduleNotSaveableException">Its schedule holds code whose text is not known.</exception>
    public static string ToJson(TrainingHistory history)
    {
        ArgumentNullException.ThrowIfNull(history);
        ScheduleJson.CheckSaveable(history.Schedule);
        return JsonSerializer.Serialize(new Document(Format, Version, history), Options(null));
    }

    /// <summary>Reads a history.</summary>
    /// <param name="json">What <see cref="ToJson"/> wrote.</param>
    /// <param name="compile">Turns a script of its schedule into a function; without it a history whose schedule holds one is refused.</param>
    /// <exception cref="TrainingHistoryException">The text is no training history, or one of a later version.</exception>
    /// <exception cref="ScheduleFormatException">Its schedule cannot be read.</exception>
    /// <exception cref="ScheduleScriptException">Its schedule holds a script and there is no <paramref name="compile"/>.</exception>
    public static TrainingHistory FromJson(string json, ScaleFunctionCompiler? compile = null)
    {
        ArgumentNullException.ThrowIfNull(json);
        Document? document;
        try
        {
            document = JsonSerializer.Deserialize<Document>(json, Options(compile));
        }
        catch (JsonException exception)
        {
            throw new TrainingHistoryException(TrainingHistoryFault.Unreadable, $"This is no training history: {exception.Message} Give a file that Export-TrainingHistory wrote.", exception);
        }
        if (document is { Format: Format, Version: > Version })
            throw new TrainingHistoryException(TrainingHistoryFault.Version, $"The training history is of format version {document.Version}, and this engine reads up to {Version}: use a newer engine.");
        return document is { Format: Format, Version: Version, History: { Schedule: not null } history } && AreWhole(history.Epochs) && AreWhole(history.Cycles)
            ? history
            : throw new TrainingHistoryException(TrainingHistoryFault.Unreadable, $"This is no training history: it has no format '{Format}' with a whole history in it. Give a file that Export-TrainingHistory wrote.");
    }

    private static bool AreWhole<T>(IReadOnlyList<T>? records) where T : class => records is not null && records.All(static record => record is not null);

    private static JsonSerializerOptions Options(ScaleFunctionCompiler? compile) => new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        WriteIndented = true,
        IgnoreReadOnlyProperties = true,
        // A validation loss may be NaN or infinite: it is written as "NaN", "Infinity" and "-Infinity".
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        Converters = { new JsonStringEnumConverter(), new ScheduleConverter(compile) },
    };

    private sealed record Document(string Format, int Version, TrainingHistory? History);

    private sealed class ScheduleConverter(ScaleFunctionCompiler? compile) : JsonConverter<ILrSchedule>
    {
        public override ILrSchedule Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            using JsonDocument value = JsonDocument.ParseValue(ref reader);
            return ScheduleJson.Read(value.RootElement, compile);
        }

        public override void Write(Utf8JsonWriter writer, ILrSchedule value, JsonSerializerOptions options) => ScheduleJson.Write(writer, value);
    }
}
