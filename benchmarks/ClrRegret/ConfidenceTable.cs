using System.Text;
using static System.FormattableString;

namespace ClrRegret;

/// <summary>
/// What the confidence of each rule is worth, over the range tests that are stored beside the engine's tests: there it stands what each rule said of itself, and in
/// the results what its bounds lost in a run of the same seed.
/// </summary>
internal static class ConfidenceTable
{
    private const string Stored = "tests/ClrEngine.Tests/Reference/range-tests.tsv";

    // The column of the answers, such as "Steepest 0.0502 to 0.201 Low; Valley NoSuggestionNeverFell; alone Balanced 0.0176 to 0.176 Low", the last without trials.
    private const int Answers = 5;

    // The seed of the stored tests.
    private const int Seed = 0;

    public static string Write(RegretBenchmark benchmark, IEnumerable<RegretTask> tasks)
    {
        ILookup<string, Said> said = File.ReadLines(Stored).Select(line => line.Split('\t'))
            .SelectMany(row => tasks.Where(t => $"{t.Family}: {t.Name}" == row[0]).SelectMany(task => row[Answers].Split("; ").Select(answer => Read(benchmark, task, answer))))
            .ToLookup(s => s.Method);
        var text = new StringBuilder("| rule | tests, not `Low` | mean regret | tests, `Low` | mean regret | tests without a suggestion |\n|---|--:|--:|--:|--:|--:|\n");
        foreach (IGrouping<string, Said> rule in said)
            text.Append(Invariant($"| {rule.Key} | {Regret(rule.Where(s => s.Confidence is "High" or "Medium"))} | {Regret(rule.Where(s => s.Confidence == "Low"))} | {rule.Count(s => s.Regret is null)} |\n"));
        return text.ToString();
    }

    private static Said Read(RegretBenchmark benchmark, RegretTask task, string answer)
    {
        string[] words = answer.Split(' ');
        string method = words[0] == "alone" ? "Balanced, no trials" : words[0];
        return new Said(method, words[^1], words[^1].StartsWith("NoSuggestion", StringComparison.Ordinal) ? null : benchmark.Regret(task, method, Seed));
    }

    private static string Regret(IEnumerable<Said> said) => said.Select(s => s.Regret).OfType<double>().ToArray() is { Length: > 0 } regrets ? Invariant($"{regrets.Length} | {regrets.Average():F2}") : "0 | -";

    private sealed record Said(string Method, string Confidence, double? Regret);
}
