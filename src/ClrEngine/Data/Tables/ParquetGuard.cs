using System.Buffers;
using System.Buffers.Binary;
using System.IO.Compression;
using Parquet.Meta;
using Snappier;
using ZstdSharp;

namespace ClrEngine.Data.Tables;

/// <summary>A Parquet file as the library may see it: its directory and its pages' heads are checked first, and nothing but the values that are asked for can be read.</summary>
/// <remarks>On its own the library makes room for whatever a damaged file claims, and reads behind its end for ever.</remarks>
internal sealed class ParquetGuard(ByteSource bytes) : SeekingStream
{
    private const int MagicLength = 4, TailLength = 8, DeepestColumn = 64;

    private long _place;
    private long _end = bytes.Length;

    public override long Length => bytes.Length;

    public override long Position
    {
        get => _place;
        // The library goes back in a directory, which is checked, and never in a column.
        set => _place = value >= 0 && value <= _end && (value >= _place || _end == Length) ? value : throw new EndOfStreamException("it refers to a place outside its values");
    }

    /// <summary>Checks the directory at the file's end; the path is for errors.</summary>
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

/// <summary>Checks the pages of one column in one group of rows, one after the other, by their heads and by the few bytes that say how much they unpack to.</summary>
internal sealed class ParquetPages
{
    // Larger blocks of differences than any writer makes, and more parts of one.
    private const int LargestBlock = 65_536, MostParts = 512, LongestHead = 65_536;

    private readonly ColumnMetaData _about;
    private readonly bool _isOptional;
    private readonly Dictionary<(string Structure, int Field), long> _head = [];
    private readonly byte[] _scratch = new byte[LongestHead];
    private bool _hasDictionary;

    public ParquetPages(ColumnMetaData about, bool isOptional)
    {
        if (about.Codec is not (CompressionCodec.UNCOMPRESSED or CompressionCodec.SNAPPY or CompressionCodec.GZIP or CompressionCodec.BROTLI or CompressionCodec.ZSTD))
            throw new InvalidDataException($"pages are packed by the codec {about.Codec}, which is not read: write it with snappy, gzip, brotli or zstd");
        (_about, _isOptional, Left) = (about, isOptional, about.NumValues);
    }

    /// <summary>How many values are still to come.</summary>
    public long Left { get; private set; }

    /// <summary>Checks the page at a place, which lies before the end, and tells the place behind it.</summary>
    public long Check(ByteSource bytes, long place, long end)
    {
        _head.Clear();
        ReadOnlySpan<byte> start = bytes.Read(place, _scratch.AsSpan(0, (int)Math.Min(_scratch.Length, bytes.Length - place)));
        place += ParquetThrift.Check(start, nameof(PageHeader), (structure, field, value) => _head[(structure, field)] = value);
        int packed = (int)Within(nameof(PageHeader), 3, Math.Min(int.MaxValue, end - place));
        int unpacked = (int)Within(nameof(PageHeader), 2, Array.MaxLength / 2);
        if (!BoundedRead.CanHold(packed, unpacked)) throw new InvalidDataException("a page claims to unpack to more than it can");
        if (_about.Codec == CompressionCodec.UNCOMPRESSED && packed != unpacked) throw new InvalidDataException("a page that is not packed has two sizes");
        CheckContent(bytes, place, packed, unpacked);
        return place + packed;
    }

