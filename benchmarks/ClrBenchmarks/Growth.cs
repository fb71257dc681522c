using ClrEngine.Data;

namespace ClrBenchmarks;

/// <summary>How the cost grows with the data, the model and the steps.</summary>
internal sealed class Growth : IBenchmark
{
    private const int Batch = 128;

    public void Run(BenchmarkOptions options, Report report)
    {
        Data(options, report);
        Model(options, report);
        Steps(options, report);
    }

    private static void Data(BenchmarkOptions options, Report report)
    {
        using var small = new Subject(Networks.Mlp, FashionSet.Made(6_016, 128, [1, 28, 28]), Batch, options);
        using var large = new Subject(Networks.Mlp, FashionSet.Made(60_160, 128, [1, 28, 28]), Batch, options);
        TurnsResult result = Turns.Run(options.Rounds, () => large.Train(large.Plan.StepsPerEpoch), () => small.Train(small.Plan.StepsPerEpoch));
        report.Row("epoch over 10 × the data ÷ an epoch, MLP, batch 128", result, 1, "10.3");
    }

    private static void Model(BenchmarkOptions options, Report report)
    {
        TrainingData data = FashionSet.Made(12_800, 128, [1, 28, 28]);
        using var small = new Subject(() => Networks.MlpOf(784, 256, 128), data, Batch, options);
        using var large = new Subject(() => Networks.MlpOf(784, 1504, 768), data, Batch, options);
        TurnsResult result = Turns.Run(options.Rounds, () => large.Train(50), () => small.Train(50));
        report.Row($"steps of a model of 10 × the weights ÷ steps, MLP, batch 128, {large.Threads} and {small.Threads} threads", result, 50);
    }

    private static void Steps(BenchmarkOptions options, Report report)
    {
        TrainingData data = FashionSet.Made(12_800, 128, [1, 28, 28]);
        using var subject = new Subject(Networks.Mlp, data, Batch, options);
        TurnsResult result = Turns.Run(options.Rounds, () => subject.Train(1000), () => subject.Train(100));
        report.Row("10 × the steps ÷ steps, MLP, batch 128", result, 1);
    }
}
