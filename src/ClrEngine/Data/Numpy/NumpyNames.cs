namespace ClrEngine.Data;

/// <summary>The names under which arrays of features and of labels are found: <c>x</c> and <c>y</c>, <c>x_train</c> and <c>y_train</c>, <c>test_images</c> and <c>test_labels</c>, and their like.</summary>
internal static class NumpyNames
{
    private static readonly string[] Features = ["x", "images", "data", "features", "samples", "arr_0"];
    private static readonly string[] Labels = ["y", "labels", "label", "targets", "target", "arr_1"];
    private static readonly string[] Training = ["train", "training"];
    private static readonly string[] Validation = ["validation", "valid", "val", "test"];

    /// <summary>The names of the arrays of both parts.</summary>
    /// <param name="path">Where they lie, for errors.</param>
    /// <param name="present">The names that are there, without regard to case.</param>
    /// <exception cref="DataFormatException">There are no features, or features without labels.</exception>
    public static ((string X, string Y) Train, (string X, string Y)? Validation) Find(string path, IReadOnlyCollection<string> present)
    {
        if (Pair(path, present, Training) is { } train) return (train, Pair(path, present, Validation));
        return (Pair(path, present, [""]) ?? throw new DataFormatException(
            DataFault.Missing, path, $"has the arrays {string.Join(", ", present.Take(10))}: name features and labels x and y, or x_train, y_train, x_test and y_test."), null);
    }

    /// <summary>Whether one of the names is that of features.</summary>
    public static bool HasFeatures(IReadOnlyCollection<string> present) =>
        Training.Append("").Any(part => Spellings(Features, part).Any(name => present.Contains(name, StringComparer.OrdinalIgnoreCase)));

    private static (string X, string Y)? Pair(string path, IReadOnlyCollection<string> present, string[] parts)
    {
        foreach (string part in parts)
        {
            if (First(present, Spellings(Features, part)) is not { } x) continue;
            return (x, First(present, Spellings(Labels, part))
                ?? throw new DataFormatException(DataFault.Missing, path, $"has the features {x} without labels: put {Spellings(Labels, part).First()} beside them."));
        }

        return null;
    }

    private static string? First(IReadOnlyCollection<string> present, IEnumerable<string> names) =>
        names.Select(name => present.FirstOrDefault(other => string.Equals(other, name, StringComparison.OrdinalIgnoreCase))).FirstOrDefault(static name => name is not null);

    private static IEnumerable<string> Spellings(string[] names, string part) =>
        part.Length == 0 ? names : names.SelectMany(name => new[] { $"{name}_{part}", $"{part}_{name}" });
}
