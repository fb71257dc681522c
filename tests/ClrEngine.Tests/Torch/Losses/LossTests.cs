using ClrEngine.Torch.Losses;
using ClrEngine.Torch.Native;
using TorchSharp;
using static TorchSharp.torch;

namespace ClrEngine.Tests.Torch.Losses;

[Collection(nameof(TorchRandomState))]
public sealed class LossTests : IDisposable
{
    private readonly DisposeScope _scope;

    public LossTests()
    {
        TorchLibrary.EnsureLoaded();
        _scope = NewDisposeScope();
        manual_seed(4);
    }

    public void Dispose() => _scope.Dispose();

    [Fact]
    public void cross_entropy_is_the_mean_of_minus_the_log_of_the_probability_of_the_class()
    {
        Tensor output = randn(5, 3);
        Tensor targets = tensor(new long[] { 0, 2, 1, 1, 0 });
        double[] losses = Enumerable.Range(0, 5).Select(i => Surprise(output, i, targets[i].item<long>())).ToArray();

        Assert.Equal(losses.Average(), new CrossEntropy().Mean(output, targets).item<float>(), 1e-5);
    }

    [Fact]
    public void class_weights_make_it_the_weighted_mean()
    {
        double[] weights = [1, 4, 0.5];
        var loss = new CrossEntropy(tensor(weights.Select(w => (float)w).ToArray()));
        Tensor output = randn(5, 3);
        long[] classes = [0, 2, 1, 1, 0];
        double expected = Enumerable.Range(0, 5).Sum(i => weights[classes[i]] * Surprise(output, i, classes[i])) / classes.Sum(c => weights[c]);

        Assert.Equal(expected, loss.Mean(output, tensor(classes)).item<float>(), 1e-5);
    }

    [Fact]
    public void label_smoothing_spreads_its_share_evenly_over_all_classes()
    {
        Tensor output = randn(1, 3);
        double spread = Enumerable.Range(0, 3).Average(c => Surprise(output, 0, c));

        double smoothed = new CrossEntropy(labelSmoothing: 0.3).Mean(output, tensor(new long[] { 2 })).item<float>();

        Assert.Equal(0.7 * Surprise(output, 0, 2) + 0.3 * spread, smoothed, 1e-5);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(0.2)]
    public void binary_cross_entropy_of_a_logit_is_cross_entropy_beside_a_logit_of_0(double smoothing)
    {
        Tensor logit = randn(6, 1);
        Tensor both = cat([zeros(6, 1), logit], 1);
        Tensor targets = tensor(new long[] { 0, 1, 1, 0, 1, 0 });
        var binary = new BinaryCrossEntropy(labelSmoothing: smoothing);
        var general = new CrossEntropy(labelSmoothing: smoothing);

        Assert.Equal(general.Mean(both, targets).item<float>(), binary.Mean(logit, targets).item<float>(), 1e-6);
        Assert.Equal(general.Hits(both, targets).item<long>(), binary.Hits(logit, targets).item<long>());
    }

    [Fact]
    public void weights_of_two_classes_mean_the_same_under_binary_cross_entropy()
    {
        float[] weights = [1, 5];
        Tensor logit = randn(6, 1);
        Tensor targets = tensor(new long[] { 0, 1, 1, 0, 1, 0 });

        float general = new CrossEntropy(tensor(weights)).Mean(cat([zeros(6, 1), logit], 1), targets).item<float>();

        Assert.Equal(general, new BinaryCrossEntropy(tensor(weights)).Mean(logit, targets).item<float>(), 1e-6);
    }

    [Fact]
    public void a_sample_with_several_labels_is_right_where_all_of_them_are()
    {
        Tensor output = tensor(new float[] { 2, -1, 3, 1, -1, 1 }).reshape(3, 2);
        Tensor targets = tensor(new float[] { 1, 0, 1, 0, 0, 1 }).reshape(3, 2);

        Assert.Equal(2, new BinaryCrossEntropy().Hits(output, targets).item<long>());
    }

    [Fact]
    public void the_squared_error_is_the_mean_over_values_and_samples()
    {
        Tensor output = tensor(new float[] { 1, 2, 3, 4 }).reshape(2, 2);
        Tensor targets = tensor(new float[] { 1, 0, 0, 4 }).reshape(2, 2);

        Assert.Equal((4 + 9) / 4f, new MeanSquaredError().Mean(output, targets).item<float>());
    }

    [Fact]
    public void the_sum_over_the_weight_is_the_mean()
    {
        Tensor classes = tensor(new long[] { 0, 1, 1, 0 }), values = rand(4, 3);
        (ILoss Loss, Tensor Output, Tensor Targets)[] losses =
        [
            (new CrossEntropy(), randn(4, 2), classes),
            (new CrossEntropy(tensor(new float[] { 1, 3 })), randn(4, 2), classes),
            (new CrossEntropy(tensor(new float[] { 1, 3 }), 0.1), randn(4, 2), classes),
            (new BinaryCrossEntropy(), randn(4, 3), values),
            (new BinaryCrossEntropy(tensor(new float[] { 1, 3 }), 0.1), randn(4, 1), classes),
            (new MeanSquaredError(), randn(4, 3), values),
        ];

        Assert.All(losses, l => Assert.Equal(
            l.Loss.Mean(l.Output, l.Targets).item<float>(),
            l.Loss.Sum(l.Output, l.Targets).item<float>() / (l.Loss.Weight(l.Targets)?.item<float>() ?? 4),
            1e-6));
    }

    [Fact]
    public void the_way_to_predictions_and_back_leaves_loss_and_hits_as_they_were()
    {
        Tensor classes = tensor(new long[] { 0, 1, 1, 0 }), values = rand(4, 3);
        (ILoss Loss, Tensor Output, Tensor Targets)[] losses =
        [
            (new CrossEntropy(tensor(new float[] { 1, 3 }), 0.1), randn(4, 2), classes),
            (new BinaryCrossEntropy(labelSmoothing: 0.1), randn(4, 3), values),
            (new BinaryCrossEntropy(tensor(new float[] { 1, 3 })), randn(4, 1), classes),
            (new MeanSquaredError(), randn(4, 3), values),
        ];

        Assert.All(losses, l =>
        {
            Tensor again = l.Loss.Outputs(l.Loss.Predictions(l.Output));
            Assert.Equal(l.Loss.Sum(l.Output, l.Targets).item<float>(), l.Loss.Sum(again, l.Targets).to(float64).item<double>(), 1e-5);
            Assert.Equal(l.Loss.Hits(l.Output, l.Targets)?.item<long>(), l.Loss.Hits(again, l.Targets)?.item<long>());
        });
    }

    private static double Surprise(Tensor output, int sample, long label) => -nn.functional.log_softmax(output, 1)[sample, label].item<float>();
}
