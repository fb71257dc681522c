using System.Text;
using ClrEngine.Files;
using ClrEngine.Json;
using ClrEngine.Schedules;
using ClrEngine.Training.Formats;

namespace ClrEngine.Training.Histories;

/// <summary>
/// A training history in a file, whose kind its name tells: <c>.json</c> holds all of it, <c>.csv</c> and <c>.parquet</c> one row an epoch.
/// </summary>
public static class TrainingHistoryFile
{
    /// <summary>Writes or replaces a file; a reader sees the whole file or the one before.</summary>
    /// <exception cref="TrainingHistoryException">The name ends in none of these ways.</exception>
    /// <exception cref="ScheduleNotSaveableException">JSON was asked for, and the schedule holds code whose text is not known; nothing has been written then.</exception>
    /// <exception cref="FileNotWrittenException">The file cannot be written.</exception>
    public static void Write(string path, TrainingHistory history)
    {
        ArgumentNullException.ThrowIfNull(history);
        WriteAll(path, [history]);
    }

    /// <summary>Whether a file of this name holds the epochs of any number of histories.</summary>
    internal static bool IsTable(string path) => Extension(path) is ".csv" or ".parquet";

    /// <summary>Writes one history, or the epochs of several as one table.</summary>
    internal static void WriteAll(string path, IReadOnlyList<TrainingHistory> histories)
    {
        // The name of a device or a pipe tells nothing.
        Action<Stream> write = (Extension(path) is "" && FilePlace.IsDeviceAt(path) ? ".json" : Extension(path)) switch
        {
            ".json" => stream => stream.Write(Encoding.UTF8.GetBytes(TrainingHistoryJson.ToJson(histories[0]))),
            ".csv" => stream => EpochTable.WriteCsv(stream, histories),
            ".parquet" => stream => EpochTable.WriteParquet(stream, histories),
            _ => throw Unknown(path),
        };
        AtomicFile.Write(path, write);
    }

    /// <summary>Reads a <c>.json</c> file that <see cref="Write"/> wrote, as <see cref="TrainingHistoryJson.FromJson"/> reads a text.</summary>
    /// <exception cref="TrainingHistoryException">The file holds no whole history.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static TrainingHistory Read(string path, ScaleFunctionCompiler? compile = null)
    {
        Require.Exists(path, "the .json file of a history, or the folder of a sweep's run");
        if (IsTable(path))
            throw new TrainingHistoryException(TrainingHistoryErrors.NotWhole, $"'{path}' is a table of epochs, without the schedule and what else makes a history; give the .json file of the run, or read the rows with Import-Csv or any reader of Parquet.");
        if (Extension(path) != ".json")
            throw Unknown(path);
        return TrainingHistoryJson.Read(() => StrictJson.File(path, SavedDocument.Longest), compile, $"'{path}'");
    }

    private static string Extension(string path) => Path.GetExtension(path).ToLowerInvariant();

    private static TrainingHistoryException Unknown(string path) =>
        new(TrainingHistoryErrors.FileType, $"'{path}' ends in none of .json, .csv and .parquet; name the file so that its end tells its kind.");
}

/// <summary>The JSON form of a training history: what is read equals what was written, to the bit.</summary>
public static class TrainingHistoryJson
{
    /// <summary>The version that is written, and the newest that is read.</summary>
    public const int Version = 2;

    private static readonly SavedDocument Saved = new("clr-training-history", "history", Version, SavedDocument.Usual);

    /// <summary>Writes a history as indented JSON.</summary>
    /// <exception cref="ScheduleNotSaveableException">Its schedule holds code whose text is not known.</exception>
    public static string ToJson(TrainingHistory history)
    {
        ArgumentNullException.ThrowIfNull(history);
        // The serializer would hide the error of a schedule that cannot be saved in one of its own.
        ScheduleJson.ToNode(history.Schedule);
        return Saved.Write(history);
    }

    /// <summary>Reads what <see cref="ToJson"/> wrote; the history is marked as <see cref="TrainingHistory.IsImported"/>. <paramref name="compile"/> turns a script of its schedule into a function; without it a history whose schedule holds one is refused.</summary>
    /// <exception cref="TrainingHistoryException">The text is no training history, or one of a later version; the message names the place in it.</exception>
    /// <exception cref="ScheduleScriptException">Its schedule holds a script and there is no <paramref name="compile"/>.</exception>
    public static TrainingHistory FromJson(string json, ScaleFunctionCompiler? compile = null)
    {
        ArgumentNullException.ThrowIfNull(json);
        return Read(() => StrictJson.Bytes(json), compile);
    }

    internal static TrainingHistory Read(Func<byte[]> json, ScaleFunctionCompiler? compile, string subject = "This")
    {
        try
        {
            TrainingHistory read = Saved.Read<TrainingHistory>(json(), compile);
            return read.Command?.Any(IsHidden) == true
                ? throw new JsonFault(JsonFaultKind.Invalid, "$.history.command", "it has characters that a terminal does not show as they are, and who reads it would be deceived.")
                : read with { IsImported = true };
        }
        catch (JsonFault fault)
        {
            throw new TrainingHistoryException(
                fault.Kind == JsonFaultKind.Version && fault.Path == "$.version" ? TrainingHistoryErrors.Version : TrainingHistoryErrors.Unreadable,
                $"{subject} is no training history that can be read: {fault.Message} Give a file that Export-TrainingHistory wrote.",
                fault);
        }
    }

    // Such as the codes that move a terminal's cursor, and those that turn the direction of a text.
    private static bool IsHidden(char letter) => letter is (>= '\u202A' and <= '\u202E') or (>= '\u2066' and <= '\u2069') || (char.IsControl(letter) && letter is not ('\n' or '\r' or '\t'));
}

/// <summary>A file of a training history cannot be used.</summary>
public sealed class TrainingHistoryException(ErrorCause cause, string message, Exception? innerException = null) : ClrException(cause, message, innerException);

/// <summary>Why a file of a training history cannot be used.</summary>
internal static class TrainingHistoryErrors
{
    public static readonly ErrorCause FileType = new("TrainingHistoryFileType", ErrorKind.InvalidArgument,
        "The name of a training history's file does not tell its kind.", "Let it end in .json, .csv or .parquet.");

    public static readonly ErrorCause NotWhole = new("TrainingHistoryNotWhole", ErrorKind.InvalidData,
        "The file is a table of epochs, not a whole history.", "Give the .json file of the run, or read the rows with `Import-Csv`.");

    public static readonly ErrorCause Unreadable = new("TrainingHistoryUnreadable", ErrorKind.InvalidData,
        "A file is no training history.", "Give a file that `Export-TrainingHistory` wrote.");

    public static readonly ErrorCause Version = new("TrainingHistoryVersion", ErrorKind.InvalidData,
        "A later version of the module wrote the training history.", "Update the module.");
}
