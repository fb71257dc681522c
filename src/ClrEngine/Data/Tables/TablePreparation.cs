using System.Collections.Immutable;
using System.Numerics;
using ClrEngine.Data.Preparation;

namespace ClrEngine.Data.Tables;

/// <summary>From tables to training data: targets, split, categories and scaling, the last two by the training rows alone.</summary>
internal static class TablePreparation
{
    /// <summary>Prepares a table, of which some rows are held out where there is no validation part with the same columns.</summary>
    public static TrainingData Prepare(string name, string source, ColumnTable train, ColumnTable? validation, DataOptions options)
    {
        ReadStop.Check();
        bool? regression = options.Regression ?? options.PredictsValues;
        Targets targets = new UnknownTargets(train.Rows);
        if (train.HasLabels)
        {
            targets = TableTargets.Make(train.Path, train.Label, regression);
            if (TableTargets.GuessOf(targets, train.Label, regression) is { } guess) train.Notes.Warn(guess);
            TableDoubts.Note(train, targets, options);
        }

        using var contents = new ContentHash();
        train.AddTo(contents);
        validation?.AddTo(contents);
        contents.Add(targets is ClassTargets ? "classes" : "values");

        StratifiedSplit? split = validation is null ? StratifiedSplit.HoldOut(source, targets, options) : null;
        TableEncoding? known = TableEncoding.For(train, options.Features);
        known?.NoteUnknown(train);
        TableEncoding encoding = known ?? new TableEncoding(train, split?.Train, options.MaxColumns);
        if (validation is not null) encoding.NoteUnknown(validation);
        LabelledData? held = validation is null ? null : new(encoding.Apply(validation), validation.HasLabels && train.HasLabels ? TableTargets.MakeLike(targets, validation.Path, validation.Label) : new UnknownTargets(validation.Rows));
        var all = new LabelledData(encoding.Apply(train), targets);
        TrainingData made = DataPreparation.Prepare(name, source, all, held, split, encoding.Values, contents.Finish(), options);
        return made with
        {
            FeatureNames = encoding.Values.Names,
            LabelName = train.Label.Name,
            Warnings = [.. train.Notes.Warnings, .. validation?.Notes.Warnings ?? [], .. made.Warnings],
            Remarks = [.. train.Notes.Remarks, .. validation?.Notes.Remarks ?? [], .. made.Remarks],
        };
    }
}

/// <summary>How a table's columns become the values of a sample: a number is one value, a text one value for each category (1 for its own, else 0).</summary>
/// <remarks>Categories are those of the training rows; a text that none of them has becomes all zeros.</remarks>
internal sealed class TableEncoding
{
    /// <summary>What stands between a column's name and a category.</summary>
    public const char Mark = '=';

    private readonly Dictionary<string, int>?[] _slots;
    private readonly int[] _starts;

    /// <summary>Learns the categories of a table's training rows; of all where null.</summary>
    public TableEncoding(ColumnTable table, ImmutableArray<long>? rows, int mostValues)
    {
        _slots = new Dictionary<string, int>?[table.Features.Count];
        _starts = new int[table.Features.Count];
        var names = new List<string>();
        var columns = new List<TableColumn>();
        for (int c = 0; c < _slots.Length; c++)
        {
            _starts[c] = names.Count;
            TableColumn column = table.Features[c];
            if (column is TextColumn texts)
            {
                string[] categories = Categories(texts, rows);
                _slots[c] = Enumerable.Range(0, categories.Length).ToDictionary(i => categories[i], StringComparer.Ordinal);
                names.AddRange(categories.Select(text => $"{column.Name}{Mark}{text}"));
            }
            else
            {
                names.Add(column.Name);
            }

            columns.AddRange(Enumerable.Repeat(column, names.Count - columns.Count));
            if (names.Count > mostValues)
                throw new DataFormatException(
                    DataErrors.Categories, table.Path, $"makes more than {mostValues} values a sample, as each different text is one: leave columns out with -IgnoreColumn, or raise -MaxColumns.");
        }

        Values = FeatureColumns.From(names, columns);
    }

    private TableEncoding(FeatureColumns values, int[] starts, Dictionary<string, int>?[] slots) => (Values, _starts, _slots) = (values, starts, slots);

