using System.Globalization;
using ClrEngine.RangeTest;
using ClrEngine.RangeTest.Suggestions;

namespace ClrEngine.Tests.RangeTest;

/// <summary>
/// What the rules answer on range tests that were measured and stored, those among them on which the first version's rules lost most. A line of the file has a
/// task, what whole runs with a grid of highest rates were worth in points (empty where none were made), the untrained loss, trials (rate, steps, loss, accuracy,
/// samples), the losses of 100 steps from 1e-7 to 10, and each rule's bounds. Where a rule is changed on purpose, CLR_WRITE_STORED names a file to write anew.
/// </summary>
public sealed class StoredCurveTests
{
    public static TheoryData<string> Names => [.. Lines.Select(line => line[0])];

    private static string[][] Lines
    {
        get
        {
            using var reader = new StreamReader(typeof(StoredCurveTests).Assembly.GetManifestResourceStream("range-tests.tsv")!);
            return [.. reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split('\t'))];
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Given_a_stored_range_test_when_each_rule_reads_it_then_it_answers_as_it_did(string name)
    {
        string[] line = Lines.Single(l => l[0] == name);
        Assert.Equal(line[5], Answers(Read(line)));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Given_a_stored_range_test_when_read_by_trials_then_a_run_loses_little_to_the_best_of_a_grid_or_the_confidence_is_low(string name)
    {
        string[] line = Lines.Single(l => l[0] == name);
        Dictionary<double, double> scores = line[1].Split(';', StringSplitOptions.RemoveEmptyEntries).Select(s => s.Split(' ')).ToDictionary(s => Number(s[0]), s => Number(s[1]));
        LrBounds bounds = Curves.Bounds(Read(line), SuggestionMethod.Balanced);
        Assert.True(scores.Count == 0 || bounds.Confidence == SuggestionConfidence.Low || scores[bounds.MaxLr] > scores.Values.Max() - 2.5, $"{bounds.MaxLr}: {line[1]}");
    }

    [Fact]
    public void When_asked_for_then_the_answers_are_written_anew()
    {
        string text = string.Concat(Lines.Select(line => string.Join('\t', [.. line[..5], Answers(Read(line))]) + "\n"));
        if (Environment.GetEnvironmentVariable("CLR_WRITE_STORED") is { Length: > 0 } path)
            File.WriteAllText(path, text);
        Assert.Equal(Lines.Length, text.Count(c => c == '\n'));
    }

    private static string Answers(LrRangeTestResult test) => string.Join("; ", LrBoundsSuggester.SuggestAll(test).Select(s => s switch
    {
        LrBounds bounds => string.Create(CultureInfo.InvariantCulture, $"{bounds.Method} {bounds.BaseLr:G3} to {bounds.MaxLr:G3}{(bounds.Method == SuggestionMethod.Balanced ? $" {bounds.Confidence}" : "")}"),
        NoSuggestion none => $"{none.Method} {none.Cause.Id}",
        _ => throw new InvalidOperationException("No such suggestion."),
    }));

    private static LrRangeTestResult Read(string[] line)
    {
        double[] losses = [.. line[4].Split(' ').Select(Number)];
        int at = 0;
        LrRangeTestResult whole = Curves.Test(_ => at < losses.Length ? losses[at++] : double.NaN);
        var rule = new DivergenceRule(whole.Options.DivergenceFactor, whole.Options.WarmUp);
        int last = whole.Points.TakeWhile(p => rule.Look(p.Step, p.Loss, p.SmoothedLoss) is null).Count();
        LrTrial[] trials = [.. line[3].Split(';').Select(t => t.Split(' ')).Select(t =>
            new LrTrial(Number(t[0]), int.Parse(t[1], CultureInfo.InvariantCulture), Number(t[2]), t[3].Length > 0 ? Number(t[3]) : null, t[4].Length > 0 ? long.Parse(t[4], CultureInfo.InvariantCulture) : null))];
        return whole with { Points = [.. whole.Points.Take(Math.Min(last + 1, losses.Length))], UntrainedLoss = Number(line[2]), Trials = trials };
    }

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);
}
