using System.Globalization;
using System.Text;

namespace ClrRegret;

/// <summary>The results as Markdown.</summary>
internal static class RegretTable
{
    public static string Write(IReadOnlyList<RegretResult> results)
    {
        var text = new StringBuilder();
        text.AppendLine("| method | " + string.Join(" | ", results.Select(r => r.Task)) + " | mean | worst |");
        text.AppendLine("|---|" + string.Concat(Enumerable.Repeat("--:|", results.Count + 2)));
        text.AppendLine("| *best of the grid, %* | " + string.Join(" | ", results.Select(r => Number($"{r.BestAccuracy:F2}"))) + " | | |");
        text.AppendLine("| *its bounds* | " + string.Join(" | ", results.Select(r => Number($"{r.Best.BaseLr:G3}–{r.Best.MaxLr:G3}"))) + " | | |");
        foreach (string method in results[0].Rows.Select(r => r.Method))
            text.AppendLine(Line(method, results));
        text.AppendLine();
        text.AppendLine("Median bounds that the methods suggest:");
        text.AppendLine();
        text.AppendLine("| method | " + string.Join(" | ", results.Select(r => r.Task)) + " |");
        text.AppendLine("|---|" + string.Concat(Enumerable.Repeat("--:|", results.Count)));
        foreach (string method in results[0].Rows.Select(r => r.Method))
            text.AppendLine($"| {method} | " + string.Join(" | ", results.Select(r => Bounds(r.Rows.Single(row => row.Method == method)))) + " |");
        return text.ToString();
    }

    private static string Line(string method, IReadOnlyList<RegretResult> results)
    {
        double[] regrets = [.. results.Select(r => r.Regret(method))];
        return $"| {method} | " + string.Join(" | ", regrets.Append(regrets.Average()).Append(regrets.Max()).Select(v => Number($"{v:F2}"))) + " |";
    }

    private static string Bounds(RegretRow row) =>
        Number($"{row.MedianBase:G2}–{row.MedianMax:G2}") + (row.Without > 0 ? Number($" ({row.Without} without)") : "");

    private static string Number(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}

/// <summary>All methods on a task, and the best bounds of the grid.</summary>
internal sealed record RegretResult(string Task, Candidate Best, double BestAccuracy, IReadOnlyList<RegretRow> Rows)
{
    /// <summary>What a method loses against the best of the grid, in points of validation accuracy; below 0 where it beats the grid.</summary>
    public double Regret(string method) => BestAccuracy - Rows.Single(r => r.Method == method).Accuracy;
}

/// <summary>A method on a task: mean accuracy over the seeds, and how often it had no suggestion (which counts as a guess).</summary>
internal sealed record RegretRow(string Method, double Accuracy, double MedianBase, double MedianMax, int Without);