    private void CheckContent(ByteSource bytes, long place, int packed, int unpacked)
    {
        var kind = (PageType)_head.GetValueOrDefault((nameof(PageHeader), 1));
        string structure = kind switch
        {
            PageType.DICTIONARY_PAGE when !_hasDictionary && Left == _about.NumValues => nameof(DictionaryPageHeader),
            PageType.DATA_PAGE => nameof(DataPageHeader),
            PageType.DATA_PAGE_V2 => nameof(DataPageHeaderV2),
            _ => throw new InvalidDataException($"a page is of the kind {kind}"),
        };
        bool isDictionary = kind == PageType.DICTIONARY_PAGE, isSecond = kind == PageType.DATA_PAGE_V2, mayMiss = _isOptional && !isDictionary;
        long values = Within(structure, 1, isDictionary ? unpacked : Left);
        Encoding encoding = isDictionary ? Encoding.PLAIN : (Encoding)Within(structure, isSecond ? 4 : 2, byte.MaxValue);
        if (!isDictionary && (values == 0 || !CanRead(encoding))) throw new InvalidDataException($"a page has {values} values in the encoding {encoding}, which is not read for this column: write it with plain or dictionary encoding, in data pages of version 1");
        int levels = isSecond ? (int)Within(structure, 5, Math.Min(packed, unpacked)) : 0;
        if (isSecond && (_head.GetValueOrDefault((structure, 6)) != 0 || levels > 0 != _isOptional)) throw new InvalidDataException("a page's description does not fit it");
        if (isSecond) Within(structure, 2, values);
        int width = _about.Type switch { Parquet.Meta.Type.BOOLEAN => 0, Parquet.Meta.Type.INT64 or Parquet.Meta.Type.DOUBLE => 8, _ => 4 };
        if (encoding == Encoding.PLAIN && !mayMiss && values * width > unpacked) throw new InvalidDataException($"a page of {unpacked} bytes claims {Counted.Of(values, "value")}");
        _hasDictionary |= isDictionary;
        Left -= isDictionary ? 0 : values;

        CompressionCodec codec = isSecond && _head.GetValueOrDefault((structure, 7), 1) == 0 ? CompressionCodec.UNCOMPRESSED : _about.Codec;
        bool isDelta = encoding is Encoding.DELTA_BINARY_PACKED or Encoding.DELTA_LENGTH_BYTE_ARRAY;
        // Other codecs ask for no more than the page's head claims.
        if (!isDelta && codec is not (CompressionCodec.SNAPPY or CompressionCodec.ZSTD)) return;
        byte[] rented = ArrayPool<byte>.Shared.Rent(packed);
        try
        {
            ReadOnlySpan<byte> page = bytes.Read(place, rented.AsSpan(0, packed))[levels..];
            long claimed = codec switch
            {
                CompressionCodec.SNAPPY => Snappy.GetUncompressedLength(page),
                CompressionCodec.ZSTD => (long)Math.Min(Decompressor.GetDecompressedSize(page), long.MaxValue),
                _ => 0,
            };
            if (!BoundedRead.CanHold(packed, claimed)) throw new InvalidDataException("a page claims to unpack to more than it can");
            if (isDelta) CheckDifferences(page.ToArray(), codec, mayMiss && !isSecond ? unpacked : null);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }

    private bool CanRead(Encoding encoding) => encoding switch
    {
        Encoding.PLAIN => true,
        Encoding.PLAIN_DICTIONARY or Encoding.RLE_DICTIONARY => _hasDictionary && _about.Type != Parquet.Meta.Type.BOOLEAN,
        Encoding.DELTA_BINARY_PACKED => _about.Type is Parquet.Meta.Type.INT32 or Parquet.Meta.Type.INT64,
        Encoding.DELTA_LENGTH_BYTE_ARRAY => _about.Type == Parquet.Meta.Type.BYTE_ARRAY,
        Encoding.BYTE_STREAM_SPLIT => _about.Type is Parquet.Meta.Type.FLOAT or Parquet.Meta.Type.DOUBLE,
        _ => false,
    };

    // Numbers that are stored as differences begin with the size of a block, for which the library makes room.
    private static void CheckDifferences(byte[] page, CompressionCodec codec, int? mostLevels)
    {
        using Stream opened = codec switch
        {
            CompressionCodec.UNCOMPRESSED => new MemoryStream(page),
            CompressionCodec.SNAPPY => new MemoryStream(Snappy.DecompressToArray(page)),
            CompressionCodec.GZIP => new GZipStream(new MemoryStream(page), CompressionMode.Decompress),
            CompressionCodec.BROTLI => new BrotliStream(new MemoryStream(page), CompressionMode.Decompress),
            _ => new DecompressionStream(new MemoryStream(page)),
        };
        using var reader = new BinaryReader(opened);
        if (mostLevels is not null)
        {
            int length = reader.ReadInt32();
            if (length < 0 || length > mostLevels || reader.ReadBytes(length).Length < length) throw new InvalidDataException("a page ends within its levels");
        }

        int block = reader.Read7BitEncodedInt(), parts = reader.Read7BitEncodedInt();
        if (block is < 1 or > LargestBlock || parts is < 1 or > MostParts || block % parts != 0 || block / parts % 8 != 0)
            throw new InvalidDataException($"differences come in blocks of {block} in {parts} parts");
    }

    private long Within(string structure, int field, long most) => _head.GetValueOrDefault((structure, field), -1) is >= 0 and var value && value <= most
        ? value
        : throw new InvalidDataException($"field {field} of a {structure} is {_head.GetValueOrDefault((structure, field), -1)}, at most {most} fits");
}
