using System.Runtime.InteropServices;

namespace ClrEngine.Data.Tables;

/// <summary>Turns the column to predict into targets: texts and whole numbers are classes, other numbers, and whole ones of which hardly one comes twice, are values, unless told.</summary>
internal static class TableTargets
{
    // The most whole numbers that are taken for classes unasked; the most where hardly one comes twice.
    private const int MostGuessed = 100, FewGuessed = 20;

    // How often a number stands there that may be a class.
    private const int FewestOfClass = 3;

    // Of so few no name says that they are counted, and of no more than digits no shape; the bins of that shape, how much longer its way
    // is than up once and down again, and how many times the smaller end its top.
    private const int FewestCounted = 3, MostDigits = 10, Bins = 8, FewestHighest = 20;

    private const double MostWay = 1.1;

    public const int MostClasses = 65_536;

    /// <summary>Makes the targets of a column, which is one of a table, or an array.</summary>
    public static Targets Make(string path, TableColumn label, bool? regression, bool isTable = true)
    {
        if (regression is not true && label is NumberColumn given) CheckCodes(path, given, told: regression is not null, isTable);
        return label switch
        {
            TextColumn texts when regression == true => throw new DataFormatException(
                DataErrors.Label, path, $"has texts such as '{texts.Texts[0]}' in its column '{label.Name}', which is to be predicted as a number: {(isTable ? "name a column of numbers with -LabelColumn" : "save numbers")}, or leave out -Regression."),
            TextColumn texts => Classes(path, texts, isTable),
            NumberColumn numbers when regression ?? (!numbers.Exact.All(IsWhole) || AreMeasured(numbers.Exact)) => Values(path, numbers),
            _ => Classes(path, (NumberColumn)label, told: regression is not null, isTable),
        };
    }

    /// <summary>Makes the targets of a validation part of its own: the classes are those of the training part.</summary>
    public static Targets MakeLike(Targets training, string path, TableColumn label)
    {
        if (training is not ClassTargets classes) return Make(path, label, regression: true);
        Dictionary<string, long> numbers = Enumerable.Range(0, classes.Classes).ToDictionary(i => classes.ClassNames[i], static i => (long)i, StringComparer.Ordinal);
        IEnumerable<string> names = label is TextColumn texts ? texts.Codes.Select(code => texts.Texts[code]) : ((NumberColumn)label).Exact.Select(Name);
        return new ClassTargets([.. names.Select((name, row) => numbers.TryGetValue(name, out long number) ? number : throw Stray(name, row))], classes.ClassNames);

        DataFormatException Stray(string name, int row) => new(
            DataErrors.Label, path, $"has the label '{name}' in data row {row + 1}, which no training row has: take both parts from the same set.");
    }

    /// <summary>What was guessed of a column that nobody told of, and the class that may stand for no label; null where there is nothing to say.</summary>
    public static string? GuessOf(Targets targets, TableColumn label, bool? regression)
    {
        if (label is not NumberColumn numbers || regression == true) return null;
        if (targets is ClassTargets) return UnknownLabel(numbers.Name, numbers.Exact) ?? (regression is null ? Quantity(numbers) : null);
        if (numbers.Exact.All(IsWhole))
            return $"hardly one of the whole numbers in '{label.Name}' stands there twice: they are taken for values to predict; give -Regression to say so, or -Regression:$false if they are classes";
        int[] counts = CountsOf(numbers.Exact);
        return counts.Length <= FewGuessed && counts.All(static count => count >= FewestOfClass)
            ? $"the {counts.Length} different numbers in '{label.Name}' are not all whole and are taken for values to predict; give -Regression to say so, or -Regression:$false if they are classes"
            : null;
    }

