using System.Globalization;
using System.Text;
using ClrEngine.Torch.Learning;
using static System.FormattableString;

namespace ClrRegret;

/// <summary>
/// Regret of a method: the score with the best bounds of a grid less the score with the method's bounds, same budget, same seeds. What was
/// measured is kept in a file a half, a line each, so that a run goes on where it stopped.
/// </summary>
internal sealed class RegretBenchmark(string folder, IReadOnlyList<int> seeds)
{
    /// <summary>Highest rates, two a decade, each over a tenth of itself.</summary>
    public static IReadOnlyList<double> GridRates { get; } = [1e-4, 3e-4, 1e-3, 3e-3, 1e-2, 3e-2, 0.1, 0.3, 1, 3];

    /// <summary>Measures all that is not yet in the task's file.</summary>
    public void Measure(RegretTask task)
    {
        var store = new TaskResults(folder, task);
        foreach (int seed in seeds)
        {
            foreach (double max in GridRates)
                Score(store, task, seed, new Candidate(max / 10, max));
            if (Methods.All.Any(m => store.Find($"suggest {m.Name}", seed) is null))
                Suggest(store, task, seed);
            foreach (IBoundsMethod method in Methods.All)
            {
                if (Bounds(store, method.Name, seed) is { } bounds)
                    Score(store, task, seed, bounds);
            }
        }
    }

    /// <summary>What is known of a task, or null where something is missing.</summary>
    public RegretResult? Read(RegretTask task)
    {
        var store = new TaskResults(folder, task);
        if (seeds.Any(seed => store.Find("cost", seed) is null || Methods.All.Any(m => Bounds(store, m.Name, seed) is { } bounds && store.Find(Key(bounds), seed) is null)))
            return null;
        (double bestMax, double best) = GridRates.Select(max => (max, Mean(max))).MaxBy(x => x.Item2);
        return new RegretResult(task, bestMax, best, [.. Methods.All.Select(Row)], seeds.Average(s => store.Find("cost", s)![0]), [.. seeds.Select(s => (SuggestionConfidence)(int)store.Find("cost", s)![1])], [.. seeds.Select(s => best - Of(Bounds(store, Methods.Default, s), s))]);

        double Mean(double max) => seeds.Average(seed => Of(new Candidate(max / 10, max), seed));
        double Of(Candidate? bounds, int seed) => bounds is { } known ? store.Find(Key(known), seed)![0] : task.Guess(seed);
        RegretRow Row(IBoundsMethod method)
        {
            Candidate?[] found = [.. seeds.Select(seed => Bounds(store, method.Name, seed))];
            return new RegretRow(method.Name, best - seeds.Zip(found).Average(x => Of(x.Second, x.First)), [.. found.Select(f => f?.MaxLr)]);
        }
    }

    /// <summary>A method's regret with one seed, or null where it had no suggestion.</summary>
    public double? Regret(RegretTask task, string method, int seed)
    {
        var store = new TaskResults(folder, task);
        return Read(task) is { } known && Bounds(store, method, seed) is { } bounds ? known.Best - store.Find(Key(bounds), seed)![0] : null;
    }

    /// <summary>
    /// A line for the file of stored range tests that the engine's tests read: the task, what whole runs with the grid's rates, and with the default rule's, are worth, and a range test of the
    /// first seed, without what the rules make of it.
    /// </summary>
    public string Curve(RegretTask task)
    {
        var store = new TaskResults(folder, task);
        LrRangeTestResult test = RangeTest(task, seeds[0], new LrRangeTestOptions());
        double[] rates = [.. GridRates.Append(Bounds(store, Methods.Default, seeds[0])?.MaxLr ?? GridRates[0]).Distinct().Order()];
        double?[] scores = [.. rates.Select(max => seeds.Average(seed => store.Find(Key(new Candidate(max / 10, max)), seed)?[0]))];
        return string.Join('\t',
            $"{task.Family}: {task.Name}",
            string.Join(';', rates.Zip(scores).Where(x => x.Second.HasValue).Select(x => string.Create(CultureInfo.InvariantCulture, $"{x.First} {x.Second:F2}"))),
            string.Create(CultureInfo.InvariantCulture, $"{test.UntrainedLoss:G5}"),
            string.Join(';', test.Trials.Select(t => string.Create(CultureInfo.InvariantCulture, $"{t.MaxLr} {t.Steps} {t.Loss:G5} {t.Accuracy:G5} {t.Samples}"))),
            string.Join(' ', test.Points.Select(p => p.Loss.ToString("G5", CultureInfo.InvariantCulture))));
    }

