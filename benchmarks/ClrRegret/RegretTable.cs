using System.Text;
using static System.FormattableString;

namespace ClrRegret;

/// <summary>The results as Markdown.</summary>
internal static class RegretTable
{
    public static string Write(IReadOnlyList<RegretResult> results)
    {
        var text = new StringBuilder();
        text.AppendLine("| task | best, points | its max | max, each seed | cost, steps | of the run | regret |");
        text.AppendLine("|---|--:|--:|---|--:|--:|--:|");
        foreach (RegretResult r in results)
            text.AppendLine(Invariant($"| {r.Task.Family}: {r.Task.Name} | {r.Best:F2} | {r.BestMax:G3} | {string.Join(", ", r.Rows[0].MaxLrs.Select(m => m is { } rate ? Invariant($"{rate:G3}") : "none"))} | {r.Cost:F0} | {r.Cost / r.Task.Steps:P0} | {r.Rows[0].Regret:F2} |"));
        text.AppendLine();
        text.AppendLine("| method | mean | median | worst | its task | runs without a suggestion | runs more than 10 points below |");
        text.AppendLine("|---|--:|--:|--:|---|--:|--:|");
        foreach ((string method, int at) in results[0].Rows.Select((row, i) => (row.Method, i)))
        {
            (double Regret, RegretResult Of)[] regrets = [.. results.Select(r => (r.Rows[at].Regret, r)).OrderBy(x => x.Regret)];
            (double worst, RegretResult worstOf) = regrets[^1];
            int without = results.Sum(r => r.Rows[at].MaxLrs.Count(m => m is null));
            text.AppendLine(Invariant($"| {method} | {regrets.Average(x => x.Regret):F2} | {regrets[regrets.Length / 2].Regret:F2} | {worst:F2} | {worstOf.Task.Family}: {worstOf.Task.Name} | {without} | {results.Count(r => r.Rows[at].Regret > 10)} |"));
        }
        text.AppendLine();
        foreach (var group in results.SelectMany(r => r.Confidences.Zip(r.BySeed)).GroupBy(x => x.First).OrderBy(g => g.Key))
            text.AppendLine(Invariant($"Confidence {group.Key}: {group.Count()} runs, mean regret {group.Average(x => x.Second):F2}."));
        return text.ToString();
    }
}
