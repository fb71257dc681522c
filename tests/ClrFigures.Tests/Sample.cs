using ClrEngine.Torch.Trained;
using ClrEngine.Training;

namespace ClrFigures.Tests;

/// <summary>Small objects of every kind that is drawn, with known values.</summary>
internal static class Sample
{
    public const string Hostile = "</script><img src=x onerror=alert(1)> & %{x} $a$ <b>bold</b>";

    public static CyclicSchedule Schedule(CyclicMode mode = CyclicMode.Triangular2, double maxLr = 0.006) =>
        new(0.001, maxLr, 2000, mode: mode, gamma: mode == CyclicMode.ExpRange ? 0.9999 : 1);

    /// <summary>A loss that stays, falls between 1e-4 and 1e-1, and diverges above 1.</summary>
    public static LrRangeTestResult RangeTest(int seed = 1, string? model = "mlp", RangeTestStopReason reason = RangeTestStopReason.Diverged, int steps = 100)
    {
        var random = new Random(seed);
        var options = new LrRangeTestOptions { StartLr = 1e-6, SmoothFactor = 0.2, Iterations = steps };
        ILrSchedule sweep = options.ToSchedule();
        var points = new List<LrRangeTestPoint>();
        double sum = 0, weight = 0;
        for (int step = 0; step < steps; step++)
        {
            double rate = sweep.At(step).LearningRate, decade = Math.Log10(rate);
            double loss = 0.45 + (1.85 / (1 + Math.Exp((decade + 2.4) * 3.2))) + (decade > -0.35 ? Math.Pow((decade + 0.35) * 3.3, 3) : 0) + ((random.NextDouble() - 0.5) * 0.16);
            (sum, weight) = ((sum * 0.8) + (loss * 0.2), (weight * 0.8) + 0.2);
            points.Add(new LrRangeTestPoint(step, rate, loss, sum / weight));
        }
        if (reason == RangeTestStopReason.NonFiniteLoss)
            points[^1] = points[^1] with { Loss = double.NaN, SmoothedLoss = double.NaN };
        return new LrRangeTestResult { Points = points, StopReason = reason, Options = options, Run = new() { Model = model, Data = "digits", StepsPerEpoch = 45, BatchSize = 32 } };
    }

    public static LrBounds Bounds(LrRangeTestResult test) => (LrBounds)LrBoundsSuggester.Suggest(test);

    /// <summary>A run of 24 epochs with 500 steps each, whose best epoch is 16.</summary>
    public static TrainingHistory History(CyclicSchedule? schedule = null, string? model = "mlp", bool classes = true, int epochs = 24, double shift = 0)
    {
        schedule ??= Schedule();
        var records = Enumerable.Range(1, epochs).Select(epoch =>
        {
            double rate = schedule.At((epoch * 500) - 250).LearningRate;
            double loss = (1.9 * Math.Exp(-epoch * (0.25 + shift))) + 0.08 + (rate * 30);
            return new EpochRecord
            {
                Epoch = epoch,
                Step = epoch * 500,
                LearningRate = rate,
                TrainLoss = loss,
                TrainAccuracy = classes ? 100 - (38 * loss) : null,
                ValidationLoss = loss + 0.05,
                ValidationAccuracy = !classes ? null : epoch == 16 ? 97.5 : Math.Min(97, 96 - (33 * (loss - 0.1))),
                Seconds = 0.5,
            };
        });
        return new TrainingHistory { Epochs = [.. records], Status = TrainingStatus.Completed, Run = new() { Schedule = schedule, StepsPerEpoch = 500, BatchSize = 32, Model = model, Data = "digits" } };
    }

    /// <summary>A test of a model: each class has 30 samples, of which its number mod 7 are held for the next; the last has none.</summary>
    public static TrainedModelScore Score(int classes, Func<int, string>? name = null, string model = "mlp")
    {
        long[][] counts = [.. Enumerable.Range(0, classes).Select(i => Enumerable.Range(0, classes).Select(j => i == classes - 1 ? 0L : j == i ? 30 - i % 7 : j == i + 1 ? i % 7 : 0).ToArray())];
        return Score(counts, name ?? (static i => $"class {i}"), model, loss: 0.4);
    }

    /// <summary>A test of a model by its counts, a row for each class.</summary>
    public static TrainedModelScore Score(long[][] counts, Func<int, string> name, string model, double loss)
    {
        ClassScore[] scores = [.. counts.Select((row, i) => new ClassScore { Class = name(i), Samples = row.Sum(), Predicted = counts.Sum(other => other[i]), Correct = row[i] })];
        return new TrainedModelScore { Model = model, Data = "digits", Members = 1, Samples = scores.Sum(s => s.Samples), Loss = loss, Accuracy = 100.0 * scores.Sum(s => s.Correct) / scores.Sum(s => s.Samples), Classes = scores, Confusion = counts };
    }

    /// <summary>The same run with snapshots at the ends of its three cycles, whose mean reaches 91, 92 and 93 %.</summary>
    public static TrainingHistory WithCycles() => History() with
    {
        Cycles = [.. Enumerable.Range(1, 3).Select(i => new CycleRecord { Cycle = i, Step = i * 4000, ValidationLoss = 0.3, ValidationAccuracy = 89 + i, EnsembleLoss = 0.28, EnsembleAccuracy = 90 + i, SwaLoss = 0.29, SwaAccuracy = 89.5 + i })],
    };
}

/// <summary>Reading a figure's JSON in assertions.</summary>
internal static class FigureJson
{
    public static JsonArray Traces(this ClrFigure figure) => JsonNode.Parse(figure.Data)!.AsArray();

    public static JsonObject Layout(this ClrFigure figure) => JsonNode.Parse(figure.Layout)!.AsObject();

    public static JsonNode Trace(this ClrFigure figure, string name) =>
        figure.Traces().Single(t => (string?)t!["name"] == name)!;

    public static string?[] Legend(this ClrFigure figure) =>
        [.. figure.Traces().Where(t => (bool?)t!["showlegend"] != false).Select(t => (string?)t!["name"])];

    public static double?[] Numbers(this JsonNode trace, string member) =>
        [.. trace[member]!.AsArray().Select(v => (double?)v)];

    public static string? AxisTitle(this ClrFigure figure, string axis) => (string?)figure.Layout()[axis]?["title"]?["text"];
}

/// <summary>A report with every kind of object.</summary>
internal static class SampleReport
{
    public static readonly DateTimeOffset Made = new(2026, 3, 1, 9, 30, 0, TimeSpan.Zero);

    public static Report Of(string? name = null)
    {
        LrRangeTestResult test = Sample.RangeTest(model: name ?? "mlp");
        return Report.From(
            ReportContent.From([test, Sample.Bounds(test), Sample.Schedule(), Sample.Schedule(CyclicMode.Triangular), Sample.History(model: name ?? "mlp"), Sample.History(Sample.Schedule(CyclicMode.Triangular), model: name ?? "mlp", shift: 0.06)]),
            name ?? "Digits");
    }
}
