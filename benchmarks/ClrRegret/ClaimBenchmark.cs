using System.Text;
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

    public void Measure(RegretTask task)
    {
        var store = new TaskResults(folder, task);
        foreach (int seed in seeds)
        {
            foreach (double rate in RegretBenchmark.GridRates)
            {
                if (store.Find(Fixed(rate), seed) is null)
                    store.Add(Fixed(rate), seed, [task.Score(seed, RegretBenchmark.Train(task, seed, _ => new ConstantSchedule(rate)))]);
            }
        }
        double best = Best(store);
        foreach (int seed in seeds)
        {
            if (store.Find("claim", seed) is not null || RegretBenchmark.Bounds(store, Methods.Default, seed) is not { } bounds)
                continue;
            double target = store.Find(Fixed(best), seed)![0];
            TrainingHistory history = RegretBenchmark.Train(task, seed, steps => new CyclicSchedule(bounds.BaseLr, bounds.MaxLr, EpochSteps.From(StepSizeEpochs, steps), mode: CyclicMode.Triangular2));
            int reached = Enumerable.Range(1, history.Epochs.Count).FirstOrDefault(n => task.Score(seed, history, n) >= target);
            store.Add("claim", seed, [reached, task.Score(seed, history)]);
        }
    }

    /// <summary>Markdown: the best fixed rate, and the share of its run's steps that the cyclic run took to be as good, range test included.</summary>
    public string Table(IEnumerable<RegretTask> tasks)
    {
        var text = new StringBuilder("| task | best fixed rate | its score | cyclic run's final score | steps to the fixed run's score ÷ that run | the same with the range test |\n|---|--:|--:|--:|--:|--:|\n");
        foreach (RegretTask task in tasks)
        {
            var store = new TaskResults(folder, task);
            if (seeds.Any(s => store.Find("claim", s) is null))
                continue;
            double best = Best(store);
            double[][] claims = [.. seeds.Select(s => store.Find("claim", s)!)];
            int never = claims.Count(c => c[0] == 0);
            double share = claims.Average(c => c[0] == 0 ? 1 : c[0] / task.Epochs), test = seeds.Average(s => store.Find("cost", s)![0]) / task.Steps;
            text.Append(Invariant($"| {task.Family}: {task.Name} | {best:G3} | {seeds.Average(s => store.Find(Fixed(best), s)![0]):F2} | {claims.Average(c => c[1]):F2} | {share:F2}{(never == 0 ? "" : Invariant($", {never} of {claims.Length} never"))} | {share + test:F2} |\n"));
        }
        return text.ToString();
    }

    private double Best(TaskResults store) => RegretBenchmark.GridRates.MaxBy(rate => seeds.Average(s => store.Find(Fixed(rate), s)![0]));

    private static string Fixed(double rate) => Invariant($"fixed {rate:G5}");
}
