using System.Buffers.Binary;
using System.Text;

namespace ClrEngine.Torch.Export;

/// <summary>
/// A message in the wire format of Protocol Buffers (https://protobuf.dev/programming-guides/encoding): numbered fields of whole numbers, numbers of
/// single precision, texts, bytes and messages, in the order in which they are added. Bytes are not copied: weights lie in memory once.
/// </summary>
internal sealed class ProtoMessage
{
    private const int Varint = 0, LengthDelimited = 2, Fixed32 = 5;

    private readonly List<ReadOnlyMemory<byte>> _parts = [];

    public long Length { get; private set; }

    public ProtoMessage Add(int field, long value) => Append((byte[])[.. Number(field << 3 | Varint), .. Number(value)]);

    public ProtoMessage Add(int field, float value)
    {
        var bytes = new byte[sizeof(float)];
        BinaryPrimitives.WriteSingleLittleEndian(bytes, value);
        return Append((byte[])[.. Number(field << 3 | Fixed32), .. bytes]);
    }

    public ProtoMessage Add(int field, string text) => Add(field, Encoding.UTF8.GetBytes(text).AsMemory());

    public ProtoMessage Add(int field, ReadOnlyMemory<byte> bytes) => Begin(field, bytes.Length).Append(bytes);

    public ProtoMessage Add(int field, ProtoMessage message)
    {
        Begin(field, message.Length);
        _parts.AddRange(message._parts);
        Length += message.Length;
        return this;
    }

    public void WriteTo(Stream stream)
    {
        foreach (ReadOnlyMemory<byte> part in _parts)
            stream.Write(part.Span);
    }

    private ProtoMessage Begin(int field, long length) => Append((byte[])[.. Number(field << 3 | LengthDelimited), .. Number(length)]);

    private ProtoMessage Append(ReadOnlyMemory<byte> part)
    {
        _parts.Add(part);
        Length += part.Length;
        return this;
    }

    // Seven bits a byte, the lowest first; all bytes but the last have their highest bit set.
    private static List<byte> Number(long value)
    {
        var bytes = new List<byte>();
        ulong rest = unchecked((ulong)value);
        for (; rest >= 0x80; rest >>= 7)
            bytes.Add((byte)(rest & 0x7F | 0x80));
        bytes.Add((byte)rest);
        return bytes;
    }
}