    /// <summary>The encoding that makes values of these names, in their order, of a table's columns, in whatever order these stand; null where there are no names, or the columns are others.</summary>
    public static TableEncoding? For(ColumnTable table, IReadOnlyList<string> names)
    {
        if (names.Count == 0 || names.Distinct().Count() < names.Count) return null;
        var columns = new TableColumn?[names.Count];
        int[] starts = new int[table.Features.Count];
        var slots = new Dictionary<string, int>?[starts.Length];
        for (int c = 0; c < starts.Length; c++)
        {
            TableColumn column = table.Features[c];
            bool isNumber = column is NumberColumn;
            string start = isNumber ? column.Name : column.Name + Mark;
            int[] places = [.. Enumerable.Range(0, names.Count).Where(i => columns[i] is null && (isNumber ? names[i] == start : names[i].StartsWith(start, StringComparison.Ordinal)))];
            if (places.Length == 0 || (isNumber && places.Length > 1)) return null;
            foreach (int place in places) columns[place] = column;
            if (isNumber) starts[c] = places[0];
            else slots[c] = places.ToDictionary(place => names[place][start.Length..], StringComparer.Ordinal);
        }

        return columns.All(static column => column is not null) ? new TableEncoding(FeatureColumns.From(names, columns!), starts, slots) : null;
    }

    /// <summary>The values of a sample, each named as its column, for texts followed by <c>=</c> and the category.</summary>
    public FeatureColumns Values { get; }

    /// <summary>The rows of this table, or of another with the same columns, as samples.</summary>
    public ISampleReader Apply(ColumnTable table)
    {
        EncodedColumn[] columns = [.. table.Features.Select((column, c) => new EncodedColumn(
            column, _starts[c], column is TextColumn texts ? [.. texts.Texts.Select(text => _slots[c]!.GetValueOrDefault(text, -1))] : null))];
        return table.IsOnDisk ? new DiskRows(table.Path, table.Rows, Values.Names.Count, columns) : new TableSamples(table.Rows, Values.Names.Count, columns);
    }

    /// <summary>Says of which columns another table with the same columns has texts that are no category here.</summary>
    public void NoteUnknown(ColumnTable table)
    {
        foreach ((TextColumn column, Dictionary<string, int> slots) in table.Features.Zip(_slots).Where(static pair => pair.First is TextColumn).Select(static pair => ((TextColumn)pair.First, pair.Second!)))
        {
            bool[] isUnknown = [.. column.Texts.Select(text => !slots.ContainsKey(text))];
            int count = column.Codes.Count(code => isUnknown[code]), first = column.Codes.TakeWhile(code => !isUnknown[code]).Count();
            if (count > 0)
                table.Notes.Warn($"its column '{column.Name}' has texts that no training row has in {(count == table.Rows ? "all of its" : $"{count} of {table.Rows}")} rows, such as '{column.Texts[column.Codes[first]]}' in data row {first + 1}, and these rows have none of its categories: write the texts as the training part does, or leave the column out with -IgnoreColumn if each part has texts of its own");
        }
    }

    private static string[] Categories(TextColumn texts, ImmutableArray<long>? rows)
    {
        var seen = new bool[texts.Texts.Count];
        if (rows is null) seen.AsSpan().Fill(true);
        int row = 0, next = 0;
        // Both rise: a column on the disk is read once.
        foreach (int code in rows is null ? [] : texts.Codes)
        {
            if (next == rows!.Value.Length) break;
            if (rows.Value[next] != row++) continue;
            seen[code] = true;
            next++;
        }

        return [.. texts.Texts.Where((_, code) => seen[code]).Order(StringComparer.Ordinal)];
    }

    private sealed class TableSamples(int rows, int values, EncodedColumn[] columns) : SampleReader(rows, [values])
    {
        internal override bool IsWide => true;

        internal override void ReadDoubles(ReadOnlySpan<long> indices, Span<double> destination) => Fill(indices, destination);

        private protected override void ReadChecked(ReadOnlySpan<long> indices, Span<float> destination) => Fill(indices, destination);

        private void Fill<T>(ReadOnlySpan<long> indices, Span<T> destination)
            where T : unmanaged, IFloatingPoint<T>
        {
            destination.Clear();
            foreach (EncodedColumn column in columns)
            {
                if (column.Column is NumberColumn { Exact: var exact })
                {
                    for (int i = 0, start = column.Start; i < indices.Length; i++, start += SampleLength) destination[start] = T.CreateTruncating(exact[indices[i]]);
                    continue;
                }

                int[] codes = (int[])((TextColumn)column.Column).Codes;
                for (int i = 0; i < indices.Length; i++) column.Set(destination.Slice(i * SampleLength, SampleLength), codes[indices[i]]);
            }
        }
    }
}

/// <summary>A column, where its values start in a sample, and for each code of a text which of these is 1, none where it is negative; null for numbers.</summary>
internal sealed record EncodedColumn(TableColumn Column, int Start, int[]? Slots)
{
    /// <summary>Sets its values of a sample, which are 0, by the number or the code.</summary>
    public void Set<T>(Span<T> sample, double value)
        where T : unmanaged, IFloatingPoint<T>
    {
        if (Slots is null) sample[Start] = T.CreateTruncating(value);
        else if (Slots[(int)value] is var slot and >= 0) sample[Start + slot] = T.One;
    }
}