    // One number among the codes of classes that is none decides for all of them.
    private static void CheckCodes(string path, NumberColumn numbers, bool told, bool isTable)
    {
        double[] whole = [.. numbers.Exact.Where(IsWhole)];
        int odd = numbers.Exact.Length - whole.Length, first = Array.FindIndex(numbers.Exact, static value => !IsWhole(value));
        if (odd == 0) return;
        string where = $"in data row {first + 1} of its column '{numbers.Name}'";
        if (numbers.Exact.All(static value => value == Math.Floor(value)))
            throw new DataFormatException(
                DataErrors.Label, path, $"has a whole number beyond 2^53 {where}, about {numbers.Exact[first].ToString("G17", CultureInfo.InvariantCulture)}, of which double precision rounds the last digits: {(isTable ? "name the column with -CategoryColumn" : "number the classes, as numpy.unique(y, return_inverse=True) does,")} if it holds classes, or say -Regression if it holds values.");
        int[] counts = CountsOf(whole);
        if (!told && ColumnSurvey.IsNearlyAll(whole.Length, numbers.Exact.Length) && counts.Length <= FewGuessed && counts.Count(static count => count >= FewestOfClass) > 1)
            throw new DataFormatException(
                DataErrors.Label, path, $"has {Name(numbers.Exact[first])} {where}, where nearly all others are whole numbers as classes have: mend the value, or say whether they are values to predict (-Regression) or classes (-Regression:$false).");
    }

    private static int[] CountsOf(double[] values) => [.. values.GroupBy(static value => value).Select(static same => same.Count())];

    /// <summary>What is said of -1 beside 0, 1 and 2, and of 99 or 255 beside them, which programs write where they do not know; -1 beside 1 is a class like any other.</summary>
    public static string? UnknownLabel(string name, double[] numbers)
    {
        double[] codes = [.. numbers.Distinct().Order()];
        if (codes.Length < 3) return null;
        double? odd = codes[0] < 0 && codes[1] >= 0 && -codes[0] != codes[^1] ? codes[0]
            : codes[^1] is 99 or 255 or 999 or 9999 && codes[^2] < Math.Min(codes.Length, codes[^1] - 1) ? codes[^1]
            : null;
        if (odd is not { } code) return null;
        double[] others = [.. codes.Where(other => other != code)];
        return $"'{name}' has the class {Name(code)} in {numbers.Count(value => value == code)} of {numbers.Length} rows, first in data row {Array.IndexOf(numbers, code) + 1}, beside {Name(others[0])} to {Name(others[^1])}, and it is learnt like any other: remove those rows if it stands for no label";
    }

    /// <summary>Whether whole numbers of a name look counted or measured.</summary>
    public static bool IsQuantity(string name, double[] numbers)
    {
        double[] different = [.. numbers.Distinct().Order()];
        (double least, double most) = (different[0], different[^1]);
        // From A on, or a, there may be letters.
        bool isNumbered = different.Length <= FewGuessed || least is 0 or 1 || (least is 'A' or 'a' && most - least < different.Length);
        return different.Length >= FewestCounted && (TableDoubts.IsQuantity(name, different.Length > MostDigits) || !isNumbered || (different.Length > MostDigits && RiseAndFall(numbers, least, most)));
    }

    /// <summary>Whether more than a few numbers have a name that is none of labels, classes or codes.</summary>
    public static bool MayBeQuantity(string name, int different) => different > FewGuessed && !TableLayout.IsLabel(name) && !TableDoubts.IsOfClasses(name)
        && TableDoubts.Word().Matches(name) is [.., var last] && last.Value.ToLowerInvariant() is not ("id" or "code" or "type" or "kind" or "species" or "letter" or "digit" or "symbol") && name.Any(char.IsLetter);

    /// <summary>Whether whole numbers are few, or leave none out.</summary>
    public static bool AreNumbered(double[] numbers) =>
        numbers.Distinct().Count() is var different && (different <= FewGuessed || numbers.Max() - numbers.Min() < different);

