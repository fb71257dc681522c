using System.Buffers.Binary;
using ClrEngine.Data;

namespace ClrEngine.Data.Tables;

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

/// <summary>A structure of Thrift's compact protocol: values by their field numbers.</summary>
/// <remarks>A value is a <see cref="bool"/>, a <see cref="long"/>, a <see cref="double"/>, a byte array, a list or a structure.</remarks>
internal sealed class ThriftStruct
{
    private readonly Dictionary<int, object> _fields = [];

    /// <summary>Sets a field.</summary>
    public ThriftStruct Set(int field, object value)
    {
        _fields[field] = value;
        return this;
    }

    /// <summary>The fields in the order of their numbers.</summary>
    public IEnumerable<KeyValuePair<int, object>> Fields => _fields.OrderBy(static pair => pair.Key);

    /// <summary>A whole number; null where the field is missing or something else.</summary>
    public long? Number(int field) => _fields.GetValueOrDefault(field) as long?;

    /// <summary>A truth value; null where the field is missing or something else.</summary>
    public bool? Flag(int field) => _fields.GetValueOrDefault(field) as bool?;

    /// <summary>Bytes; null where the field is missing or something else.</summary>
    public byte[]? Bytes(int field) => _fields.GetValueOrDefault(field) as byte[];

    /// <summary>A structure; null where the field is missing or something else.</summary>
    public ThriftStruct? Struct(int field) => _fields.GetValueOrDefault(field) as ThriftStruct;

    /// <summary>A list of structures; null where the field is missing or something else.</summary>
    public IReadOnlyList<ThriftStruct>? Structs(int field) =>
        _fields.GetValueOrDefault(field) is IReadOnlyList<object> list && list.All(static item => item is ThriftStruct) ? [.. list.Cast<ThriftStruct>()] : null;

    /// <summary>Whether a field is there.</summary>
    public bool Has(int field) => _fields.ContainsKey(field);
}

/// <summary>Writes a structure of Thrift's compact protocol: numbers as 64 bits but where a field is known to take 32.</summary>
internal static class ThriftWriter
{
    /// <summary>Writes a structure. An <see cref="int"/> is written as 32 bits, a <see cref="long"/> as 64.</summary>
    public static void Write(Stream target, ThriftStruct value)
    {
        int last = 0;
        foreach ((int field, object item) in value.Fields)
        {
            int type = item is bool flag ? (flag ? 1 : 2) : Type(item);
            int step = field - last;
            if (step is < 1 or > 15)
            {
                target.WriteByte((byte)type);
                VarInt(target, ZigZag(field));
            }
            else
            {
                target.WriteByte((byte)((step << 4) | type));
            }

            if (item is not bool) WriteValue(target, item);
            last = field;
        }

        target.WriteByte(0);
    }

    private static void WriteValue(Stream target, object value)
    {
        switch (value)
        {
            case int number:
                VarInt(target, ZigZag(number));
                break;
            case long number:
                VarInt(target, ZigZag(number));
                break;
            case byte[] bytes:
                VarInt(target, (ulong)bytes.Length);
                target.Write(bytes);
                break;
            case ThriftStruct structure:
                Write(target, structure);
                break;
            case object[] list:
                target.WriteByte((byte)((15 << 4) | Type(list[0])));
                VarInt(target, (ulong)list.Length);
                foreach (object item in list) WriteValue(target, item);
                break;
            default:
                throw new ArgumentException($"A {value.GetType().Name} is not written.", nameof(value));
        }
    }

    private static int Type(object value) => value switch
    {
        int => 5,
        long => 6,
        byte[] => 8,
        object[] => 9,
        ThriftStruct => 12,
        _ => throw new ArgumentException($"A {value.GetType().Name} is not written.", nameof(value)),
    };

    private static ulong ZigZag(long value) => (ulong)((value << 1) ^ (value >> 63));

    private static void VarInt(Stream target, ulong value)
    {
        for (; value > 127; value >>= 7) target.WriteByte((byte)(value | 128));
        target.WriteByte((byte)value);
    }
}

/// <summary>Whole numbers of seven bits a byte, the low ones first.</summary>
internal static class VarInt
{
    /// <summary>Reads a number of at most 35 bits, and steps behind it.</summary>
    /// <exception cref="InvalidDataException">The bytes end within it, or it is longer.</exception>
    public static ulong Read(ReadOnlySpan<byte> bytes, ref int place)
    {
        ulong value = 0;
        for (int shift = 0; shift < 35 && place < bytes.Length; shift += 7)
        {
            byte part = bytes[place++];
            value |= (ulong)(part & 127) << shift;
            if (part < 128) return value;
        }

        throw new InvalidDataException("a number ends behind its bytes");
    }
}
