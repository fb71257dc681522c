namespace ClrEngine.Tests.RangeTest;

/// <summary>
/// What the rules answer on range tests that were measured and stored, those among them on which the first version's rules lost most. A line of the file has a
/// task, what whole runs with a grid of highest rates were worth in points, the untrained loss, trials (rate, steps, loss, accuracy,
/// samples), the losses of up to 100 steps from 1e-7 to 10, each rule's answer, and what people are told beside the default rule's. <c>ClrRegret curves</c>
/// measures all but the last two, which are written anew where CLR_WRITE_STORED names a file.
/// </summary>
public sealed class StoredCurveTests
{
    // Its net learns in some runs and not in others at the same rate, so its grid tells more of luck than of rates: the best of ten reaches 42 points of 98.
    private const string LearntByChance = "depth and width: 8 layers of 64";

    public static TheoryData<string> Names => [.. Lines.Select(line => line[0])];

    public static TheoryData<string> NamesWithAGrid => [.. Lines.Select(line => line[0]).Where(name => name != LearntByChance)];

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
    public void Given_a_stored_range_test_when_each_rule_reads_it_then_it_answers_and_warns_as_it_did(string name)
    {
        string[] line = Lines.Single(l => l[0] == name);
        LrRangeTestResult test = Read(line);
        Assert.Equal((line[5], line[6]), (Answers(test), Told(test)));
    }

    [Theory]
    [MemberData(nameof(NamesWithAGrid))]
    public void Given_a_stored_range_test_when_read_by_trials_then_a_run_loses_little_to_the_best_of_a_grid_or_the_confidence_is_low(string name)
    {
        string[] line = Lines.Single(l => l[0] == name);
        Dictionary<double, double> scores = line[1].Split(';', StringSplitOptions.RemoveEmptyEntries).Select(s => s.Split(' ')).ToDictionary(s => Number(s[0]), s => Number(s[1]));
        LrBounds bounds = Curves.Bounds(Read(line), SuggestionMethod.Balanced);
        if (bounds.Confidence == SuggestionConfidence.Low)
        {
            Assert.NotEmpty(bounds.Warnings);
            return;
        }
        Assert.True(scores[bounds.MaxLr] > scores.Values.Max() - 2.5, $"{bounds.MaxLr}: {line[1]}");
        // The grid's best rate has some luck in it: those a decade away are often as good.
        Assert.InRange(bounds.MaxLr / scores.MaxBy(s => s.Value).Key, 0.099, 10.01);
    }

    [Theory]
    [InlineData("tables at hand: iris")]
    [InlineData("values: prices")]
    [InlineData("batches: digits, 1,024")]
    [InlineData("waveforms: 90 rows")]
    public void Given_a_stored_range_test_that_ended_before_its_loss_rose_when_read_then_it_says_to_raise_the_highest_rate(string name)
    {
        LrRangeTestResult test = Read(Lines.Single(l => l[0] == name));
        var curve = new RangeTestCurve(test);
        LrRangeTestResult cut = test with
        {
            Points = [.. test.Points.Take(curve.Lowest + 1)],
            Options = test.Options with { EndLr = curve.LowestRate, Iterations = curve.Lowest + 1 },
            StopReason = RangeTestStopReason.Completed,
            Trials = [],
        };
        Assert.Contains("raise EndLr", Assert.Single(cut.Warnings), StringComparison.Ordinal);
        Assert.All(LrBoundsSuggester.SuggestAll(cut), s => Assert.InRange(Assert.IsType<LrBounds>(s).MaxLr, ((LrBounds)s).BaseLr, curve.LowestRate));
    }

    [Fact]
    public void When_asked_for_then_the_answers_are_written_anew()
    {
        string text = string.Concat(Lines.Select(line => string.Join('\t', [.. line[..5], Answers(Read(line)), Told(Read(line))]) + "\n"));
        if (Environment.GetEnvironmentVariable("CLR_WRITE_STORED") is { Length: > 0 } path)
            File.WriteAllText(path, text);
        Assert.Equal(Lines.Length, text.Count(c => c == '\n'));
    }

    // The default rule also without the trials, which is what it says where none are made.
    private static string Answers(LrRangeTestResult test) => string.Join("; ", LrBoundsSuggester.SuggestAll(test).Select(Answer).Append("alone " + Answer(LrBoundsSuggester.Suggest(test with { Trials = [] }))));

    private static string Answer(LrSuggestion suggestion) => suggestion switch
    {
        LrBounds bounds => string.Create(CultureInfo.InvariantCulture, $"{bounds.Method} {bounds.BaseLr:G3} to {bounds.MaxLr:G3} {bounds.Confidence}"),
        NoSuggestion none => $"{none.Method} {none.Cause.Id}",
        _ => throw new InvalidOperationException("No such suggestion."),
    };

    private static string Told(LrRangeTestResult test) => string.Join(' ', [.. test.Warnings, .. Curves.Bounds(test, SuggestionMethod.Balanced).Warnings]);

    private static LrRangeTestResult Read(string[] line)
    {
        double[] losses = [.. line[4].Split(' ').Select(Number)];
        int at = 0;
        LrRangeTestResult whole = Curves.Test(_ => at < losses.Length ? losses[at++] : double.NaN);
        var rule = new DivergenceRule(whole.Options.DivergenceFactor, whole.Options.WarmUp);
        RangeTestStopReason reason = whole.Points.Select(p => rule.Look(p.Step, p.Loss, p.SmoothedLoss)).FirstOrDefault(r => r is not null) ?? RangeTestStopReason.Completed;
        LrTrial[] trials = [.. line[3].Split(';').Select(t => t.Split(' ')).Select(t =>
            new LrTrial(Number(t[0]), int.Parse(t[1], CultureInfo.InvariantCulture), Number(t[2]), t[3].Length > 0 ? Number(t[3]) : null, t[4].Length > 0 ? long.Parse(t[4], CultureInfo.InvariantCulture) : null))];
        return whole with { Points = [.. whole.Points.Take(losses.Length)], UntrainedLoss = Number(line[2]), Trials = trials, StopReason = reason };
    }

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);
}
