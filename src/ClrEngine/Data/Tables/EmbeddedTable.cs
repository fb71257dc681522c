namespace ClrEngine.Data;

/// <summary>The small tables that this library carries, and whom to name when they are used.</summary>
internal static class EmbeddedTable
{
    /// <summary>All of them.</summary>
    public static IReadOnlyList<NamedData> All { get; } =
    [
        Named("breast-cancer", "569 cell samples, 30 measurements, malignant or benign", "Breast Cancer Wisconsin (Diagnostic), W. Wolberg, O. Mangasarian, N. Street and W. Street"),
        Named("iris", "150 irises, 4 measurements, 3 species", "Iris, R. A. Fisher"),
        Named("wine", "178 wines, 13 measurements, 3 cultivars", "Wine, S. Aeberhard and M. Forina"),
    ];

    private static NamedData Named(string name, string description, string attribution) => new(name, description, options =>
        TablePreparation.Prepare(name, "embedded", CsvTable.Read(DataStream.Resource(name + ".csv.gz"), options), null, options) with
        {
            License = "CC BY 4.0",
            Attribution = attribution + ", UCI Machine Learning Repository",
        })
    {
        Uses = DataOptionUse.Columns | DataOptionUse.Regression,
    };
}