    // Ages and counts that are whole: by their name, as numbers are left out, or as few are small or large and most lie between; and many under a name that is none of classes.
    private static string? Quantity(NumberColumn numbers)
    {
        double[] different = [.. numbers.Exact.Distinct().Order()];
        bool looks = IsQuantity(numbers.Name, numbers.Exact);
        if (!looks && !MayBeQuantity(numbers.Name, different.Length) && (numbers.Name.Any(char.IsLetter) || AreNumbered(numbers.Exact))) return null;
        (double least, double most) = (different[0], different[^1]);
        return $"the {different.Length} different whole numbers in '{numbers.Name}', from {Name(least)} to {Name(most)}, are taken for classes, none nearer to one than to another, and {(looks ? "look" : "may be")} counted or measured; give -Regression to predict values, or -Regression:$false if they are classes";
    }

    // Classes are as many each, or more and fewer without an order.
    private static bool RiseAndFall(double[] values, double least, double most)
    {
        var counts = new long[Bins + 2];
        foreach (double value in values) counts[1 + (int)((value - least) / (most - least + 1) * Bins)]++;
        long highest = counts.Max(), way = counts.Skip(1).Zip(counts, static (next, count) => Math.Abs(next - count)).Sum();
        return way <= MostWay * 2 * highest && Math.Min(counts[1], counts[Bins]) * FewestHighest <= highest;
    }

    /// <summary>Whether hardly one of many numbers comes twice, as prices and counts do, and not the numbers of classes.</summary>
    public static bool AreMeasured(double[] numbers) =>
        numbers.Distinct().Count() is var different && different > FewGuessed && different > numbers.Length / 2;

    private static ValueTargets Values(string path, NumberColumn numbers)
    {
        int stray = Array.FindIndex(numbers.Exact, static value => !float.IsFinite((float)value));
        if (stray >= 0)
            throw new DataFormatException(
                DataErrors.Value, path, $"has {Name(numbers.Exact[stray])} in data row {stray + 1} of its column '{numbers.Name}', beyond the largest single-precision number: scale the column.");
        return new ValueTargets([.. numbers.Exact], 1);
    }

    private static ClassTargets Classes(string path, TextColumn texts, bool isTable)
    {
        CheckCount(path, texts.Name, texts.Texts.Count, isTable);
        string[] sorted = [.. texts.Texts.Order(StringComparer.Ordinal)];
        long[] places = [.. texts.Texts.Select(text => (long)Array.BinarySearch(sorted, text, StringComparer.Ordinal))];
        return new ClassTargets([.. texts.Codes.Select(code => places[code])], [.. sorted]);
    }

    private static ClassTargets Classes(string path, NumberColumn numbers, bool told, bool isTable)
    {
        double[] sorted = [.. numbers.Exact.Distinct().Order()];
        if (!told && sorted.Length > MostGuessed)
            throw new DataFormatException(
                DataErrors.Label, path, $"has {sorted.Length} different whole numbers in its column '{numbers.Name}': say whether they are values to predict (-Regression) or classes (-Regression:$false).");
        CheckCount(path, numbers.Name, sorted.Length, isTable);
        ReadStop.Check();
        return new ClassTargets(ImmutableCollectionsMarshal.AsImmutableArray(Array.ConvertAll(numbers.Exact, value => (long)Array.BinarySearch(sorted, value))), [.. sorted.Select(Name)]);
    }

    private static void CheckCount(string path, string name, int classes, bool isTable)
    {
        if (classes > MostClasses)
            throw new DataFormatException(DataErrors.Label, path, $"has {classes} classes in its column '{name}', at most {MostClasses} can be told apart: {(isTable ? "name another column with -LabelColumn" : "save labels of fewer")}.");
    }

    private static bool IsWhole(double value) => value == Math.Floor(value) && Math.Abs(value) < FieldText.LargestWhole;

    // Adding 0 makes -0 the same class as 0.
    private static string Name(double value) => (value + 0.0).ToString("R", CultureInfo.InvariantCulture);
}
