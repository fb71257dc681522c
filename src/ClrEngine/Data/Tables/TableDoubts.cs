using System.Text.RegularExpressions;
using ClrEngine.Data.Preparation;

namespace ClrEngine.Data.Tables;

/// <summary>What stands in a table that was read and is often something else than it is taken for: another label, sums, identities, parts of a split, words for nothing.</summary>
internal static partial class TableDoubts
{
    // In fewer rows a value may count them, or be another in each, by chance.
    private const int FewestCounted = 5, FewestIdentities = 50;

    // What a column of classes has at most, how many rows of each, and the columns of numbers that it stands before.
    private const int MostTextClasses = 30, MostNumberClasses = 10, FewestOfClass = 3, FewestNumbers = 4;

    // What a column that names parts has at most; and texts from which on parts of a scale are numbers.
    private const int MostParts = 20, FewestMeasures = 3, FewestRanges = 13;

    // From two digits on a row of nines may be no measurement: of two it comes more often, and lies farther off; no sensor reaches the last.
    private const double SmallNines = 99, Nines = 999, FarOfSmall = 3, LeastFiller = 1e20;

    // What tables are made to predict, by their letters, wherever it stands.
    private static readonly string[] Predicted =
    [
        "species", "diagnosis", "survived", "outcome", "variety", "churn", "exited", "attrition", "sentiment", "isfraud", "isspam", "saleprice", "medv", "mpg", "medhouseval",
        "medianhousevalue", "labelname", "classname", "labelid", "classid", "groundtruth", "spam", "fraud", "ischurn", "iscanceled", "iscancelled", "readmitted", "defaulted", "loanstatus", "personalloan",
        "stroke", "heartdisease", "deathevent", "cardio", "subscribed",
    ];

    // What rows are of, and hardly what is asked of them.
    private static readonly string[] Groups =
    [
        "country", "state", "region", "site", "city", "county", "town", "location", "place", "station", "month", "day", "weekday", "season", "quarter", "group", "subject", "brand", "make", "manufacturer", "company",
        "firm", "team", "opponent", "opp", "block", "plot", "treatment", "name", "store", "shop",
    ];

    private static readonly string[] Parts =
        ["fold", "folds", "kfold", "cvfold", "split", "partition", "subset", "set", "istrain", "istraining", "istest", "isval", "isvalid", "isvalidation", "intrain", "traintest", "trainval"];

    private static readonly string[] Identities = ["id", "ids", "uuid", "guid", "uid", "identifier", "rowid", "rownum", "rownumber", "index", "phone", "phonenumber", "ssn", "account", "accountnumber", "ticketnumber"];

    // What instruments and formats write where nothing was measured.
    private static readonly double[] Fillers = [-200, -999.25, 32_767, -32_768, 65_535, int.MinValue, int.MaxValue];

    [GeneratedRegex("[A-Z]?[a-z]+|[A-Z]+(?![a-z])|[0-9]+", RegexOptions.CultureInvariant)]
    private static partial Regex Word();

    [GeneratedRegex(@"^[~<>=≤≥≈+\-\u2212(]*[0-9]", RegexOptions.CultureInvariant)]
    private static partial Regex BeginsWithNumber();

    [GeneratedRegex(@"[0-9]+([.,'][0-9]+)*", RegexOptions.CultureInvariant)]
    private static partial Regex Number();

    // 1st, 2nd, and a number alone.
    [GeneratedRegex("(?i)^#(st|nd|rd|th|er|re|e|º|ª)?$", RegexOptions.CultureInvariant)]
    private static partial Regex Ordinal();

    /// <summary>Says what may be meant otherwise, of the part that is learnt from.</summary>
    /// <exception cref="DataFormatException">What is predicted are names.</exception>
    public static void Note(ColumnTable table, Targets targets, DataOptions options)
    {
        if (!options.ForEvaluation && options.Regression is null && table.Label is TextColumn names && names.Texts.Count > TableLayout.FewCategories && names.Texts.Count > table.Rows / 2)
            throw new DataFormatException(
                DataErrors.Label, table.Path, $"has {names.Texts.Count} different texts in {table.Rows} rows, such as '{names.Texts[0]}', in its column '{names.Name}', which is predicted: they are names, not classes. Name another column with -LabelColumn, and leave this one out with -IgnoreColumn; -Regression:$false takes each for a class.");
        if (!options.ForEvaluation && options.LabelColumn is null && OtherLabel(table, targets) is { } other)
            table.Notes.Warn(table.Path, $"its last column '{table.Label.Name}' is predicted, as no other was named, and '{other}' may be the one that is meant: -LabelColumn '{other}' predicts it, and -LabelColumn '{table.Label.Name}' says that the last is right");
        foreach (TableColumn column in table.Features.Append(table.Label))
        {
            ReadStop.Check();
            if (column is TextColumn texts) NoteTexts(table, texts);
            if (column is NumberColumn numbers && (column != table.Label || targets is ValueTargets)) NoteFillers(table, numbers);
        }

        NoteParts(table);
        NoteIdentities(table);
    }