    private static void Suggest(TaskResults store, RegretTask task, int seed)
    {
        LrRangeTestResult test = RangeTest(task, seed, new LrRangeTestOptions());
        LrRangeTestResult whole = RangeTest(task, seed, new LrRangeTestOptions { TrialSteps = 0, DivergenceFactor = 0 });
        foreach (IBoundsMethod method in Methods.All)
            store.Add($"suggest {method.Name}", seed, method.Suggest(test, whole) is { } bounds ? [bounds.BaseLr, bounds.MaxLr] : []);
        store.Add("cost", seed, [test.Steps, LrBoundsSuggester.Suggest(test) is LrBounds { } suggested ? (int)suggested.Confidence : -1]);
    }

    /// <summary>A range test, trials included.</summary>
    public static LrRangeTestResult RangeTest(RegretTask task, int seed, LrRangeTestOptions options)
    {
        using TorchSession session = task.Open(seed);
        var test = new LrRangeTest(session.Learner, session.Plan, options) { Description = session.Description };
        foreach (LrRangeTestPoint _ in test.Run()) { }
        foreach (LrTrialStep _ in test.RunTrials()) { }
        return test.Result;
    }

    private static void Score(TaskResults store, RegretTask task, int seed, Candidate bounds)
    {
        if (store.Find(Key(bounds), seed) is null)
            store.Add(Key(bounds), seed, [task.Score(seed, Train(task, seed, steps => task.Schedule(bounds.BaseLr, bounds.MaxLr, steps)))]);
    }

    /// <summary>A training run.</summary>
    public static TrainingHistory Train(RegretTask task, int seed, Func<long, ILrSchedule> schedule)
    {
        using TrainingJob job = task.Job(seed, schedule);
        job.Open();
        foreach (TrainingTick _ in job.Run()) { }
        return job.Finish();
    }

    /// <summary>The bounds that a method suggested, or null.</summary>
    public static Candidate? Bounds(TaskResults store, string method, int seed) =>
        store.Find($"suggest {method}", seed) is [double low, double high] ? new Candidate(low, high) : null;

    private static string Key(Candidate bounds) => string.Create(CultureInfo.InvariantCulture, $"train {bounds.BaseLr:G5} {bounds.MaxLr:G5}");
}

/// <summary>What is known of a task, in the file of its half: a line for each thing measured, with the task, the seed and the numbers.</summary>
internal sealed class TaskResults
{
    private readonly string _path;
    private readonly string _task;
    private readonly Dictionary<string, double[]> _known = [];

    public TaskResults(string folder, RegretTask task)
    {
        (_path, _task) = (Path.Combine(folder, RegretTasks.PartOf(task) + ".tsv"), $"{task.Family}: {task.Name}");
        foreach (string[] row in File.Exists(_path) ? File.ReadLines(_path).Select(line => line.Split('\t')).Where(row => row[0] == _task) : [])
            _known[$"{row[1]}\t{row[2]}"] = [.. row.Skip(3).Select(v => double.Parse(v, CultureInfo.InvariantCulture))];
    }

    public double[]? Find(string what, int seed) => _known.GetValueOrDefault($"{what}\t{seed}");

    public void Add(string what, int seed, double[] values)
    {
        string[] written = Array.ConvertAll(values, v => v.ToString("G7", CultureInfo.InvariantCulture));
        File.AppendAllText(_path, string.Join('\t', [_task, what, seed.ToString(CultureInfo.InvariantCulture), .. written]) + "\n");
        // As it will be read: what is looked up by a value is found again.
        _known[$"{what}\t{seed}"] = Array.ConvertAll(written, v => double.Parse(v, CultureInfo.InvariantCulture));
    }
}

/// <summary>All methods on a task.</summary>
/// <param name="Task">The task.</param>
/// <param name="BestMax">The max of the grid's best bounds.</param>
/// <param name="Best">The score with them, mean over the seeds.</param>
/// <param name="Rows">The methods.</param>
/// <param name="Cost">Steps of the range test, mean over the seeds.</param>
/// <param name="Confidences">What the default rule says of itself, a seed each.</param>
/// <param name="BySeed">The default rule's regret, a seed each.</param>
internal sealed record RegretResult(RegretTask Task, double BestMax, double Best, IReadOnlyList<RegretRow> Rows, double Cost, IReadOnlyList<SuggestionConfidence> Confidences, IReadOnlyList<double> BySeed);

/// <summary>A method on a task: its regret, mean over the seeds, and the max of each seed, null where it had no suggestion (which counts as a guess).</summary>
internal sealed record RegretRow(string Method, double Regret, IReadOnlyList<double?> MaxLrs);

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
