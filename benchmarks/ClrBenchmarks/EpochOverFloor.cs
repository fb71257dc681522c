using ClrEngine.Data;
using TorchSharp;
using static TorchSharp.torch;

namespace ClrBenchmarks;

/// <summary>An epoch of training ÷ forward and backward alone on the same batches.</summary>
internal sealed class EpochOverFloor : IBenchmark
{
    public void Run(BenchmarkOptions options, Report report)
    {
        TrainingData data = FashionSet.Load(options, report);
        Compare("MLP 784-256-128-10", Networks.Mlp, data, 128, options, report, "1.08");
        Compare("CNN", Networks.Cnn, data, 128, options, report, "1.03");
        foreach (int batch in (int[])[32, 512, 1024])
            Compare("MLP 784-256-128-10", Networks.Mlp, data, batch, options, report, null);
        foreach (int batch in (int[])[32, 1024])
            Compare("CNN", Networks.Cnn, data, batch, options, report, null);
    }

    private static void Compare(string name, Func<nn.Module<Tensor, Tensor>> make, TrainingData data, int batch, BenchmarkOptions options, Report report, string? aim)
    {
        using var subject = new Subject(make, data, batch, options);
        using var floor = new Floor(make(), data, subject.Plan, options, subject.Threads);
        TurnsResult result = Turns.Run(options.Rounds, () => subject.Train(floor.Batches), floor.Run);
        report.Row($"epoch ÷ forward and backward, {name}, batch {batch}, {subject.Threads} threads (a step)", result, floor.Batches, aim);
    }
}
