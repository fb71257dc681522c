using System.Collections.Immutable;

namespace ClrEngine.Data.Tables;

/// <summary>From tables to training data: targets, split, categories and scaling, the last two by the training rows alone.</summary>
internal static class TablePreparation
{
    /// <summary>Loads a file, or a folder with one for each part.</summary>
    /// <param name="path">The file or the folder.</param>
    /// <param name="endings">The endings of the format's file names, with their points.</param>
    /// <param name="read">Reads one table; the third argument is the training part where it is the validation part.</param>
    /// <param name="options">How to split, what to predict and whether to scale.</param>
    /// <exception cref="DataFormatException">There is no such file, or it is no table that can be learnt from.</exception>
    public static TrainingData Load(string path, string[] endings, Func<DataStream, DataOptions, ColumnTable?, ColumnTable> read, DataOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        (string train, string? validation) = TableFiles.Find(path, endings)
            ?? throw new DataFormatException(DataErrors.Missing, path, $"has no table: give a file that ends in {string.Join(", ", endings)}.");
        ColumnTable learnt = read(DataStream.File(train), options, null);
        ColumnTable? held = validation is null ? null : read(DataStream.File(validation), options, learnt);
        return Prepare(TableFiles.Name(path, endings), path, learnt, held, options);
    }

    /// <summary>Prepares tables.</summary>
    /// <param name="name">A short name.</param>
    /// <param name="source">Where they came from: a path, or <c>embedded</c>.</param>
    /// <param name="train">All rows, or the training part where <paramref name="validation"/> is given.</param>
    /// <param name="validation">The validation part, with the same columns; null to hold some rows out.</param>
    /// <param name="options">How to split, what to predict and whether to scale.</param>
    /// <exception cref="DataFormatException">The labels cannot be predicted, or there are too few rows.</exception>
    public static TrainingData Prepare(string name, string source, ColumnTable train, ColumnTable? validation, DataOptions options)
    {
        Targets targets = TableTargets.Make(train.Path, train.Label, options.Regression);
        using var contents = new ContentHash();
        train.AddTo(contents);
        validation?.AddTo(contents);
        contents.Add(targets is ClassTargets ? "classes" : "values");

        if (validation is not null)
        {
            var encoding = TableEncoding.Learn(train, Enumerable.Range(0, train.Rows).Select(static row => (long)row).ToArray());
            var held = new LabelledData(encoding.Apply(validation), TableTargets.MakeLike(targets, validation.Path, validation.Label));
            return Join(new LabelledData(encoding.Apply(train), targets), held, DataPreparation.OwnPart, encoding);
        }

        StratifiedSplit split = StratifiedSplit.HoldOut(source, targets, options);
        var learnt = TableEncoding.Learn(train, split.Train.AsSpan());
        (LabelledData part, LabelledData rest) = split.Divide(new LabelledData(learnt.Apply(train), targets));
        return Join(part, rest, split.Description, learnt);

        TrainingData Join(LabelledData learn, LabelledData hold, string how, TableEncoding encoding) =>
            DataPreparation.Join(name, source, learn, hold, how, Scaling(learn, encoding, options), contents.Finish(), options) with
            {
                FeatureNames = encoding.Names,
            };
    }

    // A category's 0 and 1 stay as they are.
    private static FeatureScaling Scaling(LabelledData train, TableEncoding encoding, DataOptions options)
    {
        if (!options.Standardize) return FeatureScaling.Identity(encoding.Names.Length);
        FeatureScaling all = ScalingEstimator.Estimate(train.Samples);
        return new FeatureScaling(
            [.. all.Means.Select((mean, i) => encoding.IsNumber[i] ? mean : 0)],
            [.. all.StandardDeviations.Select((deviation, i) => encoding.IsNumber[i] ? deviation : 1)]);
    }
}

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
                    DataErrors.Categories, table.Path, $"makes more than {TableLimits.Columns} values a sample, as each different text is one: leave columns out with -IgnoreColumn.");
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
