using System.Buffers.Binary;
using Parquet.Meta;

namespace ClrEngine.Data.Tables;

/// <summary>A Parquet file as the library may see it: its directory and its pages' heads are checked first, and nothing but the values that are asked for can be read.</summary>
/// <remarks>On its own the library makes room for whatever a damaged file claims, and reads behind its end for ever.</remarks>
internal sealed class ParquetGuard(ByteSource bytes) : SeekingStream
{
    private const int MagicLength = 4, TailLength = 8, DeepestColumn = 64;

    private long _place;
    private long _end = bytes.Length;

    public override long Length => bytes.Length;

    protected override long Place
    {
        get => _place;
        // The library goes back in a directory, which is checked, and never in a column.
        set => _place = value >= 0 && value <= _end && (value >= _place || _end == Length) ? value : throw new EndOfStreamException("it refers to a place outside its values");
    }

    /// <summary>Checks the directory at the file's end; the path is for errors.</summary>
    /// <exception cref="DataFormatException">It is no Parquet file.</exception>
    /// <exception cref="InvalidDataException">The directory is damaged.</exception>
    public void CheckDirectory(string path)
    {
        ReadOnlySpan<byte> magic = "PAR1"u8;
        Span<byte> tail = stackalloc byte[TailLength];
        if (Length < MagicLength + TailLength || !bytes.Read(0, tail[..MagicLength]).SequenceEqual(magic))
            throw new DataFormatException(DataErrors.Magic, path, "does not start as a Parquet file: check that this is the right file.");
        ReadOnlySpan<byte> end = bytes.Read(Length - TailLength, tail);
        if (!end[MagicLength..].SequenceEqual(magic))
            throw new DataFormatException(DataErrors.Truncated, path, "does not end as a Parquet file: fetch it again, and give one that is not encrypted.");
        uint length = BinaryPrimitives.ReadUInt32LittleEndian(end);
        if (length > Length - TailLength - MagicLength || length > Array.MaxLength)
            throw new DataFormatException(DataErrors.Truncated, path, $"claims a directory of {length} bytes, more than it has: fetch it again.");

        var children = new List<long>();
        ParquetThrift.Check(bytes.Read(Length - TailLength - length, new byte[length]), nameof(FileMetaData), (structure, field, value) =>
        {
            if (structure != nameof(SchemaElement)) return;
            if (field == 0) children.Add(0);
            if (field == 5) children[^1] = value;
        });
        CheckTree(children);
    }

    /// <summary>Checks the pages of one column in one group of rows, and opens them alone.</summary>
    /// <exception cref="InvalidDataException">A page is damaged, or of a kind that is not read.</exception>
    public void OpenPages(ColumnMetaData about, bool isOptional)
    {
        long place = new[] { about.DataPageOffset, about.DictionaryPageOffset ?? 0 }.Where(static offset => offset > 0).DefaultIfEmpty().Min();
        if (place < MagicLength || place > Length - TailLength) throw new InvalidDataException("its values lie outside the file");
        _place = place;
        var pages = new ParquetPages(about, isOptional);
        while (pages.Left > 0) place = pages.Check(bytes, place, Length - TailLength);
        _end = place;
    }

    // Within what was checked all reading goes forward and ends in time.
    public override int Read(Span<byte> buffer)
    {
        ReadStop.Check();
        if (_place >= _end && !buffer.IsEmpty) throw new EndOfStreamException("it goes on behind the end of its values");
        Span<byte> some = buffer[..(int)Math.Min(buffer.Length, _end - _place)];
        bytes.Read(_place, some).CopyTo(some);
        _place += some.Length;
        return some.Length;
    }

    // Counted, not walked: a list of elements may claim to be a tree as deep as it is long.
    private static void CheckTree(List<long> children)
    {
        var open = new Stack<long>([1]);
        foreach (long count in children)
        {
            if (open.Count is 0 or > DeepestColumn || count < 0 || count > children.Count) throw new InvalidDataException("its schema is no tree");
            open.Push(open.Pop() - 1);
            open.Push(count);
            while (open.Count > 0 && open.Peek() == 0) open.Pop();
        }

        if (open.Count > 0) throw new InvalidDataException("its schema is no tree");
    }
}
