using System.Text.RegularExpressions;
using ClrEngine.Data.Preparation;

namespace ClrEngine.Data.Tables;

/// <summary>What stands in a table that was read and is often something else than it is taken for: another label, sums among texts, numbers written as texts.</summary>
internal static partial class TableDoubts
{
    // Texts from which on parts of a scale are numbers.
    private const int FewestMeasures = 3, FewestRanges = 13;

    // What a column of classes has at most, how many rows of each, and the columns of numbers that it stands before.
    private const int MostTextClasses = 30, MostNumberClasses = 10, FewestOfClass = 3, FewestNumbers = 2;

    // What tables are made to predict, by their letters, wherever it stands.
    private static readonly string[] Predicted =
    [
        "species", "diagnosis", "survived", "outcome", "variety", "churn", "exited", "attrition", "sentiment", "isfraud", "isspam", "saleprice", "medv", "mpg", "medhouseval",
        "medianhousevalue", "labelname", "classname", "labelid", "classid", "groundtruth", "spam", "fraud", "ischurn", "iscanceled", "iscancelled", "readmitted", "defaulted", "loanstatus", "personalloan",
        "stroke", "heartdisease", "deathevent", "cardio", "subscribed", "ytrue", "gt", "truth", "dependent", "dependentvariable",
    ];

    // What is predicted where it stands first, and often learnt from elsewhere.
    private static readonly string[] PredictedFirst = ["quality", "rating", "grade", "result", "response", "actual", "outcome", "answer", "verdict"];

    // What rows are of, and hardly what is asked of them.
    private static readonly string[] Groups =
    [
        "country", "state", "region", "site", "city", "county", "town", "location", "place", "station", "month", "day", "weekday", "season", "quarter", "group", "subject", "brand", "make", "manufacturer", "company",
        "firm", "team", "opponent", "opp", "block", "plot", "treatment", "name", "store", "shop",
    ];

    private static readonly char[] Numbers = [.. "0123456789_"], Brackets = ['(', '['];

    [GeneratedRegex("[A-Z]?[a-z]+|[A-Z]+(?![a-z])|[0-9]+", RegexOptions.CultureInvariant)]
    public static partial Regex Word();

    [GeneratedRegex(@"^[^\p{L}\p{N}]*[0-9]", RegexOptions.CultureInvariant)]
    private static partial Regex BeginsWithNumber();

    [GeneratedRegex(@"[0-9]+([.,'][0-9]+)*", RegexOptions.CultureInvariant)]
    private static partial Regex Number();

    // Thousands, millions and more, of one kind.
    [GeneratedRegex("(?i)(?<=^[^#]*# ?)(k|m|b|bn|mio|mrd|mn)$", RegexOptions.CultureInvariant)]
    private static partial Regex Thousands();

    // 1st, 2nd, and a number alone.
    [GeneratedRegex("(?i)^#(st|nd|rd|th|er|re|e|º|ª)?$", RegexOptions.CultureInvariant)]
    private static partial Regex Ordinal();

    /// <summary>Says what may be meant otherwise, of the part that is learnt from.</summary>
    public static void Note(ColumnTable table, Targets targets, DataOptions options)
    {
        if (!options.ForEvaluation && options.Regression is null && table.Label is TextColumn names && names.Texts.Count > TableLayout.FewCategories && names.Texts.Count > table.Rows / 2)
            throw new DataFormatException(
                DataErrors.Label, table.Path, $"has {names.Texts.Count} different texts in {table.Rows} rows, such as '{names.Texts[0]}', in its column '{names.Name}', which is predicted: they are names, not classes. Name another column with -LabelColumn, and leave this one out with -IgnoreColumn; -Regression:$false takes each for a class.");
        if (!options.ForEvaluation && options.LabelColumn is null && OtherLabel(table, targets) is { } other)
            table.Notes.Warn($"its last column '{table.Label.Name}' is predicted, as no other was named, and '{other}' may be the one that is meant: -LabelColumn '{other}' predicts it, and -LabelColumn '{table.Label.Name}' says that the last is right");
        // Such as target1 beside target2.
        string label = table.Label.Name.TrimEnd(Numbers);
        if (targets is ValueTargets && TableLayout.IsLabel(label) && table.Features.FirstOrDefault(column => string.Equals(column.Name.TrimEnd(Numbers), label, StringComparison.OrdinalIgnoreCase)) is { } like)
            table.Notes.Warn($"its column '{like.Name}' has the name of a label, as '{table.Label.Name}' has, and is learnt from; leave it out with -IgnoreColumn if it is not known where the model shall predict");
        foreach (TableColumn column in table.Features.Append(table.Label))
        {
            ReadStop.Check();
            if (column is TextColumn texts) NoteTexts(table, texts);
        }

        TableHousekeeping.Note(table, targets);
    }

