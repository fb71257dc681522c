namespace ClrEngine.Data;

/// <summary>Rows of a table, encoded as they are read.</summary>
internal sealed class TableSamples : ISampleReader
{
    private readonly Column[] _columns;

    public TableSamples(int rows, int values, Column[] columns)
    {
        Count = rows;
        Shape = [values];
        SampleLength = values;
        _columns = columns;
    }

    /// <inheritdoc/>
    public long Count { get; }

    /// <inheritdoc/>
    public IReadOnlyList<long> Shape { get; }

    /// <inheritdoc/>
    public int SampleLength { get; }

    /// <summary>A column that gives one value.</summary>
    public static Column Numbers(int start, float[] values) => new(start, values, null, []);

    /// <summary>A column that sets one value of several to 1: that of its code, none where the slot is negative.</summary>
    public static Column Categories(int start, int[] codes, int[] slots) => new(start, [], codes, slots);

    /// <inheritdoc/>
    public void Read(ReadOnlySpan<long> indices, Span<float> destination)
    {
        SampleShape.CheckRead(this, indices, destination);
        destination.Clear();
        foreach (Column column in _columns)
        {
            for (int i = 0, start = column.Start; i < indices.Length; i++, start += SampleLength)
            {
                if (column.Codes is null)
                    destination[start] = column.Values[indices[i]];
                else if (column.Slots[column.Codes[indices[i]]] is var slot and >= 0)
                    destination[start + slot] = 1;
            }
        }
    }

    /// <summary>One column, and where its values start in a sample.</summary>
    internal sealed record Column(int Start, float[] Values, int[]? Codes, int[] Slots);
}
