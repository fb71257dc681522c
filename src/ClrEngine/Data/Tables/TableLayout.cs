namespace ClrEngine.Data.Tables;

/// <summary>What each column of a table is for.</summary>
/// <param name="Names">The names of all columns; a column's number where it has none.</param>
/// <param name="Label">The number of the column to predict; negative where a model is asked, and the table has none.</param>
/// <param name="Features">The numbers of those to learn from, in the order of the training part.</param>
/// <param name="Categories">Whether each column holds words, whatever these look like.</param>
/// <param name="Ignored">The names of those to leave out.</param>
internal sealed record TableLayout(string[] Names, int Label, int[] Features, bool[] Categories, string[] Ignored)
{
    /// <summary>The most values in all: they fill half of this machine's memory, or as much as the process may have.</summary>
    public static readonly long MostCells = Math.Min(int.MaxValue, GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 2 / sizeof(double));

    // The most different texts of a column to learn from, in any number of rows.
    private const int MostCategories = 1_000;

    /// <summary>The most different texts that are categories in any number of rows.</summary>
    public const int FewCategories = 20;

    private static readonly string[] LabelNames = ["label", "labels", "target", "targets", "class", "classes", "y"];

    /// <summary>Decides by the names of all columns, empty where there is none, and by what those are that are no data; a validation part must have the columns of the training part, in whatever order.</summary>
    public static TableLayout Decide(string path, string[] names, Dictionary<int, string> leftOut, DataOptions options, ColumnTable? training, TableNotes notes)
    {
        if (names.Length > options.MaxColumns)
            throw new DataFormatException(DataErrors.TooLarge, path, $"has {names.Length} columns, at most {options.MaxColumns} are read: raise -MaxColumns if it shall have as many.");
        names = [.. names.Select(static (name, i) => Bare(name) is { Length: > 0 } bare ? bare : i.ToString(CultureInfo.InvariantCulture))];
        int[] kept = [.. Enumerable.Range(0, names.Length).Where(i => !leftOut.ContainsKey(i))];
        string[] ignored = training?.Ignored ?? [.. options.IgnoreColumns.Select(column => names[Find(path, names, kept, column, "IgnoreColumn")])];
        // What a model was trained on is no label, and what it was not trained on is left out where the table has all else.
        int[] unknown = [.. kept.Where(i => !IsFeature(names[i], options.Features))];
        string[] lacking = [.. options.Features.Where(feature => !names.Any(name => IsFeature(name, [feature]))).Select(static feature => feature.Split(TableEncoding.Mark)[0]).Distinct()];
        bool hasAll = options.Features.Count > 0 && lacking.Length == 0;
        if (lacking.Length > 0 && unknown.Length == 0)
            throw new DataFormatException(DataErrors.Column, path, $"lacks the column {TableNotes.List(lacking)}, which the model was trained on; its columns are {TableNotes.List(names)}: give a table with the columns of the training.");
        bool isAsked = options.MayLackLabels && (training?.HasLabels == false || (hasAll && (unknown.Length == 0 || (options.Label is { } asked && !names.Contains(asked)))));
        if (hasAll && unknown.Length == 0 && !isAsked)
            throw new DataFormatException(DataErrors.Column, path, $"has the columns that the model was trained on ({TableNotes.List(names)}), and none of labels: add one, such as '{options.Label ?? "label"}', by which the model is tested, or {Asked(options)}.");
        int label = isAsked ? -1 : kept.Length == 0 ? names.Length - 1
            : training is not null ? FindLike(path, names, training.Label.Name, "the training part predicts")
            : options.Label is { } learnt && !IsFeature(learnt, options.Features) && (hasAll || names.Contains(learnt)) ? FindLike(path, names, learnt, "is the label that was learnt", $"add it, or {Asked(options)}")
            : options.LabelColumn is { } told ? Find(path, names, kept, told, "LabelColumn")
            : GuessLabel(path, names, options.Features.Count > 0 && unknown.Length > 0 ? unknown : kept, ignored, notes);
        string predicted = isAsked ? options.Label ?? "label" : names[label];
        if (ignored.Contains(predicted))
            throw new DataFormatException(DataErrors.Column, path, $"cannot predict its column '{predicted}', which is to be ignored: name another with -LabelColumn.");
        int[] spare = hasAll ? [.. unknown.Where(i => i != label)] : [];
        if (spare.Length > 0) notes.Warn($"its column {TableNotes.List([.. spare.Select(i => names[i])])} is left out, as the model was not trained on it");
        int[] features = [.. kept.Except(spare).Where(i => i != label && !ignored.Contains(names[i]))];
        if (features.Length == 0)
            throw new DataFormatException(DataErrors.Empty, path, $"has no column to learn from beside '{predicted}': check its delimiter (-Delimiter), and which columns are ignored.");
        string[] others = training is null ? [.. features.Select(i => names[i]).Where(name => MayBeLabel(name, names))] : [];
        if (others.Length > 0) notes.Warn($"its column {TableNotes.List(others)} has the name of a label and is learnt from; leave it out with -IgnoreColumn if it says what '{predicted}' says");
        foreach ((int place, string what) in leftOut.Where(pair => pair.Key != label)) notes.Warn($"its column '{names[place]}' {what}: it is left out");

        var categories = new bool[names.Length];
        foreach (string column in training is null ? options.CategoryColumns : []) categories[Find(path, names, kept, column, "CategoryColumn")] = true;
        for (int i = 0; i < names.Length; i++) categories[i] |= training?.Categories.Contains(names[i]) == true || options.Features.Any(feature => feature.StartsWith(names[i] + TableEncoding.Mark, StringComparison.Ordinal));
        return new TableLayout(names, label, training is null ? features : Matched(path, names, features, training), categories, ignored);
    }

