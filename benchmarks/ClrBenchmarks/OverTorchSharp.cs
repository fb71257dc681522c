using ClrEngine.Torch.Optimizers;
using static TorchSharp.torch;
using OptimizerOptions = ClrEngine.Torch.Optimizers.OptimizerOptions;
using Parameter = TorchSharp.Modules.Parameter;

namespace ClrBenchmarks;

/// <summary>One update ÷ TorchSharp's, gradients being there.</summary>
internal static class OptimizerOverTorchSharp
{
    private const int Updates = 100;

    private static readonly (string Name, long[][] Shapes, double? Aim)[] Sets =
    [
        ("42 tensors of 64 × 64 and 64", Pairs(21, 64), 0.15),
        ("6 tensors of 784-256-128-10", [[256, 784], [256], [128, 256], [128], [10, 128], [10]], null),
        ("200 tensors of 32 × 32 and 32", Pairs(100, 32), null),
    ];

    public static void Run(BenchmarkOptions options, Report report)
    {
        foreach (int threads in options.Threads is { } chosen ? [chosen] : (int[])[1, Environment.ProcessorCount])
        {
            foreach ((string name, long[][] shapes, double? aim) in Sets)
            {
                using OperationThreads.Section section = OperationThreads.Enter(threads);
                foreach (OptimizerKind kind in Enum.GetValues<OptimizerKind>())
                    Compare(kind, name, shapes, threads, options, report, aim);
            }
        }
    }

    private static void Compare(OptimizerKind kind, string name, long[][] shapes, int threads, BenchmarkOptions options, Report report, double? aim)
    {
        using var scope = NewDisposeScope();
        Parameter[] ours = Parameters(shapes, options);
        Parameter[] theirs = Parameters(shapes, options);
        using var fused = new FusedOptimizer(ours.Select((p, i) => ($"p{i}", p)), new OptimizerOptions { Kind = kind, WeightDecay = 1e-4 });
        using optim.Optimizer managed = Theirs(kind, theirs);
        TurnsResult result = Turns.Run(
            5 * options.Rounds,
            () => Repeat(() => fused.Step(new SchedulePoint(0, 1e-4)), ours[0]),
            () => Repeat(() => managed.step(), theirs[0]));
        report.Row($"{kind} update ÷ TorchSharp's, {name}, {threads} threads", result, Updates, aim);
    }

    private static void Repeat(Action update, Parameter read)
    {
        using var noGrad = no_grad();
        for (int i = 0; i < Updates; i++)
            update();
        // Waits for the device.
        using Tensor one = read.flatten()[0];
        _ = one.item<float>();
    }

    private static Parameter[] Parameters(long[][] shapes, BenchmarkOptions options)
    {
        Device device = TorchDevices.Resolve(options.Device);
        return shapes.Select(shape => new Parameter(randn(shape, device: device)) { grad = randn(shape, device: device) * 1e-3 }).ToArray();
    }

    private static optim.Optimizer Theirs(OptimizerKind kind, Parameter[] parameters) => kind switch
    {
        OptimizerKind.Sgd => optim.SGD(parameters, 1e-4, momentum: 0.9, weight_decay: 1e-4),
        OptimizerKind.Adam => optim.Adam(parameters, 1e-4, weight_decay: 1e-4),
        OptimizerKind.AdamW => optim.AdamW(parameters, 1e-4, weight_decay: 1e-4),
        _ => optim.RMSProp(parameters, 1e-4, weight_decay: 1e-4),
    };

    private static long[][] Pairs(int count, long width) =>
        Enumerable.Range(0, count).SelectMany(_ => new long[][] { [width, width], [width] }).ToArray();
}

/// <summary>Points of a cyclic schedule ÷ TorchSharp's CyclicLR.</summary>
internal static class ScheduleOverTorchSharp
{
    private const int Points = 1_000_000;
    private const int TheirPoints = 10_000;

    public static void Run(BenchmarkOptions options, Report report)
    {
        using var parameter = new Parameter(zeros(1));
        using optim.Optimizer optimizer = optim.SGD([parameter], 0.001, momentum: 0.9);
        optim.lr_scheduler.LRScheduler theirs = optim.lr_scheduler.CyclicLR(optimizer, 0.001, 0.01, 2000, cycle_momentum: false);
        foreach (CyclicMode mode in (CyclicMode[])[CyclicMode.Triangular, CyclicMode.Triangular2, CyclicMode.ExpRange])
        {
            ILrSchedule schedule = new CyclicSchedule(0.001, 0.01, 2000, mode: mode, gamma: mode == CyclicMode.ExpRange ? 0.99994 : 1);
            TurnsResult result = Turns.Run(options.Rounds, () => Each(schedule), () => Step(theirs));
            report.Row($"{mode}: a point ÷ a step of TorchSharp's CyclicLR", PerPoint(result, Points, TheirPoints), 1);
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
