using System.Buffers;
using System.Collections;
using System.Numerics;
using System.Runtime.CompilerServices;
using ClrEngine.Files;

namespace ClrEngine.Data.Tables;

/// <summary>The columns of a table that is larger than memory: on the disk, one after the other, for whoever looks at whole columns.</summary>
internal sealed class DiskColumns(ScratchFile file, int rows, int columns)
{
    private const int LargestBlock = 8192, AllBlocks = 1 << 22;

    private int _made;

    /// <summary>Makes room for columns of numbers, and for as many rows again: those take the place of the columns later, and both are there for a time.</summary>
    public static DiskColumns Create(string path, int rows, int columns) =>
        new(ScratchFile.Create(path, "-Stream", 2L * rows * columns * sizeof(double)), rows, columns);

    public DiskColumn<T> Next<T>()
        where T : unmanaged =>
        new(file, (long)_made++ * rows * sizeof(double), rows, Math.Clamp(AllBlocks / columns, 1, Math.Min(LargestBlock, rows)));
}

/// <summary>A column's values on the disk: filled row after row, then read block by block.</summary>
internal sealed class DiskColumn<T>(ScratchFile file, long start, int rows, int block) : IReadOnlyList<T>
    where T : unmanaged
{
    private T[] _filling = [];
    private int _filled;

    public int Count => rows;

    public T this[int row]
    {
        get
        {
            T value = default;
            Read(row, new Span<T>(ref value));
            return value;
        }
    }

    /// <summary>Sets the value of the row behind the last that was set.</summary>
    public void Set(int row, T value)
    {
        if (row != _filled) throw new ArgumentOutOfRangeException(nameof(row), row, $"Row {_filled} is the next.");
        if (_filled % block == 0) _filling = new T[Math.Min(block, rows - row)];
        _filling[_filled++ % block] = value;
        if (_filled % block != 0 && _filled < rows) return;
        file.Write<T>(start + ((long)(_filled - _filling.Length) * Size), _filling);
        _filling = [];
    }

    public void Read(int first, Span<T> values)
    {
        if (_filled < rows) throw new InvalidOperationException($"The column is filled up to row {_filled} of {rows}.");
        file.Read(start + ((long)first * Size), values);
    }

    public IEnumerable<T[]> Blocks()
    {
        for (int first = 0; first < rows; first += LargestRead)
        {
            ReadStop.Check();
            var values = new T[Math.Min(LargestRead, rows - first)];
            Read(first, values);
            yield return values;
        }
    }

    public IEnumerator<T> GetEnumerator() => Blocks().SelectMany(static values => values).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private const int LargestRead = 1 << 16;

    private static int Size => Unsafe.SizeOf<T>();
}

/// <summary>A table's rows on the disk, one after the other, for whoever learns from some of them in any order.</summary>
internal sealed class DiskRows : SampleReader
{
    private const int BlockBytes = 1 << 23;

    private readonly ScratchFile _file;
    private readonly EncodedColumn[] _columns;

    /// <summary>Copies columns into rows, as they will be read.</summary>
    public DiskRows(string path, int rows, int values, EncodedColumn[] columns)
        : base(rows, [values])
    {
        _columns = columns;
        _file = ScratchFile.Create(path, "-Stream", (long)rows * Width);
        int most = Math.Clamp(BlockBytes / Width, 1, rows);
        var block = new double[most * columns.Length];
        var column = new double[most];
        for (int first = 0; first < rows; first += most)
        {
            ReadStop.Check();
            int count = Math.Min(most, rows - first);
            for (int c = 0; c < columns.Length; c++)
            {
                columns[c].Column.Read(first, column.AsSpan(0, count));
                for (int i = 0, place = c; i < count; i++, place += columns.Length) block[place] = column[i];
            }

            _file.Write<double>((long)first * Width, block.AsSpan(0, count * columns.Length));
        }
    }

    internal override bool IsWide => true;

    internal override bool IsStreamed => true;

    private int Width => _columns.Length * sizeof(double);

    internal override void ReadDoubles(ReadOnlySpan<long> indices, Span<double> destination) => Fill(indices, destination);

    private protected override void ReadChecked(ReadOnlySpan<long> indices, Span<float> destination) => Fill(indices, destination);

    private void Fill<T>(ReadOnlySpan<long> indices, Span<T> destination)
        where T : unmanaged, IFloatingPoint<T>
    {
        destination.Clear();
        // Rows that lie near each other come in one piece.
        int most = Math.Max(1, Math.Min(2 * indices.Length, BlockBytes / Width));
        double[] rented = ArrayPool<double>.Shared.Rent(most * _columns.Length);
        try
        {
            for (int i = Near(indices, 0, most); i < indices.Length;)
            {
                int next = Near(indices, i, most);
                _file.Announce(indices[i] * Width, (indices[next - 1] - indices[i] + 1) * Width);
                i = next;
            }

            for (int i = 0; i < indices.Length;)
            {
                int next = Near(indices, i, most);
                long first = indices[i];
                Span<double> rows = rented.AsSpan(0, (int)(indices[next - 1] - first + 1) * _columns.Length);
                _file.Read(first * Width, rows);
                for (; i < next; i++) Encode(rows.Slice((int)(indices[i] - first) * _columns.Length, _columns.Length), destination.Slice(i * SampleLength, SampleLength));
            }
        }
        finally
        {
            ArrayPool<double>.Shared.Return(rented);
        }
    }

    // The end of the rows that lie behind one, at most every second is left out, and that fit into the room.
    private static int Near(ReadOnlySpan<long> indices, int start, int most)
    {
        int next = start + 1;
        while (next < indices.Length && indices[next] > indices[next - 1] && indices[next] - indices[start] < Math.Min(most, 2L * (next - start + 1))) next++;
        return next;
    }

    private void Encode<T>(ReadOnlySpan<double> row, Span<T> sample)
        where T : unmanaged, IFloatingPoint<T>
    {
        for (int c = 0; c < row.Length; c++) _columns[c].Set(sample, row[c]);
    }
}