    /// <summary>Whether a name is that of a label, wherever it stands.</summary>
    public static bool IsLabel(string name) => LabelNames.Contains(name, StringComparer.OrdinalIgnoreCase);

    /// <summary>Whether a name is none: pandas names a column so that had none.</summary>
    public static bool IsUnnamed(string name) => string.IsNullOrWhiteSpace(name) || name.StartsWith("Unnamed: ", StringComparison.Ordinal);

    public static bool IsPandasIndex(string name) => name.StartsWith("__index_level_", StringComparison.Ordinal) && name.EndsWith("__", StringComparison.Ordinal);

    /// <summary>Refuses a table of too many values; on the disk there may be more.</summary>
    public void CheckSize(string path, long rows, DataOptions options)
    {
        if (!options.Stream && rows * (Features.Length + 1) > MostCells) throw TooLarge(path);
    }

    public static DataFormatException TooLarge(string path) => new(
        DataErrors.TooLarge, path, $"has more than {MostCells} values, which fill half of the memory: keep them on the disk with -Stream, split it, or leave columns out with -IgnoreColumn.");

    /// <summary>Makes the columns that are used, and fills each as soon as it is made; whether it holds texts is told by its number and the same column of the training part.</summary>
    public ColumnTable MakeTable(string path, int rows, ColumnTable? training, DataOptions options, TableNotes notes, Func<int, TableColumn?, bool> isText, Action<int, TableColumn>? fill = null)
    {
        // Where most rows have a text of their own, they are names, not categories.
        int mostTexts = training is null ? Math.Clamp(rows / 2, FewCategories, MostCategories) : MostCategories;
        DiskColumns? disk = options.Stream ? DiskColumns.Create(path, rows, Features.Length) : null;
        TableColumn[] features = [.. Features.Select((place, i) => Make(place, training?.Features[i], isLabel: false))];
        TableColumn? label = Label < 0 ? null : options.InputShape.Count > 0 ? MakeIfWhole() : Make(Label, training?.Label, isLabel: true);
        return new ColumnTable(path, rows, features, label ?? new NumberColumn(path, "", new double[rows], isLabel: true), Ignored, notes) { HasLabels = label is not null, Categories = [.. Names.Where((_, i) => Categories[i])] };

        // Where a model is asked, a column of labels that has gaps is no more than none.
        TableColumn? MakeIfWhole()
        {
            try
            {
                return Make(Label, training?.Label, isLabel: true);
            }
            catch (DataFormatException gap) when (gap.Cause == DataErrors.MissingValue)
            {
                if (!options.MayLackLabels)
                    throw gap.With($" Or {Asked(options)}.");
                notes.Warn($"its column '{Names[Label]}' lacks values, so that no row counts as labelled: all are answered");
                return null;
            }
        }

        TableColumn Make(int place, TableColumn? sameInTraining, bool isLabel)
        {
            ReadStop.Check();
            TableColumn column = (isText(place, sameInTraining), isLabel || disk is null) switch
            {
                (true, true) => new TextColumn(path, Names[place], rows, isLabel ? TableTargets.MostClasses : mostTexts),
                (true, false) => new TextColumn(path, Names[place], disk!.Next<int>(), mostTexts),
                (false, true) => new NumberColumn(path, Names[place], new double[rows], isLabel),
                (false, false) => new NumberColumn(path, Names[place], disk!.Next<double>()),
            };
            fill?.Invoke(place, column);
            return column;
        }
    }

    private static string Asked(DataOptions options) => options.InputShape.Count > 0 ? "give -Predict to see what the model makes of each row" : "give a table that has it";

