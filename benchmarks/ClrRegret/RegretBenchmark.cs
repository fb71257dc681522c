using System.Globalization;
using ClrEngine.Data;
using ClrEngine.RangeTest;

namespace ClrRegret;

/// <summary>Regret of a method: accuracy with the best bounds of the grid less accuracy with the method's bounds, same budget, same seeds.</summary>
internal sealed class RegretBenchmark(ResultStore store, IReadOnlyList<int> seeds)
{
    public RegretResult Measure(RegretTask task)
    {
        (Candidate best, double bestAccuracy) = Grid.Bounds
            .Select(c => (c, seeds.Average(seed => Accuracy(task, seed, c))))
            .MaxBy(x => x.Item2);
        RegretRow[] rows = [.. Methods.All.Select(m => Row(task, m))];
        return new RegretResult(task.Name, best, bestAccuracy, rows);
    }

    private RegretRow Row(RegretTask task, IBoundsMethod method)
    {
        Candidate?[] found = [.. seeds.Select(seed => method.Suggest(Test(task, seed, method.Options)))];
        double accuracy = seeds.Zip(found).Average(x => x.Second is { } c ? Accuracy(task, x.First, c) : Guess(task));
        Candidate[] bounds = [.. found.OfType<Candidate>()];
        return new RegretRow(method.Name, accuracy, Median(bounds.Select(b => b.BaseLr)), Median(bounds.Select(b => b.MaxLr)), found.Count(f => f is null));
    }

    private readonly Dictionary<(RegretTask, int, LrRangeTestOptions), LrRangeTestResult> _tests = [];

    private LrRangeTestResult Test(RegretTask task, int seed, LrRangeTestOptions options)
    {
        if (!_tests.TryGetValue((task, seed, options), out LrRangeTestResult? test))
            _tests[(task, seed, options)] = test = Runs.RangeTest(task, seed, options);
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
