namespace ClrEngine.Data;

/// <summary>Checks the head of numbers that are stored as differences: a decoder makes room for what it claims.</summary>
internal static class ParquetDelta
{
    private const ulong LargestBlock = 65_536;
    private const ulong MostParts = 512;

    /// <summary>Checks how large a block is, and in how many parts.</summary>
    /// <exception cref="InvalidDataException">It is larger than any writer makes it, or does not divide into its parts.</exception>
    public static void Check(ReadOnlySpan<byte> values)
    {
        int place = 0;
        ulong block = VarInt.Read(values, ref place), parts = VarInt.Read(values, ref place);
        if (block is 0 or > LargestBlock || parts is 0 or > MostParts || block % parts != 0 || block / parts % 8 != 0)
            throw new InvalidDataException($"differences come in blocks of {block} in {parts} parts");
    }
}
