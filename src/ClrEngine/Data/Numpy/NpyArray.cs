namespace ClrEngine.Data;

/// <summary>An array of numbers from a .npy file.</summary>
/// <param name="Path">The file, or the archive and the array's name in it, for errors.</param>
/// <param name="Header">Its type and its shape.</param>
/// <param name="Bytes">Where its bytes are.</param>
/// <param name="Offset">Where they start there; they go to the end.</param>
internal sealed record NpyArray(string Path, NpyHeader Header, ByteSource Bytes, long Offset)
{
    /// <summary>How many samples it has: its first dimension.</summary>
    public long Count => Header.Shape.IsEmpty ? 1 : Header.Shape[0];

    /// <summary>Reads a .npy file; a large one is mapped.</summary>
    /// <exception cref="DataFormatException">The file does not hold exactly what its header promises.</exception>
    public static NpyArray Read(DataStream source)
    {
        ByteSource bytes = source.Bytes();
        var start = new byte[Math.Min(NpyHeader.Longest, bytes.Length)];
        var header = NpyHeader.Read(bytes.Read(0, start), source.Path);
        CheckLength(source.Path, header, bytes.Length - header.Length);
        return new NpyArray(source.Path, header, bytes, header.Length);
    }

    /// <summary>Refuses an array that is longer or shorter than promised.</summary>
    public static void CheckLength(string path, NpyHeader header, long found)
    {
        if (found != header.Payload)
            throw new DataFormatException(
                found < header.Payload ? DataFault.Truncated : DataFault.Trailing,
                path,
                $"promises {header.Payload} bytes after its header (the shape ({string.Join(", ", header.Shape)})) but holds {found}: write or fetch it again.");
    }

    /// <summary>Adds its type, shape and numbers to a hash.</summary>
    public void AddTo(ContentHash contents) =>
        contents.Add($"{Header.Type.Kind}{Header.Type.Size}{Header.Type.BigEndian}").Add(Header.Shape.AsSpan()).Add(Bytes, Offset);

    /// <summary>All its numbers in full precision.</summary>
    /// <exception cref="DataFormatException">There are too many, or one is not finite.</exception>
    public double[] Numbers()
    {
        long count = Header.Payload / Header.Type.Size;
        if (count > Array.MaxLength)
            throw new DataFormatException(DataFault.TooLarge, Path, $"has {count} labels, at most {Array.MaxLength} can be read: split the set.");
        var numbers = new double[count];
        const int Block = 4096;
        var scratch = new byte[Block * Header.Type.Size];
        for (int start = 0; start < numbers.Length; start += Block)
        {
            Span<double> some = numbers.AsSpan(start, Math.Min(Block, numbers.Length - start));
            Header.Type.Convert(Bytes.Read(Offset + ((long)start * Header.Type.Size), scratch.AsSpan(0, some.Length * Header.Type.Size)), some);
        }

        int stray = Array.FindIndex(numbers, static number => !double.IsFinite(number));
        return stray < 0
            ? numbers
            : throw new DataFormatException(DataFault.Value, Path, $"has {numbers[stray]} as its label {stray}: remove the sample or mend its value.");
    }
}
