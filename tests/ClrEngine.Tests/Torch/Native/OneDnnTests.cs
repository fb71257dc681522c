using ClrEngine.Data;
using ClrEngine.Schedules;
using ClrEngine.Torch.Learning;
using ClrEngine.Torch.Models;
using ClrEngine.Torch.Native;
using TorchSharp;
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
    public void what_is_turned_off_is_turned_on_again_when_the_last_who_asked_is_done()
    {
        using nn.Module<Tensor, Tensor> padded = new ModelSource("cnn:24,40").Open([1, 8, 8], 10);

        using (OneDnn.SuspendFor(padded, CPU))
        using (OneDnn.SuspendFor(padded, CPU))
            Assert.True(OneDnn.ComputesRightly());
    }

    [Fact]
    public void a_model_whose_channels_fill_vectors_is_left_alone()
    {
        using nn.Module<Tensor, Tensor> aligned = new ModelSource("cnn").Open([1, 8, 8], 10);

        Assert.Null(OneDnn.SuspendFor(aligned, CPU));
    }
}
