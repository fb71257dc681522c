using ClrEngine.Files;

namespace ClrEngine.Schedules.Json;

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
