using ClrEngine.Data;
using static ClrModule.Repeating.PowerShellText;

namespace ClrModule.Repeating;

/// <summary>The PowerShell argument that gives data again.</summary>
internal static class DataText
{
    /// <summary>The argument.</summary>
    /// <param name="data">The data.</param>
    /// <param name="notes">Told what stands for data that cannot be loaded again.</param>
    public static string Of(TrainingData data, ICollection<string> notes)
    {
        if (data.Origin is not { } origin)
        {
            notes.Add($"$data is the data '{data.Name}' with the identity {data.Identity}, which was made of tensors");
            return "$data";
        }
        string options = Options(origin.Options);
        return options.Length == 0 ? PowerShellText.Of(origin.Text) : $"(Import-TrainingData -Data {PowerShellText.Of(origin.Text)}{options})";
    }

    private static string Options(DataOptions options)
    {
        DataOptions usual = DataOptions.Default;
        return Parameter("ValidationFraction", options.ValidationFraction == usual.ValidationFraction ? null : options.ValidationFraction)
            + Parameter("SplitSeed", options.Seed == usual.Seed ? null : options.Seed)
            + Parameter("LabelColumn", options.LabelColumn)
            + Parameter("IgnoreColumn", options.IgnoreColumns.Count == 0 ? null : options.IgnoreColumns)
            + Parameter("HeaderRow", options.HeaderRow == usual.HeaderRow ? null : options.HeaderRow)
            + Parameter("Regression", options.Regression)
            + Parameter("CoarseLabels", options.FineLabels ? null : true)
            + Parameter("ImageSize", options.ImageSize is { } size ? new[] { size.Height, size.Width } : null);
    }
}
