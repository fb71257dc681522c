using System.Buffers.Binary;
using System.Diagnostics;
using System.Numerics;
using ClrEngine.Files;
using ClrEngine.Schedules;
using ClrEngine.Training;
using ClrEngine.Training.Cycles;
using Google.Protobuf;
using Tensorboard;

namespace ClrEngine.Torch.TensorBoard;

/// <summary>
/// A training run as TensorBoard events: rate, momentum and loss of each update, and losses and accuracies of each epoch and cycle, at the
/// step of its last update. Steps are counted from 0.
/// </summary>
internal sealed class TrainingEvents : IDisposable
{
    private readonly EventFile _file;
    private int _epochs;
    private int _cycles;

    /// <summary>
    /// Begins a new file in a folder, at the beginning of a run or where an interrupted one goes on. What earlier files of the folder hold from
    /// the run's first step on no longer counts for TensorBoard (as with PyTorch's <c>purge_step</c>): a resumed run shows each step once, and
    /// one that begins anew hides the one before.
    /// </summary>
    public TrainingEvents(string folder, RunProgress? from)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(folder);
        _file = new EventFile(folder, from?.Step ?? 0);
        (_epochs, _cycles) = (from?.Epochs.Count ?? 0, from?.Cycles.Count ?? 0);
    }

    public string Path => _file.Path;

    /// <summary>Adds the updates whose losses have been read from the device since the last call. Does not wait for the device.</summary>
    public void Add(TrainingRun run)
    {
        foreach (StepRecord step in run.TakeSteps())
            Add(step);
    }

    /// <summary>Adds the same, and the epochs and cycles that have ended since the last call, and writes all that has gathered.</summary>
    public void Flush(TrainingRun run)
    {
        Add(run);
        TrainingHistory history = run.History;
        for (; _cycles < history.Cycles.Count; _cycles++)
            Add(history.Cycles[_cycles]);
        for (; _epochs < history.Epochs.Count; _epochs++)
            Add(history.Epochs[_epochs]);
        _file.Flush();
    }

    public void Dispose() => _file.Dispose();

    private void Add(StepRecord step)
    {
        SchedulePoint point = step.Point;
        _file.Add(point.Step, ("train/loss", step.Loss), ("train/learning_rate", point.LearningRate), ("train/momentum", point.Momentum));
        for (int group = 1; group < point.Groups?.Count; group++)
            _file.Add(point.Step, ($"train/learning_rate_{group}", point.Groups[group].LearningRate), ($"train/momentum_{group}", point.Groups[group].Momentum));
    }

    private void Add(EpochRecord epoch) => _file.Add(
        epoch.Step - 1,
    [
        ("epoch", epoch.Epoch),
        ("train/epoch_loss", epoch.TrainLoss),
        ("train/accuracy", epoch.TrainAccuracy),
        ("validation/loss", epoch.ValidationLoss),
        ("validation/accuracy", epoch.ValidationAccuracy),
        ("validation/r_squared", epoch.ValidationRSquared),
        ("validation/figure", epoch.ValidationFigure),
        ("validation/ema_loss", epoch.EmaLoss),
        ("validation/ema_accuracy", epoch.EmaAccuracy),
        .. (epoch.Metrics ?? []).Select(static metric => ($"validation/{metric.Name}", (double?)metric.Value)),
    ]);

    private void Add(CycleRecord cycle) => _file.Add(
        cycle.Step - 1,
        ("cycle/loss", cycle.ValidationLoss),
        ("cycle/accuracy", cycle.ValidationAccuracy),
        ("cycle/ensemble_loss", cycle.EnsembleLoss),
        ("cycle/ensemble_accuracy", cycle.EnsembleAccuracy),
        ("cycle/swa_loss", cycle.SwaLoss),
        ("cycle/swa_accuracy", cycle.SwaAccuracy));
}

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
    private bool _isBroken;

    /// <summary>Begins a new file: from its first step on events of earlier files no longer count for TensorBoard.</summary>
    public EventFile(string folder, long firstStep)
    {
        try
        {
            Directory.CreateDirectory(folder);
            _file = NewFile(folder);
        }
        catch (IOException cause)
        {
            throw new FileNotWrittenException(folder, cause);
        }
        Append(new Event { FileVersion = Version });
        Append(new Event { Step = firstStep, SessionLog = new SessionLog { Status = SessionLog.Types.SessionStatus.Start } });
        Flush();
    }

    public string Path => _file.Name;

    /// <summary>Adds named values of one step; those without a value are left out.</summary>
    public void Add(long step, params ReadOnlySpan<(string Tag, double? Value)> values)
    {
        var summary = new Summary();
        foreach ((string tag, double? value) in values)
        {
            if (value is { } number)
                summary.Value.Add(new Summary.Types.Value { Tag = tag, SimpleValue = (float)number });
        }
        Append(new Event { Step = step, Summary = summary });
        if (_waiting.Length >= FlushAtLength || _sinceFlush.Elapsed >= FlushAfter)
            Flush();
    }

    public void Flush()
    {
        try
        {
            _waiting.WriteTo(_file);
            _file.Flush();
        }
        catch (IOException cause)
        {
            _isBroken = true;
            throw new FileNotWrittenException(Path, cause);
        }
        _waiting.SetLength(0);
        _sinceFlush.Restart();
    }

    public void Dispose()
    {
        using (_file)
        {
            // After a part of an event nothing that follows can be read, and the failure has been said.
            if (!_isBroken)
                Flush();
        }
        _waiting.Dispose();
    }

    // TFRecord framing, which TensorBoard reads events in: the length (8 bytes, little end first), its masked CRC-32C (4), the event,
    // its masked CRC-32C (4).
    private void Append(Event happened)
    {
        happened.WallTime = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() / 1000.0;
        byte[] body = happened.ToByteArray();
        Span<byte> head = stackalloc byte[sizeof(ulong) + sizeof(uint)];
        BinaryPrimitives.WriteUInt64LittleEndian(head, (ulong)body.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(head[sizeof(ulong)..], MaskedCrc(head[..sizeof(ulong)]));
        Span<byte> tail = stackalloc byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32LittleEndian(tail, MaskedCrc(body));
        _waiting.Write(head);
        _waiting.Write(body);
        _waiting.Write(tail);
    }

    // A checksum of bytes that hold their own checksum says little: the format turns and shifts it.
    private static uint MaskedCrc(ReadOnlySpan<byte> bytes)
    {
        uint crc = uint.MaxValue;
        foreach (byte value in bytes)
            crc = BitOperations.Crc32C(crc, value);
        return BitOperations.RotateRight(~crc, 15) + 0xa282ead8;
    }

    // Files are read in the order of their names: one that is made in the same second gets the next number.
    private static FileStream NewFile(string folder)
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
