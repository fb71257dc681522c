using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.RegularExpressions;
using ClrEngine.Data.Tables;

namespace ClrEngine.Data.Arrays;

/// <summary>An array of numbers from a .npy file.</summary>
/// <param name="Path">The file, or the archive and the array's name in it, for errors.</param>
/// <param name="Type">How a number is stored.</param>
/// <param name="Shape">The dimensions, all at least 1; none for a single number.</param>
/// <param name="Bytes">Holds the numbers, from the offset to the end.</param>
/// <param name="Offset">The length of the head.</param>
/// <remarks>Format: "NumPy Enhancement Proposal 1", versions 1 to 3.</remarks>
internal sealed partial record NpyArray(string Path, NpyType Type, ImmutableArray<long> Shape, ByteSource Bytes, long Offset)
{
    // NumPy refuses longer heads too, and makes at most 64 dimensions.
    private const int LongestHead = 10_000, MostDimensions = 64;

    private const int BlockBytes = 1 << 18;

    private const int StopsEvery = 1 << 16;

    // Fewer rows may count by chance.
    private const int FewestCounted = 20;

    private static ReadOnlySpan<byte> Magic => [0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y'];

    /// <summary>How many samples it has: its first dimension.</summary>
    public long Samples => Shape.IsEmpty ? 1 : Shape[0];

    public long SampleBytes => (Bytes.Length - Offset) / Samples;

    public long Numbers => (Bytes.Length - Offset) / Type.Size;

    /// <summary>Whether it is a table: samples of several values in one dimension.</summary>
    public bool IsTable => Shape.Length == 2 && Shape[1] > 1;

    /// <summary>Reads a .npy file, packed or not; a large one that is not is mapped.</summary>
    public static NpyArray Read(DataStream source)
    {
        using StoppableStream stream = source.Open();
        return Read(source.Path, stream, stream.IsUnpacked ? null : source.Bytes);
    }

    /// <summary>Reads a .npy file from a stream: its head, and the rest where nothing else gives the file's bytes.</summary>
    public static NpyArray Read(string path, Stream stream, Func<ByteSource>? plain)
    {
        Span<byte> start = stackalloc byte[12];
        int lead = stream.ReadAtLeast(start[..10], 10, throwOnEndOfStream: false);
        if (!start[..lead].StartsWith(Magic[..Math.Min(lead, Magic.Length)]) || lead == 0)
            throw new DataFormatException(DataErrors.Magic, path, "does not start as a .npy file: give a file that numpy.save or numpy.savez has written.");
        if (lead < 10) throw CutOff(lead);
        if (start[6] is < 1 or > 3)
            throw new DataFormatException(DataErrors.Type, path, $"is of version {start[6]} of the .npy format, 1 to 3 are read: save it again with a plain numpy.save.");
        if (start[6] > 1 && (lead += stream.ReadAtLeast(start[10..], 2, throwOnEndOfStream: false)) < 12) throw CutOff(lead);
        uint length = lead == 10 ? BinaryPrimitives.ReadUInt16LittleEndian(start[8..]) : BinaryPrimitives.ReadUInt32LittleEndian(start[8..]);
        if (length > LongestHead)
            throw new DataFormatException(DataErrors.TooLarge, path, $"claims a header of {length} bytes, at most {LongestHead} describe an array of numbers: save it again.");
        var text = new byte[length];
        int found = stream.ReadAtLeast(text, text.Length, throwOnEndOfStream: false);
        if (found < text.Length) throw CutOff(lead + found);

        (NpyType type, ImmutableArray<long> shape, bool isFortran) = ReadDescription(Encoding.Latin1.GetString(text), path);
        var array = ReadNumbers(path, type, shape, lead + text.Length, stream, plain);
        return isFortran ? array.RowAfterRow() : array;

        DataFormatException CutOff(int after) => new(DataErrors.Truncated, path, $"ends within its header, after {after} bytes: write or fetch it again.");
    }

    /// <summary>Takes the numbers behind a head that was read from a stream: from there, or from the bytes of the whole file where these are given.</summary>
    public static NpyArray ReadNumbers(string path, NpyType type, ImmutableArray<long> shape, int head, Stream stream, Func<ByteSource>? plain)
    {
        string sides = string.Join(", ", shape);
        long promised = type.Size;
        foreach (long side in shape)
        {
            if (promised > long.MaxValue / side)
                throw new DataFormatException(DataErrors.TooLarge, path, $"claims the shape ({sides}), more than any file holds: the header is damaged, write or fetch it again.");
            promised *= side;
        }

        ByteSource bytes;
        long found;
        if (plain is null)
        {
            (bytes, found) = PieceBytes.Read(path, stream, promised);
            head = 0;
        }
        else
        {
            bytes = plain();
            found = bytes.Length - head;
        }

        return found == promised ? new NpyArray(path, type, shape, bytes, head) : throw new DataFormatException(
            found < promised ? DataErrors.Truncated : DataErrors.Trailing,
            path,
            $"promises {promised} bytes after its header (the shape ({sides})) but holds {(found < promised ? $"{found}" : "more")}: write or fetch it again.");
    }

    public void AddTo(ContentHash contents) => contents.Add($"{Type.Kind}{Type.Size}{Type.BigEndian}").Add(Shape.AsSpan()).Add(Bytes, Offset);

    public double[] ReadLabels()
    {
        var labels = new double[Labels()];
        ReadBlocks((first, block) => block.CopyTo(labels.AsSpan((int)first)));
        return labels;
    }

    public string[] ReadTexts()
    {
        var texts = new string[Labels()];
        var scratch = new byte[Type.Size];
        var known = new Dictionary<string, string>(StringComparer.Ordinal);
        for (int i = 0; i < texts.Length; i++)
        {
            if (i % StopsEvery == 0) ReadStop.Check();
            string text = Type.Text(Bytes.Read(Offset + ((long)i * Type.Size), scratch));
            if (!known.TryGetValue(text, out string? same)) known.Add(text, same = text);
            texts[i] = same;
        }

        return texts;
    }

    /// <summary>Refuses numbers that are not finite, or too large to learn from.</summary>
    public void CheckFinite()
    {
        if (!Type.IsFloat) return;
        ReadBlocks((first, block) =>
        {
            for (int i = 0; i < block.Length; i++)
            {
                if (!(Math.Abs(block[i]) <= float.MaxValue))
                    throw new DataFormatException(DataErrors.Value, Path, $"has {Shown(block[i])} {Place(first + i)}: remove the sample, or mend its value.");
            }
        });
    }

    /// <summary>The first of the whole numbers that double precision rounds; null where there is none.</summary>
    public double? FirstRounded()
    {
        double? first = null;
        if (Type is { IsFloat: false, Size: sizeof(long) })
            ReadBlocks((_, block) => first ??= block.IndexOfAnyExceptInRange(1 - FieldText.LargestWhole, FieldText.LargestWhole - 1) is var place and >= 0 ? (double?)block[place] : null);
        return first;
    }

    /// <summary>Whether the first column of a table counts: another whole number in each row, and these close to each other, as the index of a data frame.</summary>
    public bool CountsRows()
    {
        if (!IsTable || Samples < FewestCounted || Samples > int.MaxValue / 2) return false;
        var first = new double[Samples];
        var scratch = new byte[Type.Size];
        long row = Shape[1] * Type.Size;
        for (int i = 0; i < first.Length; i++) Type.Convert(Bytes.Read(Offset + (i * row), scratch), first.AsSpan(i, 1));
        double least = first.Min();
        if (!first.All(value => value == Math.Floor(value) && value - least < 2 * first.Length)) return false;
        var seen = new System.Collections.BitArray(2 * first.Length);
        foreach (double value in first)
        {
            if (seen[(int)(value - least)]) return false;
            seen[(int)(value - least)] = true;
        }

        return true;
    }

    private void ReadBlocks(Take take)
    {
        const int Block = 4096;
        var scratch = new byte[Block * Type.Size];
        var values = new double[Block];
        for (long first = 0, all = Numbers; first < all; first += Block)
        {
            if (first % (Block * 256) == 0) ReadStop.Check();
            int some = (int)Math.Min(Block, all - first);
            Type.Convert(Bytes.Read(Offset + (first * Type.Size), scratch.AsSpan(0, some * Type.Size)), values.AsSpan(0, some));
            take(first, values.AsSpan(0, some));
        }
    }

    private delegate void Take(long first, ReadOnlySpan<double> values);

    private int Labels() => Numbers <= Array.MaxLength
        ? (int)Numbers
        : throw new DataFormatException(DataErrors.TooLarge, Path, $"has {Numbers} labels, at most {Array.MaxLength} can be read: split the set.");

    // As Python writes it: every side is counted from 0.
    private string Place(long number)
    {
        var place = new long[Math.Max(1, Shape.Length)];
        for (int side = Shape.Length - 1; side >= 0; side--)
        {
            place[side] = number % Shape[side];
            number /= Shape[side];
        }

        return place.Length == 2 ? $"in row {place[0]}, column {place[1]} (counted from 0)" : $"at [{string.Join(", ", place)}] (counted from 0)";
    }

    private static string Shown(double value) =>
        double.IsFinite(value) ? $"{value.ToString("R", CultureInfo.InvariantCulture)}, beyond the largest single-precision number," : value.ToString(CultureInfo.InvariantCulture);

    // NumPy's other order has the first dimension as the fastest, so that no sample lies together.
    private NpyArray RowAfterRow()
    {
        long size = Bytes.Length - Offset;
        if (Shape.Length < 2 || size == Type.Size) return this;
        if (size > Array.MaxLength)
            throw new DataFormatException(DataErrors.TooLarge, Path, $"is stored column after column (Fortran order) and has {size} bytes, at most {Array.MaxLength} are reordered: save numpy.ascontiguousarray of it.");
        var ordered = new byte[size];
        int samples = (int)Samples, row = (int)(Numbers / Samples);
        int[] places = PlacesOfColumns(row);
        // So many rows at once stay in the second-level cache.
        int block = Math.Clamp(BlockBytes / (row * Type.Size), 16, 4096);
        var scratch = new byte[block * Type.Size];
        for (int first = 0; first < samples; first += block)
        {
            ReadStop.Check();
            int some = Math.Min(block, samples - first);
            Span<byte> rows = ordered.AsSpan(first * row * Type.Size, some * row * Type.Size);
            for (int column = 0; column < row; column++)
            {
                ReadOnlySpan<byte> stored = Bytes.Read(Offset + ((((long)column * samples) + first) * Type.Size), scratch.AsSpan(0, some * Type.Size));
                switch (Type.Size)
                {
                    case 1: Scatter<byte>(stored, rows, places[column], row); break;
                    case 2: Scatter<short>(stored, rows, places[column], row); break;
                    case 4: Scatter<int>(stored, rows, places[column], row); break;
                    case 8: Scatter<long>(stored, rows, places[column], row); break;
                    default:
                        for (int i = 0; i < some; i++) stored.Slice(i * Type.Size, Type.Size).CopyTo(rows[(((i * row) + places[column]) * Type.Size)..]);
                        break;
                }
            }
        }

        return this with { Bytes = new MemoryBytes(ordered), Offset = 0 };
    }

    // The place within a sample, whose last dimension is the fastest, of each value that is stored for one sample after the other.
    private int[] PlacesOfColumns(int row)
    {
        var places = new int[row];
        for (int column = 0; column < row; column++)
        {
            for (int side = 1, stride = row, rest = column; side < Shape.Length; side++)
            {
                stride /= (int)Shape[side];
                places[column] += rest % (int)Shape[side] * stride;
                rest /= (int)Shape[side];
            }
        }

        return places;
    }

    private static void Scatter<T>(ReadOnlySpan<byte> stored, Span<byte> rows, int place, int row)
        where T : unmanaged
    {
        ReadOnlySpan<T> values = MemoryMarshal.Cast<byte, T>(stored);
        Span<T> target = MemoryMarshal.Cast<byte, T>(rows);
        for (int i = 0; i < values.Length; i++) target[(i * row) + place] = values[i];
    }

    private static (NpyType Type, ImmutableArray<long> Shape, bool IsFortran) ReadDescription(string text, string path)
    {
        if (Record().IsMatch(text))
            throw new DataFormatException(DataErrors.Type, path, "is a structured array, whose columns have names and types of their own: save the features as numpy.lib.recfunctions.structured_to_unstructured gives them, and the labels as one of the columns, such as a['label'].");
        GroupCollection parts = Description().Match(text).Groups;
        var shape = new List<long>();
        foreach (Capture side in parts["side"].Captures)
        {
            if (long.TryParse(side.ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out long size)) shape.Add(size);
        }

        if (parts["descr"].Captures.Count != 1 || parts["order"].Captures.Count != 1 || parts["shape"].Captures.Count != 1
            || shape.Count != parts["side"].Captures.Count || shape.Count > MostDimensions)
            throw new DataFormatException(DataErrors.Magic, path, "has a header that does not describe an array (descr, fortran_order, shape): save the array again with numpy.save.");
        string name = parts["descr"].Value;
        NpyType type = NpyType.Parse(name) ?? throw new DataFormatException(DataErrors.Type, path, $"holds {NpyType.WhatIsWrong(name)}.");
        if (shape.IndexOf(0) is var empty and >= 0)
            throw new DataFormatException(DataErrors.Empty, path, $"has nothing in it (its dimension {empty} is 0): give at least one sample of at least one value.");
        return (type, [.. shape], parts["order"].Value == "True");
    }

    // The type of a structured array is a list, and a tuple where each value is an array of its own.
    [GeneratedRegex("""['"]descr['"]\s*:\s*[\[(]""", RegexOptions.CultureInvariant)]
    private static partial Regex Record();

    // A Python dictionary of three keys in any order; Python 2 wrote whole numbers as 3L.
    [GeneratedRegex(
        """
        \A\s*\{ ( \s* (
            (?<q>['"]) descr \k<q> \s*:\s* (?<q>['"]) (?<descr>[^'"\\]*) \k<q>
            | (?<q>['"]) fortran_order \k<q> \s*:\s* (?<order>True|False)
            | (?<q>['"]) shape \k<q> \s*:\s* \( ( \s* (?<side>[0-9]+) L? \s* (,|(?=\))) )* \s* (?<shape>\))
        ) \s* (,|(?=\})) )* \s*\}\s*\z
        """,
        RegexOptions.IgnorePatternWhitespace | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex Description();
}
