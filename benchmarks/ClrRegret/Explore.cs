using System.Diagnostics;
using System.Globalization;
using ClrEngine.RangeTest;
using ClrEngine.Schedules;
using ClrEngine.Torch;
using ClrEngine.Torch.Learning;
using ClrEngine.Training;

namespace ClrRegret;

/// <summary>Raw measurements, one line each.</summary>
internal sealed class Explore(string path)
{
    private static readonly double[] Rates = [3e-5, 1e-4, 3e-4, 1e-3, 3e-3, 1e-2, 3e-2, 0.1, 0.3, 1, 3];
    private readonly HashSet<string> _known = File.Exists(path) ? [.. File.ReadLines(path).Select(l => l.Split('|')[0])] : [];

    public void Measure(RegretTask task, int seed)
    {
        string who = $"{task.Family}: {task.Name};{seed}";
        foreach (int n in new[] { 100, 400 })
            Once($"{who};sweep;{n}", () =>
            {
                using TorchSession session = task.Open(seed);
                var test = new LrRangeTest(session.Learner, session.Plan, new LrRangeTestOptions { Iterations = n, DivergenceFactor = 0 });
                foreach (LrRangeTestPoint _ in test.Run()) { }
                return string.Join(' ', test.Result.Points.Select(p => p.Loss.ToString("G6", CultureInfo.InvariantCulture))) + "|" + session.Plan.StepsPerEpoch;
            });
        foreach (double max in Rates.Skip(1))
            Once($"{who};grid;{max.ToString(CultureInfo.InvariantCulture)}", () =>
            {
                var clock = Stopwatch.StartNew();
                using TrainingJob job = task.Job(seed, steps => task.Schedule(max / 10, max, steps));
                job.Open();
                foreach (TrainingTick _ in job.Run()) { }
                TrainingHistory history = job.Finish();
                return string.Create(CultureInfo.InvariantCulture, $"{task.Score(seed, history):F4} {history.Status} {clock.Elapsed.TotalSeconds:F2} {job.TotalSteps}");
            });
        foreach (int n in new[] { 60, 200 })
            foreach (double max in Rates)
                Once($"{who};probe;{n};{max.ToString(CultureInfo.InvariantCulture)}", () => Probe(task, seed, n, max));
    }

    // One triangle of n steps, from and to a tenth of the max.
    private static string Probe(RegretTask task, int seed, int n, double max)
    {
        using TorchSession session = task.Open(seed);
        var schedule = new CyclicSchedule(max / 10, max, n / 2, mode: CyclicMode.Triangular);
        List<double> losses = [];
        for (long step = 0; step < n; step++)
        {
            Batch batch = session.Plan.At(step);
            session.Learner.Step(batch, schedule.At(step));
            if (step % 20 == 19)
            {
                losses.AddRange(session.Learner.Read().Losses);
                if (!double.IsFinite(losses[^1])) break;
            }
        }
        Evaluation validation = session.Learner.Evaluate();
        return string.Create(CultureInfo.InvariantCulture, $"{validation.Loss:G6} {validation.Accuracy ?? double.NaN:F3} ") + string.Join(' ', losses.Select(l => l.ToString("G5", CultureInfo.InvariantCulture)));
    }

    private void Once(string key, Func<string> measure)
    {
        if (_known.Add(key))
            File.AppendAllText(path, key + "|" + measure() + "\n");
    }
}
