using System.Buffers.Binary;
using Google.Protobuf;
using Tensorboard;

namespace ClrEngine.Tests.Torch.TensorBoard;

/// <summary>Reads event files as TensorBoard does, with checksums computed bit by bit.</summary>
internal static class EventFiles
{
    public static string[] In(string folder) => [.. Directory.GetFiles(folder, "events.out.tfevents.*").Order(StringComparer.Ordinal)];

    public static List<Event> Read(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        var bytes = new byte[file.Length];
        file.ReadExactly(bytes);
        var events = new List<Event>();
        for (int at = 0; at < bytes.Length;)
        {
            int length = checked((int)BinaryPrimitives.ReadUInt64LittleEndian(bytes.AsSpan(at)));
            Assert.Equal(Masked(bytes.AsSpan(at, 8)), BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(at + 8)));
            byte[] body = bytes[(at + 12)..(at + 12 + length)];
            Assert.Equal(Masked(body), BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(at + 12 + length)));
            events.Add(Event.Parser.ParseFrom(new CodedInputStream(body)));
            at += 16 + length;
        }
        return events;
    }

    /// <summary>What TensorBoard keeps of a folder: a file's start takes back the steps from there on.</summary>
    public static (long Step, float Value)[] Shown(string folder, string tag)
    {
        var shown = new List<(long Step, float Value)>();
        foreach (Event happened in In(folder).SelectMany(Read))
        {
            if (happened.SessionLog is { Status: SessionLog.Types.SessionStatus.Start })
                shown.RemoveAll(kept => kept.Step >= happened.Step);
            shown.AddRange((happened.Summary?.Value ?? []).Where(v => v.Tag == tag).Select(v => (happened.Step, v.SimpleValue)));
        }
        return [.. shown];
    }

    /// <summary>CRC-32C (Castagnoli) by its definition.</summary>
    public static uint Crc(ReadOnlySpan<byte> bytes)
    {
        uint crc = uint.MaxValue;
        foreach (byte value in bytes)
        {
            crc ^= value;
            for (int bit = 0; bit < 8; bit++)
                crc = (crc & 1) != 0 ? (crc >> 1) ^ 0x82F63B78 : crc >> 1;
        }
        return ~crc;
    }

    private static uint Masked(ReadOnlySpan<byte> bytes)
    {
        uint crc = Crc(bytes);
        return ((crc >> 15) | (crc << 17)) + 0xA282EAD8;
    }
}
