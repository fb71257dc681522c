using System.Buffers.Binary;
using System.Numerics;
using Google.Protobuf;

namespace ClrEngine.Torch.TensorBoard;

/// <summary>
/// TFRecord framing, which TensorBoard reads events in: the length (8 bytes, little end first), its masked CRC-32C (4), the event,
/// its masked CRC-32C (4).
/// </summary>
internal static class EventRecords
{
    private const int HeadLength = sizeof(ulong) + sizeof(uint);

    /// <summary>Appends one event.</summary>
    public static void Append(Stream stream, IMessage message)
    {
        byte[] body = message.ToByteArray();
        Span<byte> head = stackalloc byte[HeadLength];
        BinaryPrimitives.WriteUInt64LittleEndian(head, (ulong)body.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(head[sizeof(ulong)..], MaskedCrc(head[..sizeof(ulong)]));
        Span<byte> tail = stackalloc byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32LittleEndian(tail, MaskedCrc(body));
        stream.Write(head);
        stream.Write(body);
        stream.Write(tail);
    }

    // A checksum of bytes that hold their own checksum says little: the format turns and shifts it.
    private static uint MaskedCrc(ReadOnlySpan<byte> bytes)
    {
        uint crc = uint.MaxValue;
        foreach (byte value in bytes)
            crc = BitOperations.Crc32C(crc, value);
        return BitOperations.RotateRight(~crc, 15) + 0xa282ead8;
    }
}
