using static TorchSharp.torch;

namespace ClrEngine.Tests.Torch.Native;

[Collection(nameof(TorchRandomState))]
public sealed class OneDnnTests
{
    public OneDnnTests() => TorchLibrary.EnsureLoaded();

    [Theory]
    [InlineData("cnn:16,20,50")]
    [InlineData("cnn:24,48")]
    public void a_model_whose_channels_are_padded_learns_by_the_gradients_of_64_bits(string name)
    {
        TrainingData data = Digits.Load();
        using TorchSession session = TorchSession.Open(ModelSource.FromFunction("net", Build), data, new LearnerOptions { Device = "cpu", Threads = 1 }, 64, 1);
        using var scope = NewDisposeScope();
        nn.Module<Tensor, Tensor> narrow = _built!;
        nn.Module<Tensor, Tensor> wide = new ModelSource(name).Open([1, 8, 8], 10).to(float64);
        using (no_grad())
        {
            foreach ((Tensor to, Tensor from) in wide.parameters().Zip(narrow.parameters()))
                to.copy_(from);
        }
        var samples = new float[64 * 64];
        data.Train.Samples.Read(session.Plan.At(0).Indices.Span, samples);
        long[] labels = session.Plan.At(0).Indices.ToArray().Select(i => ((ClassTargets)data.Train.Targets).Labels[(int)i]).ToArray();
        float[][] before = narrow.parameters().Select(p => p.data<float>().ToArray()).ToArray();

        session.Learner.Step(session.Plan.At(0), new SchedulePoint(0, 1, 0));

        nn.functional.cross_entropy(wide.call(tensor(samples, [64, 1, 8, 8]).to(float64)), tensor(labels)).backward();
        foreach (((string parameter, Tensor after), (float[] was, Tensor exact)) in narrow.named_parameters().Select(p => (p.name, (Tensor)p.parameter)).Zip(before.Zip(wide.parameters().Select(p => p.grad!))))
        {
            // The update of a rate of 1 without momentum, less the weight decay, is the gradient.
            Tensor update = tensor(was).reshape(after.shape).sub(after.detach()).sub(tensor(was).reshape(after.shape).mul(1e-4));
            double error = update.to(float64).sub(exact).abs().max().item<double>() / exact.abs().max().item<double>();
            Assert.True(error < 1e-2, $"{parameter}: {error}");
        }

        nn.Module<Tensor, Tensor> Build(IReadOnlyList<long> shape, int outputs) => _built = new ModelSource(name).Open(shape, outputs);
    }

    private nn.Module<Tensor, Tensor>? _built;

    [Fact]
    public void without_onednn_convolutions_are_right()
    {
        using (OneDnn.Enter(false))
            Assert.False(OneDnn.IsOn);
        Assert.True(OneDnn.UseFor(new ModelSource("cnn").Open([1, 8, 8], 10), CPU));
        Assert.Null(OneDnn.UseFor(new ModelSource("cnn:24,40").Open([1, 8, 8], 10), new Device(DeviceType.CUDA)));
    }

    [Fact]
    public async Task a_run_beside_one_without_onednn_keeps_its_bits()
    {
        float[] alone = Weights();
        using var stop = new CancellationTokenSource();
        Task beside = Task.Run(() =>
        {
            while (!stop.IsCancellationRequested)
            {
                using OneDnn.Section section = OneDnn.Enter(false);
                Assert.False(OneDnn.IsOn);
            }
        }, TestContext.Current.CancellationToken);
        float[] together = Weights();
        stop.Cancel();
        await beside;

        Assert.Equal(alone, together);
        using (OneDnn.Enter(false))
            Assert.NotEqual(alone, Convolved());

        float[] Weights()
        {
            using OneDnn.Section section = OneDnn.Enter(true);
            return Convolved();
        }
    }

    private static float[] Convolved()
    {
        using var scope = NewDisposeScope();
        Tensor image = arange(32 * 16 * 14 * 14, float32).sin().reshape(32, 16, 14, 14), filter = arange(32 * 16 * 9, float32).cos().reshape(32, 16, 3, 3);
        return nn.functional.conv2d(image, filter).sum([0, 2, 3]).data<float>().ToArray();
    }

}

public sealed class TurnsTests
{
    [Fact]
    public async Task the_two_kinds_are_never_in_together_and_all_have_their_turn()
    {
        bool isOn = true;
        int flips = 0;
        using var turns = new Turns(on => (isOn, flips) = (on, flips + 1));
        int[] inside = new int[2], entered = new int[8];
        using var all = new Barrier(8);
        Task[] tasks = [.. Enumerable.Range(0, 8).Select(i => Task.Factory.StartNew(() =>
        {
            all.SignalAndWait(TestContext.Current.CancellationToken);
            bool wanted = i % 3 == 0;
            for (int round = 0; round < 2_000; round++)
            {
                using OneDnn.Section section = turns.Enter(wanted);
                Interlocked.Increment(ref inside[wanted ? 1 : 0]);
                Assert.Equal(wanted, isOn);
                Assert.Equal(0, Volatile.Read(ref inside[wanted ? 0 : 1]));
                using (turns.Enter(wanted))
                    Assert.Equal(wanted, isOn);
                entered[i]++;
                Interlocked.Decrement(ref inside[wanted ? 1 : 0]);
            }
        }, TestContext.Current.CancellationToken, TaskCreationOptions.LongRunning, TaskScheduler.Default))];
        await Task.WhenAll(tasks);

        Assert.All(entered, static count => Assert.Equal(2_000, count));
        Assert.True(flips > 1);
    }

    [Fact]
    public void who_is_in_and_wants_the_other_place_meanwhile_gets_it_and_goes_back()
    {
        bool isOn = true;
        using var turns = new Turns(on => isOn = on);
        using (turns.Enter(true))
        {
            using (turns.Enter(false))
            {
                Assert.False(isOn);
                using (turns.Enter(true))
                    Assert.True(isOn);
                Assert.False(isOn);
            }
            Assert.True(isOn);
        }
        using (turns.Enter(false))
            Assert.False(isOn);
    }
}
