namespace ClrBenchmarks;

/// <summary>A measurement, or several that belong together.</summary>
internal interface IBenchmark
{
    void Run(BenchmarkOptions options, Report report);
}
