namespace ClrEngine.Data;

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
