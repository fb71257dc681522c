using System.Diagnostics;
using System.Text;
using static System.FormattableString;

namespace ClrRegret;

/// <summary>
/// The claim of arXiv 1506.01186: a cyclic run reaches the final accuracy of the best fixed-rate run in a fraction of its iterations. The
/// score is looked at after each epoch, and the first epoch that is as good counts; what the range test took is added. Seconds are also set against
/// the fixed-rate run of a loop that is written by hand, where that was measured.
/// </summary>
internal sealed class ClaimBenchmark(string folder, IReadOnlyList<int> seeds)
{
    private const string ByHand = "hand-written ÷ ours";

    private static readonly Variant Usual = new("step size of 2 epochs", null, 1, 2);

    // Shorter runs, of three cycles that end with them, and cheaper range tests.
    private static readonly IReadOnlyList<Variant> Tried =
    [
        Usual,
        new("three cycles over the whole run", null, 1, null),
        new("half the epochs", null, 2, null),
        new("a quarter", null, 4, null),
        new("a quarter, trials of 60 steps", 60, 4, null),
        new("a quarter, the sweep alone", 0, 4, null),
        new("an eighth, trials of 60 steps", 60, 8, null),
    ];

    public void Measure(RegretTask task)
    {
        var store = new TaskResults(folder, task);
        // What is as large as Fashion-MNIST is measured once.
        IReadOnlyList<Variant> variants = task.Data(0).Train.Count < 10_000 ? Tried : [Usual];
        foreach (int seed in seeds)
        {
            foreach (double rate in RegretBenchmark.GridRates)
            {
                if (store.Find(Fixed(rate), seed) is null)
                    store.Add(Fixed(rate), seed, FixedRun(task, seed, rate));
            }
            foreach (Variant variant in variants)
            {
                if (store.Find(variant.Test(task), seed) is null)
                    store.Add(variant.Test(task), seed, TestOf(task, seed, variant));
                // Whole, so that it need not be known which fixed rate is best: the score and the seconds since the start after each epoch.
                if (store.Find(variant.Run, seed) is null && store.Find(variant.Test(task), seed) is [_, _, double low, double high])
                    store.Add(variant.Run, seed, CyclicRun(task, seed, low, high, variant));
            }
            if (task.Device == "cpu" && store.Find(ByHand, seed) is null)
                store.Add(ByHand, seed, [HandWrittenLoop.OverOurs(task, seed)]);
        }
    }

    /// <summary>
    /// Markdown: the best fixed rate, and the shares of its run's steps and seconds that the cyclic run took to be as good, range test included; then, for runs and
    /// tests of other lengths, the share of its steps with the range test, and the final score less its score.
    /// </summary>
    public string Table(IEnumerable<RegretTask> tasks)
    {
        var text = new StringBuilder("| task | best fixed rate | its score | cyclic run's final score | steps to the fixed run's score ÷ that run | with the range test | seconds, with the range test | those seconds ÷ the hand-written loop's |\n|---|--:|--:|--:|--:|--:|--:|--:|\n");
        StringBuilder heads = new("\n| how |"), line = new("\n|---|");
        StringBuilder[] rows = [.. Tried.Select(variant => new StringBuilder($"| {variant.Name} |"))];
        foreach (RegretTask task in tasks)
        {
            var store = new TaskResults(folder, task);
            if (seeds.Any(s => store.Find(Usual.Run, s) is null))
                continue;
            double best = RegretBenchmark.GridRates.MaxBy(rate => seeds.Average(s => store.Find(Fixed(rate), s)![0]));
            double score = seeds.Average(s => store.Find(Fixed(best), s)![0]);
            Reached[] reached = Of(Usual);
            text.Append(Invariant($"| {task.Name} | {best:G3} | {score:F2} | {reached.Average(r => r.Score):F2} | {reached.Average(r => r.Steps):F2}{Nevers(reached)} | {reached.Average(r => r.StepsWithTest):F2} | {reached.Average(r => r.SecondsWithTest):F2} | {(seeds.All(s => store.Find(ByHand, s) is not null) ? Invariant($"{seeds.Zip(reached).Average(x => x.Second.SecondsWithTest / store.Find(ByHand, x.First)![0]):F2}") : "not measured")} |\n"));
            if (!Tried.All(v => seeds.All(s => store.Find(v.Test(task), s) is { } test && (test.Length < 4 || store.Find(v.Run, s) is not null))))
                continue;
            heads.Append(Invariant($" {task.Name} |"));
            line.Append("--:|");
            foreach ((Reached[] of, StringBuilder row) in Tried.Select(Of).Zip(rows))
                row.Append(Invariant($" {of.Average(r => r.StepsWithTest):F2}{Nevers(of)}; {of.Average(r => r.Score) - score:F2} |"));

            Reached[] Of(Variant variant) => [.. seeds.Select(s => new Reached(task, store.Find(variant.Test(task), s)!, store.Find(Fixed(best), s)!, store.Find(variant.Run, s) ?? []))];
        }
        return text.Append(heads).Append(line).Append('\n').AppendJoin('\n', rows.AsEnumerable()).Append('\n').ToString();
    }

