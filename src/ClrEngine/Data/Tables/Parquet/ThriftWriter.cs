using System.Buffers.Binary;

namespace ClrEngine.Data;

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
