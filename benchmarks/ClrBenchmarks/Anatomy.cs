using ClrEngine.Torch.Losses;
using ClrEngine.Torch.Native;
using ClrEngine.Torch.Optimizers;
using static TorchSharp.torch;

namespace ClrBenchmarks;

/// <summary>Where the time of a step goes: the parts of <see cref="TorchLearner.Step"/>, one after the other, each timed. On CUDA the parts are only queued.</summary>
internal static class Anatomy
{
    private static readonly string[] Parts = ["gather", "forward", "loss", "backward", "loss and hits kept", "free the step's tensors", "update", "free the gradients"];

    public static void Run(BenchmarkOptions options, Report report)
    {
        TrainingData data = FashionSet.Load(options, report);
        Measure(Network.Mlp, data, options, report);
        Measure(Network.Cnn, data, options, report);
    }

    private static void Measure(Network network, TrainingData data, BenchmarkOptions options, Report report)
    {
        const int batchSize = 128;
        Device device = TorchDevices.Resolve(options.Device);
        using nn.Module<Tensor, Tensor> model = network.Make();
        model.to(device);
        int threads = options.Threads ?? OperationThreads.For(model, data.Shape, batchSize);
        using OperationThreads.Section section = OperationThreads.Enter(threads);
        (SampleSet set, SampleSet held) = SampleSet.Open(data, null, device, null);
        using SampleSet train = set, validation = held;
        ChannelsLast layout = ChannelsLast.For(model, data.Shape, OneDnn.UseFor(model, device));
        using var loss = new CrossEntropy();
        using var tape = new StepTape(loss, device);
        using var optimizer = new FusedOptimizer(model.named_parameters(), new OptimizerOptions());
        var plan = new BatchPlan(data.Train.Count, batchSize, 0);
        var schedule = new CyclicSchedule(0.001, 0.01, 500);
        long warmUp = plan.StepsPerEpoch;
        var ticks = new long[Parts.Length];
        for (long step = 0; step < (options.Rounds + 1) * plan.StepsPerEpoch; step++)
        {
            if (step == warmUp)
                Array.Clear(ticks);
            Batch batch = plan.At(step);
            long last = Stopwatch.GetTimestamp();
            tape.Begin();
            using (var scope = NewDisposeScope())
            {
                (Tensor features, Tensor targets) = set.Gather(batch.Order, batch.Start, batch.Count);
                Lap(0, ref last, ticks);
                Tensor output = model.forward(layout.Lay(features) ?? features);
                Lap(1, ref last, ticks);
                Tensor mean = loss.Mean(output, targets);
                Lap(2, ref last, ticks);
                mean.backward();
                Lap(3, ref last, ticks);
                tape.Add(mean, output, targets);
                Lap(4, ref last, ticks);
            }
            Lap(5, ref last, ticks);
            optimizer.Step(schedule.At(step));
            Lap(6, ref last, ticks);
            optimizer.ZeroGrad();
            Lap(7, ref last, ticks);
        }
        double steps = (double)options.Rounds * plan.StepsPerEpoch;
        for (int i = 0; i < Parts.Length; i++)
            report.Row($"a step of {network.Name}, batch {batchSize}, {threads} threads: {Parts[i]}", ticks[i] / steps / Stopwatch.Frequency * 1e6, "µs");
    }

    private static void Lap(int part, ref long last, long[] ticks)
    {
        long now = Stopwatch.GetTimestamp();
        ticks[part] += now - last;
        last = now;
    }
}
