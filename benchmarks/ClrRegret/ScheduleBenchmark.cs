using System.Text;
using static System.FormattableString;

namespace ClrRegret;

/// <summary>What the default schedule is worth beside others with the same bounds: cycles, step sizes, modes, momentum.</summary>
internal sealed class ScheduleBenchmark(string folder, IReadOnlyList<int> seeds)
{
    private const string Usual = "triangular2, 3 cycles";
    private const int MostCycles = 3;

    private static readonly int[] StepSizes = [2, 4, 8];

    // As long as a task's own run.
    private static readonly IReadOnlyList<(string Name, Func<Candidate, long, ILrSchedule> Make)> SameLength =
    [
        (Usual, (b, steps) => Cyclic(b, steps / 6, CyclicMode.Triangular2)),
        ("triangular2, 1 cycle", (b, steps) => Cyclic(b, steps / 2, CyclicMode.Triangular2)),
        ("triangular2, 2 cycles", (b, steps) => Cyclic(b, steps / 4, CyclicMode.Triangular2)),
        ("triangular2, 6 cycles", (b, steps) => Cyclic(b, steps / 12, CyclicMode.Triangular2)),
        ("triangular, 3 cycles", (b, steps) => Cyclic(b, steps / 6, CyclicMode.Triangular)),
        ("exp_range to a tenth, 3 cycles", (b, steps) => Cyclic(b, steps / 6, CyclicMode.ExpRange, ToTenth(steps))),
        ("triangular2, 3 cycles, momentum kept", (b, steps) => Cyclic(b, steps / 6, CyclicMode.Triangular2, momentum: false)),
        ("one-cycle", (b, steps) => new OneCycleSchedule(b.MaxLr, steps)),
        ("one-cycle, momentum kept", (b, steps) => new OneCycleSchedule(b.MaxLr, steps, cycleMomentum: false)),
        ("constant at the max", (b, _) => new ConstantSchedule(b.MaxLr)),
    ];

    // By the bounds, whether the momentum moves, the steps of half a cycle, and those of the run.
    private static readonly IReadOnlyList<(string Name, Func<Candidate, bool, long, long, ILrSchedule> Make)> OfEachLength =
    [
        ("triangular2", (b, momentum, half, _) => Cyclic(b, half, CyclicMode.Triangular2, momentum: momentum)),
        ("triangular", (b, momentum, half, _) => Cyclic(b, half, CyclicMode.Triangular, momentum: momentum)),
        ("exp_range to a tenth", (b, momentum, half, steps) => Cyclic(b, half, CyclicMode.ExpRange, ToTenth(steps), momentum)),
        ("one-cycle", (b, momentum, _, steps) => new OneCycleSchedule(b.MaxLr, steps, cycleMomentum: momentum)),
    ];

    private static IEnumerable<(int Half, int Cycles)> Lengths => StepSizes.SelectMany(half => Enumerable.Range(1, MostCycles).Select(cycles => (half, cycles)));

    public void Measure(RegretTask task)
    {
        var store = new TaskResults(folder, task);
        foreach (int seed in seeds)
        {
            if (RegretBenchmark.Bounds(store, Methods.Default, seed) is not { } bounds)
                continue;
            foreach ((string name, Func<Candidate, long, ILrSchedule> make) in SameLength)
            {
                if (store.Find(Key(name, bounds), seed) is null)
                    store.Add(Key(name, bounds), seed, [task.Score(seed, RegretBenchmark.Train(task, seed, steps => make(bounds, task.Epochs * steps)))]);
            }
            foreach ((string name, Func<Candidate, bool, long, long, ILrSchedule> make) in OfEachLength)
            {
                foreach (bool momentum in (bool[])[true, false])
                {
                    if (store.Find(LengthsKey(name, momentum, bounds), seed) is null)
                        store.Add(LengthsKey(name, momentum, bounds), seed, [.. StepSizes.SelectMany(half => Scores(task, seed, half, name.StartsWith("triangular", StringComparison.Ordinal), (epoch, epochs) => make(bounds, momentum, half * epoch, epochs * epoch)))]);
                }
            }
        }
    }

