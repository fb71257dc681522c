using System.Text.Json;
using System.Text.Json.Serialization;
using ClrEngine.Errors;
using ClrEngine.Files;
using ClrEngine.Schedules.Json;
using ClrEngine.Training.Formats;

namespace ClrEngine.Training.Histories;

/// <summary>
/// A training history in a file, whose kind its name tells: <c>.json</c> holds all of it, <c>.csv</c> and <c>.parquet</c> one row an epoch.
/// </summary>
public static class TrainingHistoryFile
{
    // A million epochs take about 400 MB: no file that was written here is longer.
    private const long LongestJson = 512L << 20;

    /// <summary>Writes a history; a reader sees the whole file or the one before.</summary>
    /// <param name="path">The file; it is replaced.</param>
    /// <param name="history">The history.</param>
    /// <exception cref="TrainingHistoryException">The name ends in none of these ways.</exception>
    /// <exception cref="ScheduleNotSaveableException">JSON was asked for, and the schedule holds code whose text is not known; nothing has been written then.</exception>
    /// <exception cref="FileNotWrittenException">The file cannot be written.</exception>
    public static void Write(string path, TrainingHistory history)
    {
        ArgumentNullException.ThrowIfNull(history);
        switch (Extension(path))
        {
            case ".json":
                AtomicFile.Write(path, TrainingHistoryJson.ToJson(history));
                break;
            case ".csv":
                AtomicFile.Write(path, stream => EpochTable.WriteCsv(stream, history.Epochs));
                break;
            case ".parquet":
                AtomicFile.Write(path, stream => EpochTable.WriteParquet(stream, history.Epochs));
                break;
            default:
                throw Unknown(path);
        }
    }

    /// <summary>Reads a history.</summary>
    /// <param name="path">A <c>.json</c> file that <see cref="Write"/> wrote.</param>
    /// <param name="compile">As in <see cref="TrainingHistoryJson.FromJson"/>.</param>
    /// <exception cref="TrainingHistoryException">The file holds no whole history.</exception>
    /// <exception cref="ScheduleFormatException">Its schedule cannot be read.</exception>
    /// <exception cref="ScheduleScriptException">Its schedule holds a script and there is no <paramref name="compile"/>.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static TrainingHistory Read(string path, ScaleFunctionCompiler? compile = null)
    {
        switch (Extension(path))
        {
            case ".csv" or ".parquet":
                throw new TrainingHistoryException(TrainingHistoryFault.NotWhole, $"'{path}' is a table of epochs, without the schedule and what else makes a history; give the .json file of the run, or read the rows with Import-Csv or any reader of Parquet.");
            case ".json":
                break;
            default:
                throw Unknown(path);
        }
        return new FileInfo(path).Length <= LongestJson
            ? TrainingHistoryJson.FromJson(File.ReadAllText(path), compile)
            : throw new TrainingHistoryException(TrainingHistoryFault.Unreadable, $"'{path}' is longer than {LongestJson} bytes, more than any training history takes; give a file that Export-TrainingHistory wrote.");
    }

    private static string Extension(string path) => Path.GetExtension(path).ToLowerInvariant();

    private static TrainingHistoryException Unknown(string path) =>
        new(TrainingHistoryFault.FileType, $"'{path}' ends in none of .json, .csv and .parquet; name the file so that its end tells its kind.");
}

/// <summary>The JSON form of a training history: what is read equals what was written, to the bit.</summary>
public static class TrainingHistoryJson
{
    /// <summary>The version that is written, and the newest that is read.</summary>
    public const int Version = 2;

    private const string Format = "clr-training-history";

    /// <summary>Writes a history.</summary>
    /// <param name="history">The history.</param>
    /// <returns>JSON, indented.</returns>
    /// <exception cref="ScheduleNotSaveableException">Its schedule holds code whose text is not known.</exception>
    public static string ToJson(TrainingHistory history)
    {
        ArgumentNullException.ThrowIfNull(history);
        // The serializer would hide the error of a schedule that cannot be saved in one of its own.
        ScheduleJson.ToNode(history.Schedule);
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
            document = JsonSerializer.Deserialize<Document>(EarlierFormat.Upgrade(json, "history"), Options(compile));
        }
        catch (JsonException exception)
        {
            throw new TrainingHistoryException(TrainingHistoryFault.Unreadable, $"This is no training history: {exception.Message} Give a file that Export-TrainingHistory wrote.", exception);
        }
        if (document is { Format: Format, Version: > Version })
            throw new TrainingHistoryException(TrainingHistoryFault.Version, $"The training history is of format version {document.Version}, and this engine reads up to {Version}: use a newer engine.");
        return document is { Format: Format, Version: Version, History: { Run.Schedule: not null } history } && AreWhole(history.Epochs) && AreWhole(history.Cycles)
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
}

/// <summary>A file of a training history cannot be used.</summary>
public sealed class TrainingHistoryException : Exception, IClrError
{
    /// <summary>Reports a fault.</summary>
    /// <param name="fault">The cause.</param>
    /// <param name="message">What is wrong and what to do.</param>
    /// <param name="innerException">The error beneath, if there is one.</param>
    public TrainingHistoryException(TrainingHistoryFault fault, string message, Exception? innerException = null)
        : base(message, innerException) => Fault = fault;

    /// <summary>The cause.</summary>
    public TrainingHistoryFault Fault { get; }

    /// <inheritdoc/>
    public string ErrorId => "TrainingHistory" + Fault;
}

/// <summary>Why a file of a training history cannot be used: one word a cause.</summary>
public enum TrainingHistoryFault
{
    /// <summary>The file's name ends in no known way.</summary>
    FileType,

    /// <summary>The file holds epochs alone, and no history can be made of them.</summary>
    NotWhole,

    /// <summary>What is in the file is no training history.</summary>
    Unreadable,

    /// <summary>A later version wrote the file.</summary>
    Version,
}
