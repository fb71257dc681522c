using System.Diagnostics;
using ClrEngine.Data;

namespace ClrBenchmarks;

/// <summary>Resident memory over many steps of a tiny model, and what a step allocates in .NET.</summary>
internal sealed class MemoryOverSteps : IBenchmark
{
    private const int WarmUp = 20_000;
    private const int Measured = 1_000;

    public void Run(BenchmarkOptions options, Report report)
    {
        TrainingData data = FashionSet.Made(1_024, 64, [1, 2, 2]);
        using var subject = new Subject(() => Networks.MlpOf(4, 8), data, 16, options);
        subject.Train(WarmUp);
        long allocated = GC.GetAllocatedBytesForCurrentThread();
        subject.Train(Measured);
        allocated = GC.GetAllocatedBytesForCurrentThread() - allocated;
        report.Row("managed bytes of a step, tiny MLP", $"{(double)allocated / Measured:N0} B");
        Collect();
        long before = Resident();
        long start = Stopwatch.GetTimestamp();
        for (int done = 0; done < options.Steps; done += WarmUp)
            subject.Train(Math.Min(WarmUp, options.Steps - done));
        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        report.Row($"growth of resident memory over {options.Steps:N0} steps, tiny MLP, {options.Steps / seconds:N0} steps a second", Growth(before), "10 MiB");
        Collect();
        report.Row("the same once the collector has run", Growth(before));
    }

    private static string Growth(long before) => $"{(Resident() - before) / 1048576.0:N1} MiB";

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
