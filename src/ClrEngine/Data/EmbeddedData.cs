using ClrEngine.Data.Tables;
using ClrEngine.Data.Tables.Csv;

namespace ClrEngine.Data;

/// <summary>The embedded handwritten digits: 1,797 images of 8×8 pixels in 10 classes.</summary>
/// <remarks>"Optical Recognition of Handwritten Digits", E. Alpaydin and C. Kaynak, UCI Machine Learning Repository, CC BY 4.0.</remarks>
internal static class Digits
{
    public const string Name = "digits";

    private const int Side = 8;
    private const int Pixels = Side * Side;
    private const float MaxPixel = 16;

    /// <summary>Loads the digits: samples of the shape <c>[1, 8, 8]</c>, pixels 0–16 divided by 16, then scaled as the options say.</summary>
    public static TrainingData Load(DataOptions? options = null)
    {
        using var reader = new StreamReader(DataStream.Resource("digits.csv.gz").Open());
        byte[][] rows =
        [
            .. reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries)
                .Select(static row => Array.ConvertAll(row.Split(','), static column => byte.Parse(column, CultureInfo.InvariantCulture))),
        ];
        byte[] values = [.. rows.SelectMany(static row => row.Take(Pixels))];
        var targets = new ClassTargets([.. rows.Select(static row => (long)row[Pixels])], ClassTargets.NumberNames(10));
        using var contents = new ContentHash();
        contents.Add(Name).Add(values).Add(targets.Labels.AsSpan());
        var all = new LabelledData(new ByteSamples(values, [1, Side, Side], MaxPixel), targets);
        return DataPreparation.Prepare(Name, "embedded", all, null, contents.Finish(), options ?? DataOptions.Default) with
        {
            License = "CC BY 4.0",
            Attribution = "Optical Recognition of Handwritten Digits, E. Alpaydin and C. Kaynak, UCI Machine Learning Repository",
        };
    }
}

/// <summary>The small tables that this library carries, and whom to name when they are used.</summary>
internal static class EmbeddedTable
{
    public static IReadOnlyList<NamedData> All { get; } =
    [
        Describe("breast-cancer", "569 cell samples, 30 measurements, malignant or benign", "Breast Cancer Wisconsin (Diagnostic), W. Wolberg, O. Mangasarian, N. Street and W. Street"),
        Describe("iris", "150 irises, 4 measurements, 3 species", "Iris, R. A. Fisher"),
        Describe("wine", "178 wines, 13 measurements, 3 cultivars", "Wine, S. Aeberhard and M. Forina"),
    ];

    private static NamedData Describe(string name, string description, string attribution) => new(name, description, options =>
        TablePreparation.Prepare(name, "embedded", CsvTable.Read(DataStream.Resource(name + ".csv.gz"), options), null, options) with
        {
            License = "CC BY 4.0",
            Attribution = attribution + ", UCI Machine Learning Repository",
        })
    {
        Uses = DataOptionUse.Columns | DataOptionUse.Regression,
    };
}
