using System.Collections.Immutable;

namespace ClrEngine.Data;

/// <summary>How a table's columns become the values of a sample: a number is one value, a text one value for each category (1 for its own, else 0).</summary>
/// <remarks>Categories are those of the training rows; a text that none of them has becomes all zeros.</remarks>
internal sealed class TableEncoding
{
    private readonly IReadOnlyDictionary<string, int>?[] _slots;
    private readonly int[] _starts;

    private TableEncoding(IReadOnlyDictionary<string, int>?[] slots, int[] starts, ImmutableArray<string> names, bool[] isNumber)
    {
        _slots = slots;
        _starts = starts;
        Names = names;
        IsNumber = isNumber;
    }

    /// <summary>The name of each value: the column's, for texts followed by <c>=</c> and the category.</summary>
    public ImmutableArray<string> Names { get; }

    /// <summary>Whether a value is a number of the table, and not a category's 0 or 1.</summary>
    public IReadOnlyList<bool> IsNumber { get; }

    /// <summary>Learns the categories.</summary>
    /// <param name="table">The table.</param>
    /// <param name="rows">The training rows.</param>
    /// <exception cref="DataFormatException">The categories of all columns together are too many.</exception>
    public static TableEncoding Learn(ColumnTable table, ReadOnlySpan<long> rows)
    {
        var slots = new IReadOnlyDictionary<string, int>?[table.Features.Count];
        var starts = new int[table.Features.Count];
        var names = ImmutableArray.CreateBuilder<string>();
        var isNumber = new List<bool>();
        for (int c = 0; c < slots.Length; c++)
        {
            starts[c] = names.Count;
            TableColumn column = table.Features[c];
            if (column is not TextColumn texts)
            {
                names.Add(column.Name);
                isNumber.Add(true);
                continue;
            }

            string[] categories = Categories(texts, rows);
            slots[c] = categories.Select(static (text, i) => (text, i)).ToDictionary(static pair => pair.text, static pair => pair.i, StringComparer.Ordinal);
            names.AddRange(categories.Select(text => $"{column.Name}={text}"));
            isNumber.AddRange(categories.Select(static _ => false));
            if (names.Count > TableLimits.Columns)
                throw new DataFormatException(
                    DataFault.Categories, table.Path, $"makes more than {TableLimits.Columns} values a sample, as each different text is one: leave columns out with -IgnoreColumn.");
        }

        return new TableEncoding(slots, starts, names.ToImmutable(), [.. isNumber]);
    }

    /// <summary>A table's rows as samples.</summary>
    /// <param name="table">The table that the encoding was learnt from, or one with the same columns.</param>
    public ISampleReader Apply(ColumnTable table) => new TableSamples(
        table.Rows,
        Names.Length,
        [.. table.Features.Select((column, c) => column switch
        {
            NumberColumn numbers => TableSamples.Numbers(_starts[c], numbers.Values),
            TextColumn texts => TableSamples.Categories(_starts[c], texts.Codes, [.. texts.Texts.Select(text => _slots[c]!.TryGetValue(text, out int slot) ? slot : -1)]),
            _ => throw new ArgumentException($"A {column.GetType().Name} is no feature.", nameof(table)),
        })]);

    private static string[] Categories(TextColumn texts, ReadOnlySpan<long> rows)
    {
        var seen = new bool[texts.Texts.Count];
        foreach (long row in rows) seen[texts.Codes[row]] = true;
        return [.. texts.Texts.Where((_, code) => seen[code]).Order(StringComparer.Ordinal)];
    }
}