    /// <summary>
    /// Markdown: how far each schedule lies above the usual one, over all tasks of which all is known; and runs of other lengths, the momentum against the rate
    /// and the momentum kept, above the usual schedule with a step size of 4 epochs.
    /// </summary>
    public string Table(IEnumerable<RegretTask> tasks)
    {
        TaskResults[] known = [.. tasks.Select(t => new TaskResults(folder, t)).Where(IsKnown)];
        var text = new StringBuilder(Invariant($"{known.Length} tasks.\n\n| schedule | mean gain, points | standard error | worst task | best task |\n|---|--:|--:|--:|--:|\n"));
        if (known.Length == 0)
            return text.ToString();
        foreach ((string name, _) in SameLength)
        {
            double[] gains = [.. known.Select(store => Mean(store, (b, seed) => store.Find(Key(name, b), seed)![0] - store.Find(Key(Usual, b), seed)![0]))];
            double mean = gains.Average(), error = Math.Sqrt(gains.Sum(g => (g - mean) * (g - mean)) / (gains.Length - 1) / gains.Length);
            text.Append(Invariant($"| {name} | {mean:F2} | {error:F2} | {gains.Min():F2} | {gains.Max():F2} |\n"));
        }
        text.Append(Invariant($"\n| step size, epochs | cycles | epochs | {string.Join(" | ", OfEachLength.Select(x => x.Name))} |\n|--:|--:|--:{string.Concat(OfEachLength.Select(_ => "|--:"))}|\n"));
        (int, int)[] lengths = [.. Lengths];
        int usual = Array.IndexOf(lengths, (4, 3));
        foreach (((int half, int cycles), int at) in lengths.Select((l, i) => (l, i)))
            text.Append(Invariant($"| {half} | {cycles} | {2 * half * cycles} | {string.Join(" | ", OfEachLength.Select(x => Invariant($"{Gain(x.Name, true, at):F2}, {Gain(x.Name, false, at):F2}")))} |\n"));
        return text.ToString();

        double Gain(string name, bool momentum, int at) => known.Average(store =>
            Mean(store, (b, seed) => store.Find(LengthsKey(name, momentum, b), seed)![at] - store.Find(LengthsKey(OfEachLength[0].Name, true, b), seed)![usual]));
    }

    private bool IsKnown(TaskResults store) => seeds.All(seed => RegretBenchmark.Bounds(store, Methods.Default, seed) is { } bounds
        && SameLength.All(x => store.Find(Key(x.Name, bounds), seed) is not null)
        && OfEachLength.All(x => store.Find(LengthsKey(x.Name, true, bounds), seed) is not null && store.Find(LengthsKey(x.Name, false, bounds), seed) is not null));

    private double Mean(TaskResults store, Func<Candidate, int, double> of) => seeds.Average(seed => of(RegretBenchmark.Bounds(store, Methods.Default, seed)!.Value, seed));

    // After each number of cycles. What a triangle does next depends on no later length, so one run tells of all; other schedules end elsewhere.
    private static IEnumerable<double> Scores(RegretTask task, int seed, int half, bool atOnce, Func<long, int, ILrSchedule> make)
    {
        int[] lengths = [.. Enumerable.Range(1, MostCycles).Select(cycles => 2 * half * cycles)];
        TrainingHistory? longest = atOnce ? Run(lengths[^1]) : null;
        foreach (int epochs in lengths)
        {
            TrainingHistory history = longest ?? Run(epochs);
            yield return epochs <= history.Epochs.Count - (history.Status == TrainingStatus.Completed ? 0 : 1) ? task.Score(seed, history, epochs) : task.Guess(seed);
        }

        TrainingHistory Run(int epochs) => RegretBenchmark.Train(task with { Epochs = epochs }, seed, steps => make(steps, epochs));
    }

    // With the bounds, so that those of a rule that has changed since are not taken for its own.
    private static string Key(string name, Candidate bounds) => Invariant($"schedule {name}, to {bounds.MaxLr:G5}");

    private static string LengthsKey(string name, bool momentum, Candidate bounds) => Invariant($"lengths {name}{(momentum ? "" : ", momentum kept")}, to {bounds.MaxLr:G5}");

    private static double ToTenth(long steps) => Math.Pow(0.1, 1.0 / steps);

    private static CyclicSchedule Cyclic(Candidate bounds, long half, CyclicMode mode, double gamma = 1, bool momentum = true) =>
        new(bounds.BaseLr, bounds.MaxLr, Math.Max(1, half), mode: mode, gamma: gamma, cycleMomentum: momentum);
}