    /// <summary>Whether a column's name is that of a number which is counted or measured, or given as a degree, such as stars; a unit or a range may stand in brackets behind.</summary>
    public static bool IsQuantity(string name, bool mayBeDegree = true) => EndsAsQuantity(name, mayBeDegree) || (name.IndexOfAny(Brackets) is > 0 and var end && EndsAsQuantity(name[..end], mayBeDegree));

    /// <summary>Whether a column's name says that its numbers are those of classes, such as class_id.</summary>
    public static bool IsOfClasses(string name) => Letters(name) is var letters && (letters.Contains("class", StringComparison.Ordinal) || letters.Contains("categor", StringComparison.Ordinal));

    private static bool EndsAsQuantity(string name, bool mayBeDegree) => Word().Matches(name) is [.., var last] && last.Value.ToLowerInvariant() is var word && ((mayBeDegree && word is "score" or "scores" or "rating" or "mark" or "marks" or "points") || word is
        "age" or "ages" or "count" or "counts" or "cnt" or "price" or "prices" or "cost" or "costs" or "amount" or "salary" or "wage" or "income" or "year" or "years" or "days" or "hours" or "minutes" or "seconds"
        or "rings" or "weight" or "height" or "length" or "width" or "mass" or "distance" or "duration" or "temperature" or "temp" or "population" or "passengers" or "sales" or "sold" or "revenue" or "quantity" or "qty"
        or "charges" or "rent" or "yield" or "value" or "mpg" or "mileage" or "horsepower" or "visits" or "views" or "clicks" or "orders" or "units" or "rentals" or "births" or "deaths" or "goals" or "g" or "kg" or "mm" or "cm" or "km"
        or "alter" or "anzahl" or "preis" or "jahr" or "gewicht");

    // The one by whose name tables are made, or the only one of classes, which stands first.
    private static string? OtherLabel(ColumnTable table, Targets targets)
    {
        string label = table.Label.Name;
        if (TableLayout.IsLabel(label) || IsPredicted(label) || PredictedFirst.Contains(Letters(label))) return null;
        if (table.Features.FirstOrDefault(static column => IsPredicted(column.Name)) is { } named) return named.Name;
        if (PredictedFirst.Contains(Letters(table.Features[0].Name))) return table.Features[0].Name;
        if (table.Label is not NumberColumn last || IsQuantity(label)) return null;
        if (targets is ValueTargets && table.Features.FirstOrDefault(static column => Letters(column.Name) == "price") is { } price) return price.Name;

        bool isUnnamed = IsUnnamed(table);
        TableColumn[] features = [.. table.Features.Skip(table.Features.Count > 1 && table.Features[0] is NumberColumn id && IsDistinct(id) ? 1 : 0)];
        NumberColumn[] numbers = [.. features.Skip(1).OfType<NumberColumn>()];
        if (numbers.Length < Math.Max(FewestNumbers, features.Length - 1)) return null;
        bool isFirst = features[0] switch
        {
            // A last column of whole numbers behind decimals is of its own kind, as what is predicted may be.
            TextColumn texts => (isUnnamed || !Groups.Contains(Letters(texts.Name))) && IsClassCount(texts.Texts.Count, MostTextClasses) && (!last.IsWhole || numbers.All(static column => column.IsWhole)),
            // Numbers of classes without a name, and none like them beside or last.
            NumberColumn codes => isUnnamed && IsCode(codes) && !numbers.Append(last).Any(static column => column.IsWhole && column.Values.Distinct().Take(MostNumberClasses + 1).Count() <= MostNumberClasses),
            _ => false,
        };
        return isFirst ? features[0].Name : null;

        bool IsClassCount(int classes, int most) => classes >= 2 && classes <= most && classes * FewestOfClass <= table.Rows;

        bool IsCode(NumberColumn column)
        {
            double[] codes = [.. column.Values.Distinct().Take(MostNumberClasses + 1).Order()];
            return IsClassCount(codes.Length, MostNumberClasses) && (codes is [-1, 1] || (codes[0] is 0 or 1 && !codes.Where((code, i) => code != codes[0] + i).Any()));
        }

        static bool IsPredicted(string name) => Predicted.Contains(Letters(name)) || (Word().Matches(name) is [_, .., var last] && last.Value.ToLowerInvariant() is "label" or "target");
    }

