using System.Buffers.Binary;

namespace ClrEngine.Data;

/// <summary>Reads a structure of Thrift's compact protocol; nothing is allocated that the bytes do not bear out.</summary>
/// <remarks>Format: Apache Thrift, "Thrift compact protocol encoding".</remarks>
internal ref struct ThriftReader
{
    private const int Deepest = 16;

    private const int True = 1;
    private const int False = 2;
    private const int Byte = 3;
    private const int Short = 4;
    private const int Long = 6;
    private const int Double = 7;
    private const int Binary = 8;
    private const int List = 9;
    private const int Set = 10;
    private const int Structure = 12;

    private readonly ReadOnlySpan<byte> _bytes;
    private int _place;

    private ThriftReader(ReadOnlySpan<byte> bytes) => _bytes = bytes;

    /// <summary>Reads one structure.</summary>
    /// <param name="bytes">The bytes that it starts.</param>
    /// <param name="length">How many of them it takes.</param>
    /// <exception cref="InvalidDataException">There is no whole structure of that kind.</exception>
    public static ThriftStruct Read(ReadOnlySpan<byte> bytes, out int length)
    {
        var reader = new ThriftReader(bytes);
        ThriftStruct value = reader.ReadStruct(0);
        length = reader._place;
        return value;
    }

    private ThriftStruct ReadStruct(int depth)
    {
        if (depth == Deepest) throw new InvalidDataException("structures lie too deep in one another");
        var value = new ThriftStruct();
        int field = 0;
        while (true)
        {
            byte head = Next();
            if (head == 0) return value;
            field = head >> 4 == 0 ? (short)ZigZag(VarInt()) : field + (head >> 4);
            int type = head & 15;
            value.Set(field, type is True or False ? type == True : ReadValue(type, depth));
        }
    }

    private object ReadValue(int type, int depth) => type switch
    {
        // In a list, each truth value takes a byte.
        True or False => Next() == True,
        Byte => (long)(sbyte)Next(),
        >= Short and <= Long => ZigZag(VarInt()),
        Double => BitConverter.Int64BitsToDouble(BinaryPrimitives.ReadInt64LittleEndian(Take(sizeof(double)))),
        Binary => Take(VarInt()).ToArray(),
        List or Set => ReadList(depth + 1),
        Structure => ReadStruct(depth + 1),
        _ => throw new InvalidDataException($"there is no value of the kind {type}"),
    };

    private List<object> ReadList(int depth)
    {
        if (depth == Deepest) throw new InvalidDataException("lists lie too deep in one another");
        byte head = Next();
        ulong count = head >> 4 == 15 ? VarInt() : (ulong)(head >> 4);
        // Each element takes a byte at least.
        if (count > (ulong)(_bytes.Length - _place)) throw new InvalidDataException($"a list claims {count} elements");
        var list = new List<object>();
        for (ulong i = 0; i < count; i++) list.Add(ReadValue(head & 15, depth));
        return list;
    }

    private ulong VarInt()
    {
        ulong value = 0;
        for (int shift = 0; shift < 64; shift += 7)
        {
            byte part = Next();
            value |= (ulong)(part & 127) << shift;
            if (part < 128) return value;
        }

        throw new InvalidDataException("a number has too many bytes");
    }

    private ReadOnlySpan<byte> Take(ulong count)
    {
        if (count > (ulong)(_bytes.Length - _place)) throw new InvalidDataException("it ends within a value");
        ReadOnlySpan<byte> taken = _bytes.Slice(_place, (int)count);
        _place += (int)count;
        return taken;
    }

    private byte Next() => _place < _bytes.Length ? _bytes[_place++] : throw new InvalidDataException("it ends within a structure");

    private static long ZigZag(ulong value) => (long)(value >> 1) ^ -(long)(value & 1);
}
