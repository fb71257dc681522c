namespace ClrBenchmarks;

/// <summary>The benchmarks by name.</summary>
internal static class BenchmarkCatalog
{
    private static readonly (string Name, Func<IBenchmark> Make)[] All =
    [
        ("floor", () => new EpochOverFloor()),
        ("anatomy", () => new Anatomy()),
        ("handwritten", () => new EpochOverHandWritten()),
        ("rangetest", () => new RangeTestOverSteps()),
        ("optimizer", () => new OptimizerOverTorchSharp()),
        ("schedule", () => new ScheduleOverTorchSharp()),
        ("growth", () => new Growth()),
        ("startup", () => new StartUp()),
        ("memory", () => new MemoryOverSteps()),
    ];

    public static IReadOnlyList<string> Names => All.Select(b => b.Name).ToArray();

    public static IEnumerable<IBenchmark> Chosen(BenchmarkOptions options) =>
        All.Where(b => options.Names.Count == 0 || options.Names.Contains(b.Name)).Select(b => b.Make());
}