    private static string Nevers(Reached[] reached) => reached.Count(r => r.Never) is > 0 and var never ? Invariant($", {never} of {reached.Length} never") : "";

    // Steps, seconds, and the bounds if there are any.
    private static double[] TestOf(RegretTask task, int seed, Variant variant)
    {
        var watch = Stopwatch.StartNew();
        LrRangeTestResult test = RegretBenchmark.RangeTest(task, seed, new LrRangeTestOptions { TrialSteps = variant.TrialSteps, Epochs = variant.Named(task) });
        double seconds = watch.Elapsed.TotalSeconds;
        return LrBoundsSuggester.Suggest(test) is LrBounds bounds ? [test.Steps, seconds, bounds.BaseLr, bounds.MaxLr] : [test.Steps, seconds];
    }

    // The final score, and the seconds.
    private static double[] FixedRun(RegretTask task, int seed, double rate)
    {
        TrainingHistory history = RegretBenchmark.Train(task, seed, _ => new ConstantSchedule(rate));
        return [task.Score(seed, history), history.Seconds];
    }

    private static double[] CyclicRun(RegretTask task, int seed, double baseLr, double maxLr, Variant variant)
    {
        int epochs = task.Epochs / variant.Divisor;
        TrainingHistory history = RegretBenchmark.Train(task with { Epochs = epochs }, seed, steps =>
            new CyclicSchedule(baseLr, maxLr, EpochSteps.From(variant.StepSizeEpochs ?? (double)epochs / (2 * RegretTask.Cycles), steps), mode: CyclicMode.Triangular2));
        return [.. history.Epochs.SelectMany(epoch => new[] { task.Score(seed, history, epoch.Epoch), history.Epochs.TakeWhile(e => e.Epoch <= epoch.Epoch).Sum(e => e.Seconds) })];
    }

    private static string Fixed(double rate) => Invariant($"fixed {rate:G5}");

    /// <summary>How a cyclic run is made.</summary>
    /// <param name="Name">The name in the table.</param>
    /// <param name="TrialSteps">Steps of the range test's trials; null as usual.</param>
    /// <param name="Divisor">What the fixed run's epochs are divided by.</param>
    /// <param name="StepSizeEpochs">Epochs of half a cycle; null for three cycles that end with the run.</param>
    private sealed record Variant(string Name, int? TrialSteps, int Divisor, double? StepSizeEpochs)
    {
        public string Run => StepSizeEpochs is null ? "claim, " + Name : "claim";

        /// <summary>The epochs that the range test is told of, where it would not take as many by itself.</summary>
        public int? Named(RegretTask task) => Divisor > 1 && TrialSteps is null && task.Epochs / Divisor < LrRangeTestOptions.UsualEpochs ? task.Epochs / Divisor : null;

        public string Test(RegretTask task) => Invariant($"claim test{(TrialSteps is { } steps ? Invariant($", trials of {steps}") : "")}{(Named(task) is { } epochs ? Invariant($", for {epochs} epochs") : "")}");
    }

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
