using ClrEngine.Data;
using ClrEngine.RangeTest;
using TorchSharp;
using static TorchSharp.torch;

namespace ClrBenchmarks;

/// <summary>A range test ÷ as many training steps: what it costs to borrow a model, to watch it, and to give it back.</summary>
internal sealed class RangeTestOverSteps : IBenchmark
{
    private const int Iterations = 100;

    public void Run(BenchmarkOptions options, Report report)
    {
        TrainingData data = FashionSet.Load(options, report);
        Compare("MLP 784-256-128-10", Networks.Mlp, data, options, report);
        Compare("CNN", Networks.Cnn, data, options, report);
    }

    private static void Compare(string name, Func<nn.Module<Tensor, Tensor>> make, TrainingData data, BenchmarkOptions options, Report report)
    {
        using var subject = new Subject(make, data, 128, options);
        // The same work on both sides: the sweep is not stopped, and stays where losses are finite.
        var test = new LrRangeTestOptions { Iterations = Iterations, EndLr = 0.1, DivergenceFactor = 0 };
        TurnsResult result = Turns.Run(
            3 * options.Rounds,
            () => _ = new LrRangeTest(subject.Learner, subject.Plan, test).Run().Count(),
            () => subject.Train(Iterations));
        report.Row($"range test of {Iterations} iterations ÷ {Iterations} steps, {name}, batch 128, {subject.Threads} threads", result, 1, "1.10");
    }
}
