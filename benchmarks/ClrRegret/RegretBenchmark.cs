using System.Globalization;
using ClrEngine.Data;
using ClrEngine.RangeTest;

namespace ClrRegret;

/// <summary>Regret of a method: accuracy with the best bounds of the grid less accuracy with the method's bounds, same budget, same seeds.</summary>
internal sealed class RegretBenchmark(ResultStore store, IReadOnlyList<int> seeds, string? curves)
{
    private readonly Dictionary<(RegretTask, int, LrRangeTestOptions), LrRangeTestResult> _tests = [];

    public RegretResult Measure(RegretTask task)
    {
        (Candidate best, double bestAccuracy) = Grid.Bounds
            .Select(c => (c, seeds.Average(seed => Accuracy(task, seed, c))))
            .MaxBy(x => x.Item2);
        RegretRow[] rows = [.. Methods.All.Select(m => Row(task, m))];
        return new RegretResult(task.Name, best, bestAccuracy, rows);
    }

    /// <summary>Only the range tests, for whoever wants to look at the curves.</summary>
    public void Sweep(RegretTask task)
    {
        foreach (int seed in seeds)
            foreach (LrRangeTestOptions options in Methods.All.Select(m => m.Options).Distinct())
                Test(task, seed, options);
    }

    private RegretRow Row(RegretTask task, IBoundsMethod method)
    {
        Candidate?[] found = [.. seeds.Select(seed => method.Suggest(Test(task, seed, method.Options)))];
        double accuracy = seeds.Zip(found).Average(x => x.Second is { } c ? Accuracy(task, x.First, c) : Guess(task));
        Candidate[] bounds = [.. found.OfType<Candidate>()];
        return new RegretRow(method.Name, accuracy, Median(bounds.Select(b => b.BaseLr)), Median(bounds.Select(b => b.MaxLr)), found.Count(f => f is null));
    }

    private LrRangeTestResult Test(RegretTask task, int seed, LrRangeTestOptions options)
    {
        if (!_tests.TryGetValue((task, seed, options), out LrRangeTestResult? test))
        {
            _tests[(task, seed, options)] = test = Runs.RangeTest(task, seed, options);
            if (curves is not null)
                File.WriteAllText(Path.Combine(curves, $"{task.Name}, seed {seed}{(options.DivergenceFactor == 0 ? ", to the end" : "")}.json"), LrRangeTestJson.ToJson(test));
        }
        return test;
    }

    private double Accuracy(RegretTask task, int seed, Candidate bounds) => store.Get(
        string.Create(CultureInfo.InvariantCulture, $"{task.Name}|{seed}|{bounds.BaseLr:G6}|{bounds.MaxLr:G6}"),
        () => Runs.Accuracy(task, seed, steps => task.Schedule(bounds.BaseLr, bounds.MaxLr, steps)));

    private static double Guess(RegretTask task) => 100.0 / ((ClassTargets)task.Data(0).Train.Targets).Classes;

    private static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return sorted.Length == 0 ? double.NaN : (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }
}

/// <summary>Bounds set by hand: highest rates from 0.0003 to 3, two a decade, each over a quarter and over a tenth of itself.</summary>
internal static class Grid
{
    private static readonly double[] MaxLrs = [3e-4, 1e-3, 3e-3, 1e-2, 3e-2, 0.1, 0.3, 1, 3];

    public static IReadOnlyList<Candidate> Bounds { get; } =
        [.. MaxLrs.SelectMany(max => new[] { new Candidate(max / 4, max), new Candidate(max / 10, max) })];

    /// <summary>Fixed rates: the same, without bounds.</summary>
    public static IReadOnlyList<double> FixedRates => MaxLrs;
}

/// <summary>Accuracies that were measured before, in a file of lines: an interrupted benchmark goes on where it stopped.</summary>
internal sealed class ResultStore
{
    private readonly string? _path;
    private readonly Dictionary<string, double> _known = [];

    public ResultStore(string? path)
    {
        _path = path;
        if (path is null || !File.Exists(path))
            return;
        foreach (string[] row in File.ReadLines(path).Select(line => line.Split('\t')))
            _known[row[0]] = double.Parse(row[1], CultureInfo.InvariantCulture);
    }

    public double Get(string key, Func<double> measure)
    {
        if (_known.TryGetValue(key, out double known))
            return known;
        double measured = measure();
        _known[key] = measured;
        if (_path is not null)
            File.AppendAllText(_path, string.Create(CultureInfo.InvariantCulture, $"{key}\t{measured:R}\n"));
        return measured;
    }
}
