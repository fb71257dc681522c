using System.Globalization;
using System.Text;
using ClrEngine.RangeTest;
using ClrEngine.RangeTest.Suggestions;
using ClrEngine.Schedules;
using ClrEngine.Training;

namespace ClrRegret;

/// <summary>
/// The claim of arXiv 1506.01186: a cyclic run reaches the final accuracy of the best fixed-rate run in a fraction of
/// its iterations. The accuracy is looked at after each epoch, and the first epoch that is as good counts.
/// </summary>
internal sealed class ClaimBenchmark(IReadOnlyList<int> seeds)
{
    private static readonly double[] StepSizes = [2, 4];

    public string Measure(RegretTask task)
    {
        var text = new StringBuilder();
        (double rate, TrainingHistory[] best) = Grid.FixedRates
            .Select(r => (Rate: r, Runs: Trained(task, (_, _) => new ConstantSchedule(r))))
            .MaxBy(x => x.Runs.Average(Final));
        text.Append(Line(task, $"fixed {rate.ToString(CultureInfo.InvariantCulture)}", best, best));
        foreach (double stepSize in StepSizes)
            text.Append(Line(task, Text($"cyclic, step size {stepSize} epochs"), Trained(task, (seed, steps) => Cyclic(task, seed, stepSize, steps)), best));
        return text.ToString();
    }

    public static string Header =>
        "| task | run | final accuracy, % | first epoch as good, by seed | iterations ÷ fixed run's |\n|---|---|--:|--:|--:|\n";

    private static CyclicSchedule Cyclic(RegretTask task, int seed, double stepSize, long stepsPerEpoch)
    {
        LrSuggestion suggestion = LrBoundsSuggester.Suggest(Runs.RangeTest(task, seed, new LrRangeTestOptions()));
        return suggestion is LrBounds bounds
            ? new CyclicSchedule(bounds.BaseLr, bounds.MaxLr, EpochSteps.From(stepSize, stepsPerEpoch), mode: CyclicMode.Triangular2)
            : throw new NoSuggestionException((NoSuggestion)suggestion);
    }

    private TrainingHistory[] Trained(RegretTask task, Func<int, long, ILrSchedule> schedule) =>
        [.. seeds.Select(seed => Runs.Train(task, seed, steps => schedule(seed, steps)))];

    private static string Line(RegretTask task, string run, TrainingHistory[] histories, TrainingHistory[] best)
    {
        int?[] reached = [.. histories.Zip(best).Select(x => x.First.Epochs.FirstOrDefault(e => e.ValidationAccuracy >= Final(x.Second))?.Epoch)];
        string epochs = string.Join(", ", reached.Select(e => e?.ToString(CultureInfo.InvariantCulture) ?? "never"));
        return Text($"| {task.Name}, {task.Epochs} epochs | {run} | {histories.Average(Final):F2} | {epochs} | {Share(task, reached)} |\n");
    }

    private static string Share(RegretTask task, int?[] reached)
    {
        double? mean = reached.Average() / task.Epochs;
        int never = reached.Count(e => e is null);
        return mean is null ? "never" : Text($"{mean:F2}") + (never == 0 ? "" : Text($" in {reached.Length - never} of {reached.Length}"));
    }

    // A diverged run has no accuracy at its end.
    private static double Final(TrainingHistory history) =>
        history.Status == TrainingStatus.Completed ? history.FinalValidationAccuracy!.Value : 0;

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
