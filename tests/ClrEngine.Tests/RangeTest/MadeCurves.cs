namespace ClrEngine.Tests.RangeTest;

/// <summary>A range test over a curve that is known, and the curve.</summary>
internal sealed record MadeCurve(Func<double, double> Known, LrRangeTestResult Test);

/// <summary>
/// Kinds of range tests as they go wrong in practice, each over a curve drawn from a seed: a plateau, a fall, and a rise from the lowest value on, all over some
/// decades.
/// </summary>
internal static class MadeCurves
{
    public const int Seeds = 20;

    private const int Usual = 100;

    public static IReadOnlyDictionary<string, Func<int, MadeCurve>> Kinds { get; } = new Dictionary<string, Func<int, MadeCurve>>
    {
        ["as it should be"] = seed => Of(seed),
        ["hardly any noise"] = seed => Of(seed, noise: 0.001),
        ["much noise"] = seed => Of(seed, noise: 0.15),
        ["noise that grows with the rate"] = seed => Of(seed, change: (at, loss, random) => loss + Curves.Normal(random) * 0.1 * at / Usual),
        ["a low loss at the first step"] = seed => Of(seed, change: (at, loss, _) => at == 0 ? 0.01 : loss),
        ["a low loss early"] = seed => Of(seed, change: (at, loss, _) => at == 1 + seed % 8 ? 0.01 : loss),
        ["a high loss at the first step"] = seed => Of(seed, change: (at, loss, _) => at == 0 ? 40 : loss),
        ["a high loss early"] = seed => Of(seed, change: (at, loss, _) => at == 1 + seed % 8 ? 9 : loss),
        ["a loss of a million early"] = seed => Of(seed, change: (at, loss, _) => at == seed % 8 ? 1e6 : loss),
        ["three low losses in a row"] = seed => Of(seed, change: (at, loss, _) => at - 2 * seed is >= 0 and < 3 ? 0.02 : loss),
        // A high one past the plateau is taken for the edge, as it is often enough.
        ["one loss in twenty far off"] = seed => Of(seed, change: (at, loss, random) => random.Next(20) > 0 ? loss : random.Next(2) == 0 ? loss * 0.1 : at < 0.4 * Usual ? loss * 4 : loss),
        ["heavy tails"] = seed => Of(seed, change: (_, loss, random) => loss + 0.01 * Math.Clamp(Curves.Normal(random) / Curves.Normal(random), -50, 50)),
        ["the first losses on their way down"] = seed => Of(seed, change: (at, loss, _) => loss + 3 * Math.Exp(-at / 2.0)),
        ["linear over a decade"] = seed => Of(seed, sweep: SweepKind.Linear, from: 0.3, to: 3),
        ["linear over a decade past the middle"] = seed => Of(seed, sweep: SweepKind.Linear, from: 3, to: 30),
        ["linear over two decades"] = seed => Of(seed, sweep: SweepKind.Linear, from: 0.1, to: 10),
        ["linear over three decades"] = seed => Of(seed, sweep: SweepKind.Linear, from: 0.03, to: 30),
        ["linear over three decades, low"] = seed => Of(seed, sweep: SweepKind.Linear, from: 0.003, to: 3),
        ["linear over three decades, high"] = seed => Of(seed, sweep: SweepKind.Linear, from: 0.3, to: 300),
        ["linear over five decades"] = seed => Of(seed, sweep: SweepKind.Linear, from: 1e-4, to: 10),
        ["linear over six decades"] = seed => Of(seed, sweep: SweepKind.Linear, from: 1e-4, to: 100),
        ["over a decade"] = seed => Of(seed, from: 0.3, to: 3),
        ["over a decade past the middle"] = seed => Of(seed, from: 3, to: 30),
        ["over two decades"] = seed => Of(seed, from: 0.1, to: 10),
        ["over two decades, high"] = seed => Of(seed, from: 0.3, to: 40),
        ["over three decades"] = seed => Of(seed, from: 0.03, to: 100),
        ["begun a decade before the middle"] = seed => Of(seed, from: 0.1),
        ["begun in the middle"] = seed => Of(seed, from: 1),
        ["begun past the middle"] = seed => Of(seed, from: 5),
        ["ended in the middle"] = seed => Of(seed, to: 1.5),
        ["ended before the lowest"] = seed => Of(seed, to: 6),
        ["stopped by hand past the middle"] = seed => Ended(Of(seed, to: 2), RangeTestStopReason.Cancelled),
        ["12 steps"] = seed => Of(seed, steps: 12),
        ["16 steps"] = seed => Of(seed, steps: 16),
        ["20 steps"] = seed => Of(seed, steps: 20),
        ["30 steps"] = seed => Of(seed, steps: 30),
        ["500 steps"] = seed => Of(seed, steps: 500),
        ["no number right after the lowest"] = seed => Ended(Of(seed, edge: double.NaN), RangeTestStopReason.NonFiniteLoss),
        ["a runaway right after the lowest"] = seed => Of(seed, edge: 1e5),
        ["a fall in two parts"] = seed => Of(seed, part: 0.4),
        ["a flat bottom of decades"] = seed => Of(seed, bottom: 1.5),
        ["a small fall from a high level"] = seed => Of(seed, level: 100),
    };

    // The rate of the fall's middle, to which the ends of a sweep are relative.
    private static double Middle(int seed) => Math.Pow(10, -3.5 + 2 * new Random(seed).NextDouble());

    private static MadeCurve Ended(MadeCurve made, RangeTestStopReason how) => made with { Test = made.Test with { StopReason = how } };

    private static MadeCurve Of(
        int seed, double noise = 0.02, Func<int, double, Random, double>? change = null, SweepKind sweep = SweepKind.Exponential, double? from = null, double? to = null,
        int steps = Usual, double edge = 0, double part = 0, double bottom = 0, double level = 0)
    {
        var random = new Random(1000 + seed);
        double middle = Middle(seed), steepness = 1 + random.NextDouble(), depth = 0.6 + 0.35 * random.NextDouble(), lowest = middle * Math.Pow(10, 1 + 0.5 * random.NextDouble() + bottom), height = 2 + random.NextDouble();
        double Known(double lr)
        {
            double fall = (1 - part) / (1 + Math.Pow(middle / lr, steepness)) + part / (1 + Math.Pow(middle / 30 / lr, steepness)), past = Math.Log10(lr / lowest);
            return level + height * (1 - depth * fall) + (past > 0 ? height * past * past + edge : -0.01 * past);
        }
        var options = new LrRangeTestOptions { StartLr = from * middle ?? 1e-7, EndLr = to * middle ?? 10, Iterations = steps, Sweep = sweep };
        int step = 0;
        double Measured(double lr)
        {
            double loss = Known(lr) + noise * Curves.Normal(random);
            return change?.Invoke(step++, loss, random) ?? loss;
        }
        return new MadeCurve(Known, Curves.Test(Measured, options));
    }
}
