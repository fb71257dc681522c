using ClrEngine.Files;
using ClrEngine.Schedules.Json;

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
        WholeFile.Write(path, Writer(path, history));
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

    private static Action<string> Writer(string path, TrainingHistory history)
    {
        switch (Extension(path))
        {
            case ".json":
                string json = TrainingHistoryJson.ToJson(history);
                return beside => File.WriteAllText(beside, json);
            case ".csv":
                return beside => EpochCsv.Write(beside, history.Epochs);
            case ".parquet":
                return beside => EpochParquet.Write(beside, history.Epochs);
            default:
                throw Unknown(path);
        }
    }

    private static string Extension(string path) => Path.GetExtension(path).ToLowerInvariant();

    private static TrainingHistoryException Unknown(string path) =>
        new(TrainingHistoryFault.FileType, $"'{path}' ends in none of .json, .csv and .parquet; name the file so that its end tells its kind.");
}
