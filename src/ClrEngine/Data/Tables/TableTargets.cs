using System.Runtime.InteropServices;

namespace ClrEngine.Data.Tables;

/// <summary>Turns the column to predict into targets: texts and whole numbers are classes, other numbers, and whole ones of which hardly one comes twice, are values, unless told.</summary>
internal static class TableTargets
{
    // The most whole numbers that are taken for classes unasked; and the most where hardly one comes twice.
    private const int MostGuessed = 100, FewGuessed = 20;

    public const int MostClasses = 65_536;

    /// <exception cref="DataFormatException">The column cannot be what it is told to be.</exception>
    public static Targets Make(string path, TableColumn label, bool? regression) => label switch
    {
        TextColumn texts when regression == true => throw new DataFormatException(
            DataErrors.Label, path, $"has texts such as '{texts.Texts[0]}' in its column '{label.Name}', which is to be predicted as a number: name a column of numbers with -LabelColumn, or leave out -Regression."),
        TextColumn texts => Classes(path, texts),
        NumberColumn numbers when regression ?? (!numbers.Exact.All(IsWhole) || AreMeasured(numbers)) => Values(path, numbers),
        _ => Classes(path, (NumberColumn)label, told: regression is not null),
    };

    /// <summary>Makes the targets of a validation part of its own: the classes are those of the training part.</summary>
    /// <exception cref="DataFormatException">A label is no class of the training part.</exception>
    public static Targets MakeLike(Targets training, string path, TableColumn label)
    {
        if (training is not ClassTargets classes) return Make(path, label, regression: true);
        Dictionary<string, long> numbers = Enumerable.Range(0, classes.Classes).ToDictionary(i => classes.ClassNames[i], static i => (long)i, StringComparer.Ordinal);
        IEnumerable<string> names = label is TextColumn texts ? texts.Codes.Select(code => texts.Texts[code]) : ((NumberColumn)label).Exact.Select(Name);
        return new ClassTargets([.. names.Select((name, row) => numbers.TryGetValue(name, out long number) ? number : throw Stray(name, row))], classes.ClassNames);

        DataFormatException Stray(string name, int row) => new(
            DataErrors.Label, path, $"has the label '{name}' in data row {row + 1}, which no training row has: take both parts from the same set.");
    }

    /// <summary>What was guessed of a column that nobody told of: whole numbers that are values; null where nothing was.</summary>
    public static string? GuessOf(Targets targets, TableColumn label, bool? regression) =>
        regression is null && targets is ValueTargets && label is NumberColumn numbers && numbers.Exact.All(IsWhole)
            ? $"hardly one of the whole numbers in '{label.Name}' stands there twice: they are taken for values to predict; give -Regression to say so, or -Regression:$false if they are classes"
            : null;

    // Prices and counts, not the numbers of classes.
    private static bool AreMeasured(NumberColumn numbers) =>
        numbers.Exact.Distinct().Count() is var different && different > FewGuessed && different > numbers.Exact.Length / 2;

    private static ValueTargets Values(string path, NumberColumn numbers)
    {
        int stray = Array.FindIndex(numbers.Exact, static value => !float.IsFinite((float)value));
        if (stray >= 0)
            throw new DataFormatException(
                DataErrors.Value, path, $"has {Name(numbers.Exact[stray])} in data row {stray + 1} of its column '{numbers.Name}', beyond the largest single-precision number: scale the column.");
        return new ValueTargets([.. numbers.Exact], 1);
    }

    private static ClassTargets Classes(string path, TextColumn texts)
    {
        CheckCount(path, texts.Name, texts.Texts.Count);
        string[] sorted = [.. texts.Texts.Order(StringComparer.Ordinal)];
        long[] places = [.. texts.Texts.Select(text => (long)Array.BinarySearch(sorted, text, StringComparer.Ordinal))];
        return new ClassTargets(ImmutableCollectionsMarshal.AsImmutableArray(Array.ConvertAll(texts.Codes, code => places[code])), [.. sorted]);
    }

    private static ClassTargets Classes(string path, NumberColumn numbers, bool told)
    {
        double[] sorted = [.. numbers.Exact.Distinct().Order()];
        if (!told && sorted.Length > MostGuessed)
            throw new DataFormatException(
                DataErrors.Label, path, $"has {sorted.Length} different whole numbers in its column '{numbers.Name}': say whether they are values to predict (-Regression) or classes (-Regression:$false).");
        CheckCount(path, numbers.Name, sorted.Length);
        ReadStop.Check();
        return new ClassTargets(ImmutableCollectionsMarshal.AsImmutableArray(Array.ConvertAll(numbers.Exact, value => (long)Array.BinarySearch(sorted, value))), [.. sorted.Select(Name)]);
    }

    private static void CheckCount(string path, string name, int classes)
    {
        if (classes > MostClasses)
            throw new DataFormatException(DataErrors.Label, path, $"has {classes} classes in its column '{name}', at most {MostClasses} can be told apart: name another column with -LabelColumn.");
    }

    private static bool IsWhole(double value) => value == Math.Floor(value) && Math.Abs(value) < NumberText.LargestWhole;

    // Adding 0 makes -0 the same class as 0.
    private static string Name(double value) => (value + 0.0).ToString("R", CultureInfo.InvariantCulture);
}
