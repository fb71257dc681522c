using System.Text;
using ClrEngine.Schedules;
using static System.FormattableString;

namespace ClrRegret;

/// <summary>What the default schedule is worth beside others with the same bounds and budget: cycles, modes, momentum.</summary>
internal sealed class ScheduleBenchmark(string folder, IReadOnlyList<int> seeds)
{
    private const string Usual = "triangular2, 3 cycles";

    private static readonly IReadOnlyList<(string Name, Func<Candidate, long, ILrSchedule> Make)> Schedules =
    [
        (Usual, (b, steps) => Cyclic(b, steps, 3, CyclicMode.Triangular2)),
        ("triangular2, 1 cycle", (b, steps) => Cyclic(b, steps, 1, CyclicMode.Triangular2)),
        ("triangular2, 2 cycles", (b, steps) => Cyclic(b, steps, 2, CyclicMode.Triangular2)),
        ("triangular2, 6 cycles", (b, steps) => Cyclic(b, steps, 6, CyclicMode.Triangular2)),
        ("triangular, 3 cycles", (b, steps) => Cyclic(b, steps, 3, CyclicMode.Triangular)),
        ("exp_range to a tenth, 3 cycles", (b, steps) => Cyclic(b, steps, 3, CyclicMode.ExpRange, Math.Pow(0.1, 1.0 / steps))),
        ("triangular2, 3 cycles, momentum kept", (b, steps) => Cyclic(b, steps, 3, CyclicMode.Triangular2, momentum: false)),
        ("one-cycle", (b, steps) => new OneCycleSchedule(b.MaxLr, steps)),
        ("one-cycle, momentum kept", (b, steps) => new OneCycleSchedule(b.MaxLr, steps, cycleMomentum: false)),
        ("constant at the max", (b, _) => new ConstantSchedule(b.MaxLr)),
    ];

    public void Measure(RegretTask task)
    {
        var store = new TaskResults(folder, task);
        foreach (int seed in seeds)
        {
            if (RegretBenchmark.Bounds(store, Methods.Default, seed) is not { } bounds)
                continue;
            foreach ((string name, Func<Candidate, long, ILrSchedule> make) in Schedules)
            {
                if (store.Find("schedule " + name, seed) is null)
                    store.Add("schedule " + name, seed, [task.Score(seed, RegretBenchmark.Train(task, seed, steps => make(bounds, task.Epochs * steps)))]);
            }
        }
    }

    /// <summary>Markdown: how far each schedule lies above the usual one, over all tasks of which all is known.</summary>
    public string Table(IEnumerable<RegretTask> tasks)
    {
        TaskResults[] known = [.. tasks.Select(t => new TaskResults(folder, t)).Where(s => seeds.All(seed => Schedules.All(x => s.Find("schedule " + x.Name, seed) is not null)))];
        var text = new StringBuilder(Invariant($"{known.Length} tasks.\n\n| schedule | mean gain, points | worst task | best task |\n|---|--:|--:|--:|\n"));
        foreach ((string name, _) in known.Length == 0 ? [] : Schedules)
        {
            double[] gains = [.. known.Select(store => seeds.Average(seed => store.Find("schedule " + name, seed)![0] - store.Find("schedule " + Usual, seed)![0]))];
            text.Append(Invariant($"| {name} | {gains.Average():F2} | {gains.Min():F2} | {gains.Max():F2} |\n"));
        }
        return text.ToString();
    }

    private static CyclicSchedule Cyclic(Candidate bounds, long steps, int cycles, CyclicMode mode, double gamma = 1, bool momentum = true) =>
        new(bounds.BaseLr, bounds.MaxLr, Math.Max(1, steps / (2 * cycles)), mode: mode, gamma: gamma, cycleMomentum: momentum);
}
