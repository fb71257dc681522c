using ClrEngine.RangeTest;

namespace ClrBenchmarks;

/// <summary>How the cost grows with the data, the model and the steps.</summary>
internal static class Growth
{
    private const int Batch = 128;

    public static void Run(BenchmarkOptions options, Report report)
    {
        Data(options, report);
        Model(options, report);
        Steps(options, report);
    }

    private static void Data(BenchmarkOptions options, Report report)
    {
        using var small = new Subject(Network.Mlp.Make, FashionSet.Made(6_016, 128, [1, 28, 28]), Batch, options);
        using var large = new Subject(Network.Mlp.Make, FashionSet.Made(60_160, 128, [1, 28, 28]), Batch, options);
        TurnsResult result = Turns.Run(options.Rounds, () => large.Train(large.Plan.StepsPerEpoch), () => small.Train(small.Plan.StepsPerEpoch));
        report.Row("epoch over 10 × the data ÷ an epoch, MLP, batch 128", result, 1, 10.3);
    }

    private static void Model(BenchmarkOptions options, Report report)
    {
        TrainingData data = FashionSet.Made(12_800, 128, [1, 28, 28]);
        using var small = new Subject(() => Network.Perceptron(784, 256, 128), data, Batch, options);
        using var large = new Subject(() => Network.Perceptron(784, 1504, 768), data, Batch, options);
        TurnsResult result = Turns.Run(options.Rounds, () => large.Train(50), () => small.Train(50));
        report.Row($"steps of a model of 10 × the weights ÷ steps, MLP, batch 128, {large.Threads} and {small.Threads} threads", result, 50);
    }

    private static void Steps(BenchmarkOptions options, Report report)
    {
        TrainingData data = FashionSet.Made(12_800, 128, [1, 28, 28]);
        using var subject = new Subject(Network.Mlp.Make, data, Batch, options);
        TurnsResult result = Turns.Run(options.Rounds, () => subject.Train(1000), () => subject.Train(100));
        report.Row("10 × the steps ÷ steps, MLP, batch 128", result, 1);
    }
}

/// <summary>A range test ÷ as many training steps: what it costs to borrow a model, to watch it, and to give it back.</summary>
internal static class RangeTestOverSteps
{
    private const int Iterations = 100;

    public static void Run(BenchmarkOptions options, Report report)
    {
        TrainingData data = FashionSet.Load(options, report);
        Compare(Network.Mlp, data, options, report);
        Compare(Network.Cnn, data, options, report);
    }

    private static void Compare(Network network, TrainingData data, BenchmarkOptions options, Report report)
    {
        using var subject = new Subject(network.Make, data, 128, options);
        // The same work on both sides: the sweep is not stopped, and stays where losses are finite.
        var test = new LrRangeTestOptions { Iterations = Iterations, EndLr = 0.1, DivergenceFactor = 0 };
        TurnsResult result = Turns.Run(
            3 * options.Rounds,
            () => _ = new LrRangeTest(subject.Learner, subject.Plan, test).Run().Count(),
            () => subject.Train(Iterations));
        report.Row($"range test of {Iterations} iterations ÷ {Iterations} steps, {network.Name}, batch 128, {subject.Threads} threads", result, 1, 1.10);
    }
}

/// <summary>Resident memory over many steps of a tiny model, and what a step allocates in .NET.</summary>
internal static class MemoryOverSteps
{
    private const int WarmUp = 20_000;
    private const int Measured = 1_000;

    public static void Run(BenchmarkOptions options, Report report)
    {
        TrainingData data = FashionSet.Made(1_024, 64, [1, 2, 2]);
        using var subject = new Subject(() => Network.Perceptron(4, 8), data, 16, options);
        subject.Train(WarmUp);
        long allocated = GC.GetAllocatedBytesForCurrentThread();
        subject.Train(Measured);
        allocated = GC.GetAllocatedBytesForCurrentThread() - allocated;
        report.Row("managed bytes of a step, tiny MLP", (double)allocated / Measured, "B");
        Collect();
        long before = Resident();
        long start = Stopwatch.GetTimestamp();
        for (int done = 0; done < options.Steps; done += WarmUp)
            subject.Train(Math.Min(WarmUp, options.Steps - done));
        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        report.Row($"growth of resident memory over {options.Steps:N0} steps, tiny MLP, {options.Steps / seconds:N0} steps a second", Growth(before), "MiB", 10);
        Collect();
        report.Row("the same once the collector has run", Growth(before), "MiB");
    }

    private static double Growth(long before) => (Resident() - before) / 1048576.0;

    private static void Collect()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
    }

    private static long Resident()
    {
        using var process = Process.GetCurrentProcess();
        return process.WorkingSet64;
    }
}
