using System.Reflection;
using Xunit.Sdk;
using Xunit.v3;

namespace ClrEngine.Tests.RangeTest;

/// <summary>Range tests made of a formula instead of a training run.</summary>
internal static class Curves
{
    /// <summary>Falls fastest at 1e-3, is lowest at 1e-1, rises beyond.</summary>
    public static double Typical(double lr) =>
        2.3 - 2 / (1 + Math.Pow(1e-3 / lr, 2)) + 0.2 * Math.Pow(Math.Max(0, Math.Log10(lr / 0.1)), 2) - 0.02 * Math.Min(0, Math.Log10(lr / 0.1));

    /// <summary>The curve with normal noise of a given deviation on each point.</summary>
    public static Func<double, double> Noisy(Func<double, double> curve, double deviation, int seed)
    {
        var random = new Random(seed);
        return lr => curve(lr) + deviation * Normal(random);
    }

    /// <summary>A draw from the standard normal distribution.</summary>
    public static double Normal(Random random) => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());

    /// <summary>A whole sweep over a curve, with the running average that a real test has.</summary>
    public static LrRangeTestResult Test(Func<double, double> loss, int iterations = 100, double startLr = 1e-7, double endLr = 10) =>
        Test(loss, new LrRangeTestOptions { StartLr = startLr, EndLr = endLr, Iterations = iterations });

    /// <summary>A whole sweep over a curve by options.</summary>
    public static LrRangeTestResult Test(Func<double, double> loss, LrRangeTestOptions options)
    {
        var smoother = new LossSmoother(options.SmoothFactor);
        return new LrRangeTestResult
        {
            Points = [.. options.ToSchedule().Points(options.Iterations).Select(p => (At: p, Loss: loss(p.LearningRate))).Select(x => new LrRangeTestPoint(x.At.Step, x.At.LearningRate, x.Loss, smoother.Add(x.Loss)))],
            StopReason = RangeTestStopReason.Completed,
            Options = options,
        };
    }

    public static LrBounds Bounds(LrRangeTestResult test, SuggestionMethod method) =>
        Assert.IsType<LrBounds>(LrBoundsSuggester.Suggest(test, method));

    public static NoSuggestion None(LrRangeTestResult test, SuggestionMethod method) =>
        Assert.IsType<NoSuggestion>(LrBoundsSuggester.Suggest(test, method));
}

/// <summary>Runs a theory once for each rule.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class EachMethodAttribute : DataAttribute
{
    public override ValueTask<IReadOnlyCollection<ITheoryDataRow>> GetData(MethodInfo testMethod, DisposalTracker disposalTracker) =>
        new([.. Enum.GetValues<SuggestionMethod>().Select(m => new TheoryDataRow<SuggestionMethod>(m))]);

    public override bool SupportsDiscoveryEnumeration() => true;
}
