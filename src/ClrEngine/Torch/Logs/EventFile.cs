using System.Buffers.Binary;
using System.Diagnostics;
using System.Numerics;
using ClrEngine.Files;
using ClrEngine.Training;
using Google.Protobuf;
using Tensorboard;

namespace ClrEngine.Torch.Logs;

/// <summary>
/// One file of TensorBoard events. Events gather in memory and are written together: when 64 KiB have gathered, when the oldest waits for
/// 10 seconds at the next event, and where the caller flushes.
/// </summary>
internal sealed class EventFile : IRunLog
{
    // What TensorBoard calls the format in which a later file can take back an earlier one's steps.
    private const string Version = "brain.Event:2";
    private const int FlushAtLength = 1 << 16;
    private static readonly TimeSpan FlushAfter = TimeSpan.FromSeconds(10);

    private readonly FileStream _file;
    private readonly MemoryStream _waiting = new();
    private readonly Stopwatch _sinceFlush = Stopwatch.StartNew();
    private bool _isBroken;

    /// <summary>
    /// Begins a new file in a folder, at the beginning of a run or where an interrupted one goes on. What earlier files of the folder hold from
    /// its first step on no longer counts for TensorBoard (as with PyTorch's <c>purge_step</c>): a resumed run shows each step once, and
    /// one that begins anew hides the one before.
    /// </summary>
    public EventFile(string folder, long firstStep)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(folder);
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

    public string Name => "TensorBoard events";

    public string Remark => $"TensorBoard events are written to '{Path}'.";

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

    // How a run ended is nothing that TensorBoard shows.
    public void End(TrainingHistory? history, string? reason) => Flush();

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
