using System.Diagnostics;
using System.Globalization;
using ClrEngine.Files;
using Tensorboard;

namespace ClrEngine.Torch.TensorBoard;

/// <summary>
/// One file of TensorBoard events. Events gather in memory and are written together: when 64 KiB have gathered, when the oldest waits for
/// 10 seconds at the next event, and where the caller flushes.
/// </summary>
internal sealed class EventFile : IDisposable
{
    // What TensorBoard calls the format in which a later file can take back an earlier one's steps.
    private const string Version = "brain.Event:2";
    private const int FlushAtLength = 1 << 16;
    private static readonly TimeSpan FlushAfter = TimeSpan.FromSeconds(10);

    private readonly FileStream _file;
    private readonly MemoryStream _waiting = new();
    private readonly Stopwatch _sinceFlush = Stopwatch.StartNew();

    private EventFile(FileStream file) => _file = file;

    /// <summary>The file.</summary>
    public string Path => _file.Name;

    /// <summary>Begins a new file.</summary>
    /// <param name="folder">The run's folder; made where it is not there.</param>
    /// <param name="firstStep">The first step that the file can hold: events of earlier files from there on no longer count for TensorBoard.</param>
    /// <exception cref="FileNotWrittenException">The file cannot be made.</exception>
    public static EventFile Create(string folder, long firstStep)
    {
        var opened = new EventFile(Made(folder));
        opened.Append(new Event { WallTime = Now(), FileVersion = Version });
        opened.Append(new Event { WallTime = Now(), Step = firstStep, SessionLog = new SessionLog { Status = SessionLog.Types.SessionStatus.Start } });
        opened.Flush();
        return opened;
    }

    /// <summary>Adds named values of one step.</summary>
    /// <param name="step">The step, counted from 0.</param>
    /// <param name="values">Names and values; those without a value are left out.</param>
    public void Add(long step, params ReadOnlySpan<(string Tag, double? Value)> values)
    {
        var summary = new Summary();
        foreach ((string tag, double? value) in values)
        {
            if (value is { } number)
                summary.Value.Add(new Summary.Types.Value { Tag = tag, SimpleValue = (float)number });
        }
        Append(new Event { WallTime = Now(), Step = step, Summary = summary });
        if (_waiting.Length >= FlushAtLength || _sinceFlush.Elapsed >= FlushAfter)
            Flush();
    }

    /// <summary>Writes what has gathered.</summary>
    /// <exception cref="FileNotWrittenException">It cannot be written.</exception>
    public void Flush()
    {
        try
        {
            _waiting.WriteTo(_file);
            _file.Flush();
        }
        catch (IOException cause)
        {
            throw new FileNotWrittenException(Path, cause);
        }
        _waiting.SetLength(0);
        _sinceFlush.Restart();
    }

    /// <summary>Writes what has gathered and closes the file.</summary>
    public void Dispose()
    {
        using (_file)
            Flush();
        _waiting.Dispose();
    }

    private void Append(Event happened) => EventRecords.Append(_waiting, happened);

    private static double Now() => DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() / 1000.0;

    private static FileStream Made(string folder)
    {
        try
        {
            Directory.CreateDirectory(folder);
            return New(folder);
        }
        catch (IOException cause)
        {
            throw new FileNotWrittenException(folder, cause);
        }
    }

    // Files are read in the order of their names: one that is made in the same second gets the next number.
    private static FileStream New(string folder)
    {
        for (int number = 0; ; number++)
        {
            string name = string.Create(CultureInfo.InvariantCulture, $"events.out.tfevents.{DateTimeOffset.UtcNow.ToUnixTimeSeconds():D10}.{Environment.MachineName}.{Environment.ProcessId}.{number}");
            string path = System.IO.Path.Combine(folder, name);
            if (!File.Exists(path))
                return new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
        }
    }
}
