using System.Buffers;
using System.Buffers.Binary;
using System.IO.Compression;
using Parquet.Meta;
using Snappier;
using ZstdSharp;

namespace ClrEngine.Data.Tables;

/// <summary>A Parquet file as the library may see it: its directory and its pages' heads are checked first, and nothing but the values that are asked for can be read.</summary>
/// <remarks>On its own the library makes room for whatever a damaged file claims, and reads behind its end for ever.</remarks>
internal sealed class ParquetGuard(ByteSource bytes) : Stream
{
    private const int MagicLength = 4, TailLength = 8, LongestHead = 65_536, DeepestColumn = 64;

    // Larger blocks of differences than any writer makes, and more parts of one.
    private const int LargestBlock = 65_536, MostParts = 512;

    private long _place;
    private long _end = bytes.Length;

    public override bool CanRead => true;

    public override bool CanSeek => true;

    public override bool CanWrite => false;

    public override long Length => bytes.Length;

    public override long Position { get => _place; set => Seek(value, SeekOrigin.Begin); }

    /// <summary>Checks the directory at the file's end.</summary>
    /// <param name="path">The file, for errors.</param>
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
    /// <param name="about">Where they lie.</param>
    /// <param name="isOptional">Whether values may be missing.</param>
    /// <exception cref="InvalidDataException">A page is damaged, or of a kind that is not read.</exception>
    public void OpenPages(ColumnMetaData about, bool isOptional)
    {
        long place = new[] { about.DataPageOffset, about.DictionaryPageOffset ?? 0 }.Where(static offset => offset > 0).DefaultIfEmpty().Min();
        if (place < MagicLength || place > Length - TailLength) throw new InvalidDataException("its values lie outside the file");
        if (about.Codec is not (CompressionCodec.UNCOMPRESSED or CompressionCodec.SNAPPY or CompressionCodec.GZIP or CompressionCodec.BROTLI or CompressionCodec.ZSTD))
            throw new InvalidDataException($"pages are packed by the codec {about.Codec}, which is not read: write it with snappy, gzip, brotli or zstd");
        _place = place;
        long values = 0;
        bool hasDictionary = false;
        var scratch = new byte[LongestHead];
        for (bool first = true; values < about.NumValues; first = false)
        {
            var head = new Dictionary<(string, int), long>();
            place += ParquetThrift.Check(
                bytes.Read(place, scratch.AsSpan(0, (int)Math.Min(LongestHead, Length - place))), nameof(PageHeader), (structure, field, value) => head[(structure, field)] = value);
            var page = new Page(about, isOptional, head, (int)Within(head, nameof(PageHeader), 3, Length - TailLength - place), (int)Within(head, nameof(PageHeader), 2, Array.MaxLength / 2));
            if (!BoundedRead.CanHold(page.Packed, page.Unpacked)) throw new InvalidDataException("a page claims to unpack to more than it can");
            if (about.Codec == CompressionCodec.UNCOMPRESSED && page.Packed != page.Unpacked) throw new InvalidDataException("a page that is not packed has two sizes");
            switch ((PageType)head.GetValueOrDefault((nameof(PageHeader), 1)))
            {
                case PageType.DICTIONARY_PAGE when first:
                    hasDictionary = true;
                    page.Check(place, nameof(DictionaryPageHeader), Encoding.PLAIN, Within(head, nameof(DictionaryPageHeader), 1, page.Unpacked), 0, bytes);
                    break;
                case PageType.DATA_PAGE:
                    values += page.CheckData(place, nameof(DataPageHeader), about.NumValues - values, hasDictionary, bytes);
                    break;
                case PageType.DATA_PAGE_V2:
                    values += page.CheckData(place, nameof(DataPageHeaderV2), about.NumValues - values, hasDictionary, bytes);
                    break;
                case var kind:
                    throw new InvalidDataException($"a page is of the kind {kind}");
            }

            place += page.Packed;
        }

        _end = place;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    // Within what was checked all reading goes forward and ends in time.
    public override int Read(Span<byte> buffer)
    {
        if (_place >= _end && !buffer.IsEmpty) throw new EndOfStreamException("it goes on behind the end of its values");
        Span<byte> some = buffer[..(int)Math.Min(buffer.Length, _end - _place)];
        bytes.Read(_place, some).CopyTo(some);
        _place += some.Length;
        return some.Length;
    }

    public override long Seek(long offset, SeekOrigin origin)
    {
        long place = offset + (origin switch { SeekOrigin.Begin => 0, SeekOrigin.Current => _place, _ => Length });
        // The library goes back in a directory, which is checked, and never in a column.
        return place >= 0 && place <= _end && (place >= _place || _end == Length) ? _place = place : throw new EndOfStreamException("it refers to a place outside its values");
    }

    public override void Flush()
    {
    }

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

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

    private static long Within(Dictionary<(string, int), long> head, string structure, int field, long most) => head.GetValueOrDefault((structure, field), -1) is >= 0 and var value && value <= most
        ? value
        : throw new InvalidDataException($"field {field} of a {structure} is {head.GetValueOrDefault((structure, field), -1)}, at most {most} fits");

    private sealed record Page(ColumnMetaData About, bool IsOptional, Dictionary<(string, int), long> Head, int Packed, int Unpacked)
    {
        /// <summary>Checks a page of values, and tells how many there are.</summary>
        public long CheckData(long place, string structure, long left, bool hasDictionary, ByteSource bytes)
        {
            bool isSecond = structure == nameof(DataPageHeaderV2);
            long values = Within(Head, structure, 1, left), levels = 0;
            if (isSecond)
            {
                levels = Within(Head, structure, 5, Math.Min(Packed, Unpacked));
                if (Head.GetValueOrDefault((structure, 6)) != 0 || levels > 0 != IsOptional) throw new InvalidDataException("a page's description does not fit it");
                Within(Head, structure, 2, values);
            }

            var encoding = (Encoding)Within(Head, structure, isSecond ? 4 : 2, byte.MaxValue);
            bool known = encoding switch
            {
                Encoding.PLAIN => true,
                Encoding.PLAIN_DICTIONARY or Encoding.RLE_DICTIONARY => hasDictionary && About.Type != Parquet.Meta.Type.BOOLEAN,
                Encoding.DELTA_BINARY_PACKED => About.Type is Parquet.Meta.Type.INT32 or Parquet.Meta.Type.INT64,
                Encoding.DELTA_LENGTH_BYTE_ARRAY => About.Type == Parquet.Meta.Type.BYTE_ARRAY,
                Encoding.BYTE_STREAM_SPLIT => About.Type is Parquet.Meta.Type.FLOAT or Parquet.Meta.Type.DOUBLE,
                _ => false,
            };
            if (values == 0 || !known) throw new InvalidDataException($"a page has {values} values in the encoding {encoding}, which is not read for this column: write it with plain or dictionary encoding, in data pages of version 1");
            Check(place, structure, encoding, values, levels, bytes);
            return values;
        }

        /// <summary>Checks what a page holds by the few bytes that say so.</summary>
        public void Check(long place, string structure, Encoding encoding, long values, long levels, ByteSource bytes)
        {
            int width = About.Type switch { Parquet.Meta.Type.BOOLEAN => 0, Parquet.Meta.Type.INT64 or Parquet.Meta.Type.DOUBLE => 8, _ => 4 };
            bool mayMiss = IsOptional && structure != nameof(DictionaryPageHeader);
            if (encoding == Encoding.PLAIN && !mayMiss && values * width > Unpacked) throw new InvalidDataException($"a page of {Unpacked} bytes claims {values} values");
            bool isPacked = About.Codec != CompressionCodec.UNCOMPRESSED && (structure != nameof(DataPageHeaderV2) || Head.GetValueOrDefault((structure, 7), 1) != 0);
            bool isDelta = encoding is Encoding.DELTA_BINARY_PACKED or Encoding.DELTA_LENGTH_BYTE_ARRAY;
            if (!isDelta && !(isPacked && About.Codec is CompressionCodec.SNAPPY or CompressionCodec.ZSTD)) return;

            byte[] rented = ArrayPool<byte>.Shared.Rent(Packed);
            try
            {
                // Others than these ask for no more than the page's head claims.
                ReadOnlySpan<byte> page = bytes.Read(place, rented.AsSpan(0, Packed))[(int)levels..];
                long claimed = !isPacked ? 0 : About.Codec switch
                {
                    CompressionCodec.SNAPPY => Snappy.GetUncompressedLength(page),
                    CompressionCodec.ZSTD => (long)Math.Min(Decompressor.GetDecompressedSize(page), long.MaxValue),
                    _ => 0,
                };
                if (!BoundedRead.CanHold(Packed, claimed)) throw new InvalidDataException("a page claims to unpack to more than it can");
                if (isDelta) CheckDifferences(page.ToArray(), isPacked ? About.Codec : CompressionCodec.UNCOMPRESSED, mayMiss && structure == nameof(DataPageHeader));
            }
            finally
            {
                ArrayPool<byte>.Shared.Return(rented);
            }
        }

        // Numbers that are stored as differences begin with the size of a block, for which the library makes room.
        private void CheckDifferences(byte[] page, CompressionCodec codec, bool startsWithLevels)
        {
            using Stream unpacked = codec switch
            {
                CompressionCodec.UNCOMPRESSED => new MemoryStream(page),
                CompressionCodec.SNAPPY => new MemoryStream(Snappy.DecompressToArray(page)),
                CompressionCodec.GZIP => new GZipStream(new MemoryStream(page), CompressionMode.Decompress),
                CompressionCodec.BROTLI => new BrotliStream(new MemoryStream(page), CompressionMode.Decompress),
                _ => new DecompressionStream(new MemoryStream(page)),
            };
            using var reader = new BinaryReader(unpacked);
            if (startsWithLevels)
            {
                int length = reader.ReadInt32();
                if (length < 0 || length > Unpacked || reader.ReadBytes(length).Length < length) throw new InvalidDataException("a page ends within its levels");
            }

            int block = reader.Read7BitEncodedInt(), parts = reader.Read7BitEncodedInt();
            if (block is < 1 or > LargestBlock || parts is < 1 or > MostParts || block % parts != 0 || block / parts % 8 != 0)
                throw new InvalidDataException($"differences come in blocks of {block} in {parts} parts");
        }
    }
}