    private static bool IsFeature(string name, IReadOnlyList<string> features) =>
        features.Any(feature => feature.StartsWith(name, StringComparison.Ordinal) && (feature.Length == name.Length || feature[name.Length] == TableEncoding.Mark));

    // What has no width hides a name from those who look for it.
    private static string Bare(string name)
    {
        int start = 0, end = name.Length;
        while (start < end && IsBlank(name[start])) start++;
        while (end > start && IsBlank(name[end - 1])) end--;
        return name[start..end];

        static bool IsBlank(char c) => char.IsWhiteSpace(c) || char.GetUnicodeCategory(c) is UnicodeCategory.Format or UnicodeCategory.Control;
    }

    private static int GuessLabel(string path, string[] names, int[] kept, string[] ignored, TableNotes notes)
    {
        int last = kept[^1];
        int[] named = [.. kept.Where(i => (i == last ? IsLabel(names[i]) : MayBeLabel(names[i], names)) && !ignored.Contains(names[i]))];
        if (named.Length > 1 && named[^1] != last)
            throw new DataFormatException(DataErrors.Column, path, $"has more than one column that may be the one to predict ({TableNotes.List([.. named.Select(i => names[i])])}): name it with -LabelColumn.");
        int label = named.Length > 0 ? named[^1] : last;
        if (label == last) notes.Remark($"its last column '{names[label]}' is predicted");
        else notes.Warn($"its column '{names[label]}' is predicted, by its name, and not the last, '{names[last]}'; -LabelColumn names another");
        return label;
    }

    // Behind x, y is a place.
    private static bool MayBeLabel(string name, string[] names) =>
        IsLabel(name) && !(name.Equals("y", StringComparison.OrdinalIgnoreCase) && names.TakeWhile(other => other != name).Contains("x", StringComparer.OrdinalIgnoreCase));

    private static int FindLike(string path, string[] names, string label, string whose, string remedy = "give both parts the same columns, and the same header") => Array.IndexOf(names, label) is var place and >= 0
        ? place
        : throw new DataFormatException(DataErrors.ShapeMismatch, path, $"has no column '{label}', which {whose}; its columns are {TableNotes.List(names)}: {remedy}.");

    // The features in the order of the training part; columns of one name go by their own order.
    private static int[] Matched(string path, string[] names, int[] features, ColumnTable training)
    {
        ILookup<string, int> places = features.ToLookup(i => names[i]);
        string[] wanted = [.. training.Features.Select(static column => column.Name)];
        string[] lacking = [.. wanted.GroupBy(static name => name).Where(group => group.Count() > places[group.Key].Count()).Select(static group => group.Key)];
        string[] spare = [.. places.Where(group => group.Count() > wanted.Count(name => name == group.Key)).Select(static group => group.Key)];
        if (lacking.Length + spare.Length > 0)
            throw new DataFormatException(
                DataErrors.ShapeMismatch, path, string.Join(" and ", new[] { lacking.Length > 0 ? $"lacks {Columns(lacking)}, which '{training.Path}' has," : "", spare.Length > 0 ? $"has {Columns(spare)}, which '{training.Path}' lacks," : "" }.Where(static part => part.Length > 0)).TrimEnd(',') + ": give both parts the same columns.");
        var taken = new Dictionary<string, int>(StringComparer.Ordinal);
        return [.. wanted.Select(name => places[name].ElementAt(taken[name] = taken.GetValueOrDefault(name, -1) + 1))];

        static string Columns(string[] names) => (names.Length == 1 ? "the column " : "the columns ") + TableNotes.List(names);
    }

    // Numbers from the end count the columns that are data.
    private static int Find(string path, string[] names, int[] kept, string wanted, string parameter)
    {
        int[] named = Places(StringComparison.Ordinal);
        if (named.Length == 0) named = Places(StringComparison.OrdinalIgnoreCase);
        if (named.Length > 1)
            throw new DataFormatException(DataErrors.Column, path, $"has {named.Length} columns '{wanted}': give -{parameter} a column's number, from 0.");
        if (named.Length == 1) return named[0];
        if (int.TryParse(wanted, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int number)
            && number >= -kept.Length && number < names.Length)
            return number < 0 ? kept[kept.Length + number] : number;
        throw new DataFormatException(
            DataErrors.Column, path, $"has no column '{wanted}': give -{parameter} one of {string.Join(", ", names.Take(20))}{(names.Length > 20 ? ", …" : "")}, or a number from 0 to {names.Length - 1}.");

        int[] Places(StringComparison comparison) => [.. Enumerable.Range(0, names.Length).Where(i => string.Equals(names[i], wanted, comparison))];
    }
}