    /// <summary>Whether a column's name is that of a number which is counted or measured, or given as a degree, such as stars.</summary>
    public static bool IsQuantity(string name, bool mayBeDegree = true) => Word().Matches(name) is [.., var last] && last.Value.ToLowerInvariant() is var word && ((mayBeDegree && word is "score" or "scores" or "rating" or "mark" or "marks" or "points") || word is
        "age" or "ages" or "count" or "counts" or "cnt" or "price" or "prices" or "cost" or "costs" or "amount" or "salary" or "wage" or "income" or "year" or "years" or "days" or "hours" or "minutes" or "seconds"
        or "rings" or "weight" or "height" or "length" or "width" or "mass" or "distance" or "duration" or "temperature" or "temp" or "population" or "passengers" or "sales" or "revenue" or "quantity" or "qty"
        or "charges" or "rent" or "yield" or "value" or "mpg" or "mileage" or "horsepower" or "visits" or "views" or "rentals" or "births" or "deaths" or "goals" or "g" or "kg" or "mm" or "cm" or "km" or "alter" or "anzahl" or "preis" or "jahr" or "gewicht");

    // The one by whose name tables are made, or the only one of classes, which stands first.
    private static string? OtherLabel(ColumnTable table, Targets targets)
    {
        string label = table.Label.Name;
        if (TableLayout.IsLabel(label) || Predicted.Contains(Letters(label))) return null;
        if (table.Features.FirstOrDefault(static column => Predicted.Contains(Letters(column.Name))) is { } named) return named.Name;
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
            NumberColumn codes => isUnnamed && IsCode(codes) && !numbers.Append(last).Any(static column => column.IsWhole && column.Exact.Distinct().Take(MostNumberClasses + 1).Count() <= MostNumberClasses),
            _ => false,
        };
        return isFirst ? features[0].Name : null;

        bool IsClassCount(int classes, int most) => classes >= 2 && classes <= most && classes * FewestOfClass <= table.Rows;

