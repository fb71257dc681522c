using System.Diagnostics;
using System.Text;
using ClrEngine.RangeTest;
using ClrEngine.RangeTest.Suggestions;
using ClrEngine.Schedules;
using ClrEngine.Training;
using static System.FormattableString;

namespace ClrRegret;

/// <summary>
/// The claim of arXiv 1506.01186: a cyclic run reaches the final accuracy of the best fixed-rate run in a fraction of its iterations. The
/// score is looked at after each epoch, and the first epoch that is as good counts; what the range test took is added.
/// </summary>
internal sealed class ClaimBenchmark(string folder, IReadOnlyList<int> seeds)
{
    private const double StepSizeEpochs = 2;
    private const string Test = "claim test", Claim = "claim";

    public void Measure(RegretTask task)
    {
        var store = new TaskResults(folder, task);
        foreach (int seed in seeds)
        {
            if (store.Find(Test, seed) is null)
                store.Add(Test, seed, TestOf(task, seed));
            foreach (double rate in RegretBenchmark.GridRates)
            {
                if (store.Find(Fixed(rate), seed) is null)
                    store.Add(Fixed(rate), seed, FixedRun(task, seed, rate));
            }
            // Whole, so that it need not be known which fixed rate is best: the score and the seconds since the start after each epoch.
            if (store.Find(Claim, seed) is null && store.Find(Test, seed) is [_, _, double low, double high])
                store.Add(Claim, seed, CyclicRun(task, seed, low, high));
        }
    }

    /// <summary>Markdown: the best fixed rate, and the shares of its run's steps and seconds that the cyclic run took to be as good, range test included.</summary>
    public string Table(IEnumerable<RegretTask> tasks)
    {
        var text = new StringBuilder("| task | best fixed rate | its score | cyclic run's final score | steps to the fixed run's score ÷ that run | with the range test | seconds, with the range test |\n|---|--:|--:|--:|--:|--:|--:|\n");
        foreach (RegretTask task in tasks)
        {
            var store = new TaskResults(folder, task);
            if (seeds.Any(s => store.Find(Claim, s) is null))
                continue;
            double best = RegretBenchmark.GridRates.MaxBy(rate => seeds.Average(s => store.Find(Fixed(rate), s)![0]));
            Reached[] reached = [.. seeds.Select(s => new Reached(task, store.Find(Test, s)!, store.Find(Fixed(best), s)!, store.Find(Claim, s)!))];
            int never = reached.Count(r => r.Never);
            text.Append(Invariant($"| {task.Name} | {best:G3} | {seeds.Average(s => store.Find(Fixed(best), s)![0]):F2} | {reached.Average(r => r.Score):F2} | {reached.Average(r => r.Steps):F2}{(never == 0 ? "" : Invariant($", {never} of {reached.Length} never"))} | {reached.Average(r => r.StepsWithTest):F2} | {reached.Average(r => r.SecondsWithTest):F2} |\n"));
        }
        return text.ToString();
    }

    // Steps, seconds, and the bounds if there are any.
    private static double[] TestOf(RegretTask task, int seed)
    {
        var watch = Stopwatch.StartNew();
        LrRangeTestResult test = RegretBenchmark.RangeTest(task, seed, new LrRangeTestOptions());
        double seconds = watch.Elapsed.TotalSeconds;
        return LrBoundsSuggester.Suggest(test) is LrBounds bounds ? [test.Steps, seconds, bounds.BaseLr, bounds.MaxLr] : [test.Steps, seconds];
    }

    // The final score, and the seconds.
    private static double[] FixedRun(RegretTask task, int seed, double rate)
    {
        TrainingHistory history = RegretBenchmark.Train(task, seed, _ => new ConstantSchedule(rate));
        return [task.Score(seed, history), history.Epochs.Sum(epoch => epoch.Seconds)];
    }

    private static double[] CyclicRun(RegretTask task, int seed, double baseLr, double maxLr)
    {
        TrainingHistory history = RegretBenchmark.Train(task, seed, steps => new CyclicSchedule(baseLr, maxLr, EpochSteps.From(StepSizeEpochs, steps), mode: CyclicMode.Triangular2));
        return [.. history.Epochs.SelectMany(epoch => new[] { task.Score(seed, history, epoch.Epoch), history.Epochs.TakeWhile(e => e.Epoch <= epoch.Epoch).Sum(e => e.Seconds) })];
    }

    private static string Fixed(double rate) => Invariant($"fixed {rate:G5}");

    /// <summary>When a cyclic run was first as good as a fixed one at its end; one that never was counts as the whole fixed run.</summary>
    private sealed class Reached(RegretTask task, double[] test, double[] best, double[] run)
    {
        private readonly int _epoch = Enumerable.Range(1, run.Length / 2).FirstOrDefault(n => run[2 * n - 2] >= best[0]);

        public bool Never => _epoch == 0;
        public double Score => run.Length == 0 ? task.Guess(0) : run[^2];
        public double Steps => Never ? 1 : (double)_epoch / task.Epochs;
        public double StepsWithTest => Steps + test[0] / task.Steps;
        public double SecondsWithTest => (Never ? 1 : run[2 * _epoch - 1] / best[1]) + test[1] / best[1];
    }
}
