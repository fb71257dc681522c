namespace ClrEngine.Data.Tables;

/// <summary>What a reader of tables guessed or left out, for <see cref="TrainingData.Warnings"/>, and what it chose as documented, for <see cref="TrainingData.Remarks"/>.</summary>
internal sealed class TableNotes
{
    private const int MostNamed = 5;

    public List<string> Warnings { get; } = [];

    public List<string> Remarks { get; } = [];

    /// <summary>Keeps a warning: what is so, after a file's name.</summary>
    public void Warn(string path, string what) => Warnings.Add($"'{path}': {what}.");

    /// <summary>Keeps a remark.</summary>
    public void Remark(string path, string what) => Remarks.Add($"'{path}': {what}.");

    /// <summary>Some names in quotes, the first few of many.</summary>
    public static string List(IReadOnlyCollection<string> names) =>
        string.Join(", ", names.Take(MostNamed).Select(static name => $"'{name}'")) + (names.Count > MostNamed ? $" and {names.Count - MostNamed} more" : "");
}