    // Words that are two by an oversight, sums among what they sum up, and numbers with a unit.
    private static void NoteTexts(ColumnTable table, TextColumn column)
    {
        int[] counts = new int[column.Texts.Count];
        foreach (int code in column.Codes) counts[code]++;
        int[] sums = [.. Enumerable.Range(0, counts.Length).Where(code => TableNotes.IsSummary(column.Texts[code]) && counts[code] * 2 < table.Rows && (counts[code] == 1 || TableNotes.IsSum(column.Texts[code])))];
        if (sums.Length > 0 && sums.Length < counts.Length)
        {
            int first = column.Codes.TakeWhile(code => !sums.Contains(code)).Count(), rows = sums.Sum(code => counts[code]);
            table.Notes.WarnOfSummary(column.Name, column.Texts[column.Codes[first]], first + 1, table.Rows, rows - 1);
        }

        if (column.Merged is { } merged)
            table.Notes.Warn($"its column '{column.Name}' has '{merged}' with blanks around it, which are taken off, and without: both are one text. Write them alike, or tell them apart by a letter if they are not the same");
        if (column == table.Label) return;
        if (TableNotes.Twins(column.Texts, ", which") is { } twins)
            table.Notes.Warn($"its column '{column.Name}' has the texts {twins}, and each is taken for one of its own");
        if (!table.Categories.Contains(column.Name) && Measure(column) is { } measure)
            table.Notes.Warn($"its column '{column.Name}' has texts such as '{measure}' in data row {column.Codes.TakeWhile(code => column.Texts[code] != measure).Count() + 1}, numbers that are all written in one way with something beside them: they are taken for words, no nearer to one than to another. Write numbers alone if it shall be numbers, or name it with -CategoryColumn");
    }

    // One of the texts, where nearly all are a number and the same beside it, and there are more than a scale's few.
    private static string? Measure(TextColumn column)
    {
        string[] measures = [.. column.Texts.Where(static text => BeginsWithNumber().IsMatch(text))];
        if (measures.Length < FewestMeasures || measures.Length * 10 < column.Texts.Count * 9) return null;
        var most = measures.GroupBy(static text => Thousands().Replace(Number().Replace(text, "#"), "k"), StringComparer.OrdinalIgnoreCase).MaxBy(static same => same.Count())!;
        bool isPlain = (most.Key.Count(static c => c == '#') == 1 && !Ordinal().IsMatch(most.Key)) || most.All(static text => text.StartsWith("0x", StringComparison.OrdinalIgnoreCase));
        return most.Count() * 10 >= measures.Length * 9 && (isPlain ? most.Count() >= FewestMeasures : most.Count() >= FewestRanges && !most.Key.Any(char.IsLetter)) ? most.First() : null;
    }

    /// <summary>Whether all columns go by their numbers.</summary>
    public static bool IsUnnamed(ColumnTable table) => table.Features.Append(table.Label).All(static column => int.TryParse(column.Name, NumberStyles.None, CultureInfo.InvariantCulture, out _));

    /// <summary>Whether a column has another whole number in each row.</summary>
    public static bool IsDistinct(NumberColumn column) => column.IsWhole && column.Values.Take(TableHousekeeping.MostCounted).Distinct().Count() == Math.Min(column.Values.Count, TableHousekeeping.MostCounted);

    public static string Letters(string name) => string.Concat(name.Where(char.IsLetter)).ToLowerInvariant();
}
