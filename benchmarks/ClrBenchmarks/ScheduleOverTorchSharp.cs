using ClrEngine.Schedules;
using TorchSharp;
using static TorchSharp.torch;
using Parameter = TorchSharp.Modules.Parameter;

namespace ClrBenchmarks;

/// <summary>Points of a cyclic schedule ÷ TorchSharp's CyclicLR.</summary>
internal sealed class ScheduleOverTorchSharp : IBenchmark
{
    private const int Points = 1_000_000;
    private const int TheirPoints = 10_000;

    public void Run(BenchmarkOptions options, Report report)
    {
        using var parameter = new Parameter(zeros(1));
        using optim.Optimizer optimizer = optim.SGD([parameter], 0.001, momentum: 0.9);
        optim.lr_scheduler.LRScheduler theirs = optim.lr_scheduler.CyclicLR(optimizer, 0.001, 0.01, 2000, cycle_momentum: false);
        foreach (CyclicMode mode in (CyclicMode[])[CyclicMode.Triangular, CyclicMode.Triangular2, CyclicMode.ExpRange])
        {
            ILrSchedule schedule = new CyclicSchedule(0.001, 0.01, 2000, mode: mode, gamma: mode == CyclicMode.ExpRange ? 0.99994 : 1);
            TurnsResult one = Turns.Run(options.Rounds, () => Each(schedule), () => Step(theirs));
            report.Row($"{mode}: a point ÷ a step of TorchSharp's CyclicLR", PerPoint(one, Points, TheirPoints), 1);
        }
    }

    private static void Each(ILrSchedule schedule)
    {
        double sum = 0;
        for (long step = 0; step < Points; step++)
            sum += schedule.At(step).LearningRate;
        if (double.IsNaN(sum))
            throw new InvalidOperationException("A rate is not a number.");
    }

    private static void Step(optim.lr_scheduler.LRScheduler scheduler)
    {
        for (int i = 0; i < TheirPoints; i++)
            scheduler.step();
    }

    private static TurnsResult PerPoint(TurnsResult result, double first, double second)
    {
        double scale = second / first;
        return new TurnsResult(result.Ratio * scale, result.Lower * scale, result.Upper * scale, result.First / first, result.Second / second);
    }
}