        bool IsCode(NumberColumn column)
        {
            double[] codes = [.. column.Exact.Distinct().Take(MostNumberClasses + 1).Order()];
            return IsClassCount(codes.Length, MostNumberClasses) && codes[0] is 0 or 1 && !codes.Where((code, i) => code != codes[0] + i).Any();
        }
    }

    // Words that are two by an oversight, sums among what they sum up, and numbers with a unit.
    private static void NoteTexts(ColumnTable table, TextColumn column)
    {
        int[] counts = new int[column.Texts.Count];
        foreach (int code in column.Codes) counts[code]++;
        int[] sums = [.. Enumerable.Range(0, counts.Length).Where(code => TableNotes.IsSummary(column.Texts[code]) && counts[code] * 2 < table.Rows && (counts[code] == 1 || TableNotes.IsSum(column.Texts[code])))];
        if (sums.Length > 0 && sums.Length < counts.Length)
        {
            int first = Array.FindIndex(column.Codes, code => sums.Contains(code)), rows = sums.Sum(code => counts[code]);
            table.Notes.WarnOfSummary(table.Path, column.Name, column.Texts[column.Codes[first]], first + 1, table.Rows, rows - 1);
        }

        if (column == table.Label) return;
        if (TableNotes.Twins(column.Texts, ", which") is { } twins)
            table.Notes.Warn(table.Path, $"its column '{column.Name}' has the texts {twins}, and each is taken for one of its own");
        if (!table.Categories.Contains(column.Name) && Measure(column) is { } measure)
            table.Notes.Warn(table.Path, $"its column '{column.Name}' has texts such as '{measure}' in data row {Array.IndexOf(column.Codes, ((List<string>)column.Texts).IndexOf(measure)) + 1}, numbers that are all written in one way with something beside them: they are taken for words, no nearer to one than to another. Write numbers alone if it shall be numbers, or name it with -CategoryColumn");
    }

    // One of the texts, where nearly all are a number and the same beside it, and there are more than a scale's few.
    private static string? Measure(TextColumn column)
    {
        string[] measures = [.. column.Texts.Where(static text => BeginsWithNumber().IsMatch(text))];
        if (measures.Length < FewestMeasures || measures.Length * 10 < column.Texts.Count * 9) return null;
        var most = measures.GroupBy(static text => Number().Replace(text, "#"), StringComparer.OrdinalIgnoreCase).MaxBy(static same => same.Count())!;
        bool isPlain = (most.Key.Count(static c => c == '#') == 1 && !Ordinal().IsMatch(most.Key)) || most.All(static text => text.StartsWith("0x", StringComparison.OrdinalIgnoreCase));
        return most.Count() * 10 >= measures.Length * 9 && (isPlain ? most.Count() >= FewestMeasures : most.Count() >= FewestRanges && !most.Key.Any(char.IsLetter)) ? most.First() : null;
    }

    // A split that is not the one in force, by its name or its words.
    private static void NoteParts(ColumnTable table)
    {
        foreach (TableColumn column in table.Features)
        {
            bool isNamed = Parts.Contains(Letters(column.Name));
            string[] values = column switch
            {
                TextColumn texts => [.. texts.Texts],
                NumberColumn numbers when isNamed => [.. numbers.Exact.Distinct().Take(MostParts + 1).Order().Select(static value => value.ToString(CultureInfo.InvariantCulture))],
                _ => [],
            };
            bool areParts = values.All(static text => PartNames.Training.Concat(PartNames.Validation).Contains(text, StringComparer.OrdinalIgnoreCase));
            if (values.Length > 1 && (areParts || (isNamed && values.Length <= MostParts)))
                table.Notes.Warn(table.Path, $"its column '{column.Name}' {(areParts ? "names" : "may name")} the parts of a split ({TableNotes.List(values)}), and is learnt from like any other, while rows are held out anew: write each part to a file of its own, train.csv and test.csv, or leave the column out with -IgnoreColumn");
        }
    }

    // A number of its own for each row, by its name or as the first of the columns.
    private static void NoteIdentities(ColumnTable table)
    {
        string[] counting = [.. table.Features.OfType<NumberColumn>().Where(static column => column.CountsRows).Select(static column => column.Name)];
        if (counting.Length > 0 && table.Rows >= FewestCounted)
            table.Notes.Warn(table.Path, $"the column {TableNotes.List(counting)} counts the rows, and is learnt from; leave it out with -IgnoreColumn if it is no measurement");
        string[] identities = table.Rows < FewestCounted ? [] :
        [
            .. table.Features.OfType<NumberColumn>().Where(column => column.IsWhole && !counting.Contains(column.Name) && (IsIdentity(column.Name)
                ? column.Exact.Distinct().Count() > table.Rows / 2
                : column == table.Features[0] && table.Rows >= FewestIdentities && IsUnnamed(table) && IsDistinct(column))).Select(static column => column.Name),
        ];
        if (identities.Length > 0)
            table.Notes.Warn(table.Path, $"the column {TableNotes.List(identities)} has another whole number in each row or nearly so, as what names the rows does, and is learnt from; leave it out with -IgnoreColumn if it is no measurement");

        static bool IsIdentity(string name) => Identities.Contains(Letters(name)) || (Word().Matches(name) is [.., var last] && last.Value is "id" or "ID" or "Id");
    }

    // Far from all others, and a number that nobody measures.
    private static void NoteFillers(ColumnTable table, NumberColumn column)
    {
        if (column.Exact.Length == 0) return;
        (double lowest, double highest) = (column.Exact.Min(), column.Exact.Max());
        foreach (double filler in new[] { lowest, highest }.Distinct().Where(IsFiller))
        {
            double[] others = [.. column.Exact.Where(value => value != filler && !IsFiller(value))];
            int count = column.Exact.Count(value => value == filler);
            if (others.Length == 0 || count < (Math.Abs(filler) < Nines ? FewestOfClass : 1)) continue;
            (double from, double to) = (others.Min(), others.Max());
            if (from == to || Math.Max(from - filler, filler - to) <= (to - from) * (filler is > 0 and < Nines ? FarOfSmall : 1)) continue;
            table.Notes.Warn(table.Path, string.Create(CultureInfo.InvariantCulture, $"its column '{column.Name}' has {filler} in {count} of {column.Exact.Length} rows, first in data row {Array.IndexOf(column.Exact, filler) + 1}, far from all others ({from} to {to}), and it is learnt like any other: mend the value, remove those rows, or leave the column out with -IgnoreColumn if it stands for a missing value"));
        }

        static bool IsFiller(double value) => Fillers.Contains(value) || (Math.Abs(value) is >= SmallNines and < 1e9 && Math.Abs(value).ToString(CultureInfo.InvariantCulture).All(static c => c is '9' or '.')) || Math.Abs(value) >= LeastFiller;
    }

    private static bool IsUnnamed(ColumnTable table) => table.Features.Append(table.Label).All(static column => int.TryParse(column.Name, NumberStyles.None, CultureInfo.InvariantCulture, out _));

    private static bool IsDistinct(NumberColumn column) => column.IsWhole && column.Exact.Distinct().Count() == column.Exact.Length;

    private static string Letters(string name) => string.Concat(name.Where(char.IsLetter)).ToLowerInvariant();
}
