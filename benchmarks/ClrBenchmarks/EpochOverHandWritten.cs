using ClrEngine.Data;
using TorchSharp;
using static TorchSharp.torch;

namespace ClrBenchmarks;

/// <summary>An epoch of training ÷ an epoch of the loop that people write by hand.</summary>
internal sealed class EpochOverHandWritten : IBenchmark
{
    public void Run(BenchmarkOptions options, Report report)
    {
        TrainingData data = FashionSet.Load(options, report);
        Compare("MLP 784-256-128-10", Networks.Mlp, data, options, report, "0.55");
        Compare("CNN", Networks.Cnn, data, options, report, null);
    }

    private static void Compare(string name, Func<nn.Module<Tensor, Tensor>> make, TrainingData data, BenchmarkOptions options, Report report, string? aim)
    {
        using var subject = new Subject(make, data, 128, options);
        using var byHand = new HandWritten(make(), data, 128, options);
        TurnsResult result = Turns.Run(options.Rounds, () => subject.Train(subject.Plan.StepsPerEpoch), byHand.Run);
        report.Row($"epoch ÷ hand-written loop, {name}, batch 128, {subject.Threads} threads (an epoch)", result, 1, aim);
    }
}
