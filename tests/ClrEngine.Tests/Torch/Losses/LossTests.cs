using ClrEngine.Torch.Losses;
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

    // What torch 1.13 gives in double precision by the formula of the paper.
    [Theory]
    [InlineData(0.5, 1.089222489713438, 1.638078277024789)]
    [InlineData(2, 0.9038546244320402, 1.387087475221357)]
    public void the_focal_loss_is_that_of_its_formula_in_python(double gamma, double expected, double weighted)
    {
        Tensor output = tensor(new double[] { 2, -1, 0.5, 0.1, 0.2, -0.3, -1.5, 3, 0, 4, 0, 1 }).reshape(4, 3);
        Tensor targets = tensor(new long[] { 0, 2, 1, 2 });

        Assert.Equal(expected, new Focal(gamma).Mean(output, targets).item<double>(), 1e-12);
        Assert.Equal(weighted, new Focal(gamma, tensor(new double[] { 1, 2, 5 })).Mean(output, targets).item<double>(), 1e-12);
    }

    [Fact]
    public void the_focal_loss_without_gamma_is_cross_entropy_and_learns_on_from_certainty()
    {
        Tensor output = tensor(new float[] { 200, 0, 0, 1 }).reshape(2, 2).requires_grad_();
        Tensor targets = tensor(new long[] { 0, 0 });
        Assert.Equal(new CrossEntropy().Mean(output, targets).item<float>(), new Focal(0).Mean(output, targets).item<float>(), 1e-6);
        new Focal(0.5).Mean(output, targets).backward();
        Assert.True(output.grad!.isfinite().all().item<bool>());
    }

    [Theory]
    [InlineData(LossKind.Huber, 0.5, 1.2325)]
    [InlineData(LossKind.Huber, 1, 2.295)]
    [InlineData(LossKind.Huber, 3, 5.378333333333333)]
    [InlineData(LossKind.Quantile, 0.1, 1.9366666666666668)]
    [InlineData(LossKind.Quantile, 0.5, 1.35)]
    [InlineData(LossKind.Quantile, 0.9, 0.7633333333333333)]
    public void losses_of_errors_are_those_of_python(LossKind kind, double shape, double expected)
    {
        Tensor output = tensor(new double[] { 0.5, -2, 3, 1, -0.2, 10 }).reshape(3, 2);
        Tensor targets = tensor(new double[] { 0, 1, 3.5, -1, 0, 0 }).reshape(3, 2);

        Assert.Equal(expected, Loss.Create(kind, shape, null, CPU).Mean(output, targets).item<double>(), 1e-12);
    }

    [Fact]
    public void options_that_have_no_effect_on_the_loss_are_refused()
    {
        var values = new ValueTargets([1, 2, 3], 1);
        var classes = new ClassTargets([0, 1], ["a", "b"]);
        var own = new LossFunction(static (output, _) => output.mean(), "mean");
        Assert.Equal("HuberDelta", Refused(new() { Kind = LossKind.Quantile, HuberDelta = 1 }, values));
        Assert.Equal("FocalGamma", Refused(new() { FocalGamma = 2 }, classes));
        Assert.Equal("Quantile", Refused(new() { Kind = LossKind.Quantile, Quantile = 1 }, values));
        Assert.Equal("LabelSmoothing", Refused(new() { Kind = LossKind.Focal, LabelSmoothing = 0.1 }, classes));
        Assert.Equal("Loss", Refused(new() { Kind = LossKind.Huber }, classes));
        Assert.Equal("Loss", Refused(new() { Kind = LossKind.Focal }, values));
        Assert.Equal("LossFunction", Refused(new() { Function = own, LabelSmoothing = 0.1 }, classes));

        static string Refused(LossOptions options, Targets targets) => Assert.Throws<InvalidParameterException>(() => options.KindFor(targets)).ParamName!;
    }

    [Fact]
    public void the_sum_over_the_weight_is_the_mean()
    {
        Tensor classes = tensor(new long[] { 0, 1, 1, 0 }), values = rand(4, 3);
        (Loss Loss, Tensor Output, Tensor Targets)[] losses =
        [
            (new CrossEntropy(), randn(4, 2), classes),
            (new CrossEntropy(tensor(new float[] { 1, 3 })), randn(4, 2), classes),
            (new CrossEntropy(tensor(new float[] { 1, 3 }), 0.1), randn(4, 2), classes),
            (new BinaryCrossEntropy(), randn(4, 3), values),
            (new BinaryCrossEntropy(tensor(new float[] { 1, 3 }), 0.1), randn(4, 1), classes),
            (new MeanSquaredError(), randn(4, 3), values),
            (new Focal(2), randn(4, 2), classes),
            (new Focal(2, tensor(new float[] { 1, 3 })), randn(4, 2), classes),
            (new Huber(0.5), randn(4, 3), values),
            (new Pinball(0.2), randn(4, 3), values),
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
        (Loss Loss, Tensor Output, Tensor Targets)[] losses =
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

public sealed class LossOptionsTests
{
    private static readonly ClassTargets Three = new([0, 1, 2], ["a", "b", "c"]);
    private static readonly ClassTargets Two = new([0, 1], ["no", "yes"]);
    private static readonly ValueTargets Values = new([0.5f, 3, -1, 0], 2);
    private static readonly ValueTargets Shares = new([0, 1, 1, 0.5f], 2);

    [Fact]
    public void classes_get_cross_entropy_with_an_output_for_each() => Fits(new(), Three, LossKind.CrossEntropy, 3);

    [Fact]
    public void values_get_the_squared_error_with_an_output_for_each() => Fits(new(), Values, LossKind.MeanSquaredError, 2);

    [Fact]
    public void two_classes_need_one_output_under_binary_cross_entropy() =>
        Fits(new() { Kind = LossKind.BinaryCrossEntropy }, Two, LossKind.BinaryCrossEntropy, 1);

    [Fact]
    public void values_from_0_to_1_need_an_output_for_each_under_binary_cross_entropy() =>
        Fits(new() { Kind = LossKind.BinaryCrossEntropy }, Shares, LossKind.BinaryCrossEntropy, 2);

    [Fact]
    public void a_loss_that_does_not_fit_the_targets_is_refused_and_one_that_fits_is_named()
    {
        (LossKind Kind, Targets Targets, LossKind Fitting)[] cases =
        [
            (LossKind.CrossEntropy, Values, LossKind.MeanSquaredError),
            (LossKind.MeanSquaredError, Three, LossKind.CrossEntropy),
            (LossKind.BinaryCrossEntropy, Three, LossKind.CrossEntropy),
            (LossKind.BinaryCrossEntropy, Values, LossKind.MeanSquaredError),
        ];

        Assert.All(cases, c =>
        {
            var error = Assert.Throws<InvalidParameterException>(() => new LossOptions { Kind = c.Kind }.KindFor(c.Targets));
            Assert.Equal("LossNotForData", error.ErrorId);
            Assert.EndsWith($"use -Loss {c.Fitting}.", error.Message, StringComparison.Ordinal);
            Assert.Equal(c.Fitting, new LossOptions { Kind = c.Fitting }.KindFor(c.Targets));
        });
    }

    [Fact]
    public void smoothing_and_class_weights_are_refused_where_values_are_learnt()
    {
        Assert.Equal("InvalidLabelSmoothing", Assert.Throws<InvalidParameterException>(() => new LossOptions { LabelSmoothing = 0.1 }.KindFor(Values)).ErrorId);
        Assert.Equal("InvalidClassWeight", Assert.Throws<InvalidParameterException>(() => new LossOptions { ClassWeights = ClassWeights.Balanced }.KindFor(Values)).ErrorId);
    }

    [Theory]
    [InlineData(-0.1)]
    [InlineData(1)]
    [InlineData(double.NaN)]
    public void smoothing_outside_its_range_is_refused(double smoothing) =>
        Assert.Equal("InvalidLabelSmoothing", Assert.Throws<InvalidParameterException>(() => new LossOptions { LabelSmoothing = smoothing }.KindFor(Three)).ErrorId);

    private static void Fits(LossOptions options, Targets targets, LossKind kind, int outputs)
    {
        Assert.Equal(kind, options.KindFor(targets));
        Assert.Equal(outputs, options.OutputsFor(targets));
    }
}

public sealed class ClassWeightsTests
{
    private static readonly ClassTargets Targets = new([0, 0, 0, 2], ["common", "absent", "rare"]);

    [Fact]
    public void balanced_weights_are_samples_over_classes_times_the_samples_of_the_class() =>
        Assert.Equal([4 / (2 * 3.0), 1, 4 / (2 * 1.0)], ClassWeights.Balanced.For(Targets)); // as scikit-learn's, over the classes that occur

    [Fact]
    public void under_balanced_weights_each_class_weighs_as_much_as_every_other()
    {
        double[] weights = ClassWeights.Balanced.For(Targets);

        Assert.Equal(weights[0] * 3, weights[2] * 1, 12);
    }

    [Fact]
    public void numbers_are_taken_in_the_order_of_the_classes() => Assert.Equal([1, 2, 3], ClassWeights.From([1, 2, 3]).For(Targets));

    [Fact]
    public void classes_that_are_not_named_weigh_1() => Assert.Equal([1, 1, 5], ClassWeights.From(new Dictionary<string, double> { ["rare"] = 5 }).For(Targets));

    [Fact]
    public void a_name_that_is_no_class_is_refused_with_the_names_that_are()
    {
        var error = Assert.Throws<InvalidParameterException>(() => ClassWeights.From(new Dictionary<string, double> { ["rrare"] = 5 }).For(Targets));

        Assert.Contains("common, absent, rare", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void another_count_of_numbers_than_classes_is_refused() =>
        Assert.Equal("InvalidClassWeight", Assert.Throws<InvalidParameterException>(() => ClassWeights.From([1, 2]).For(Targets)).ErrorId);

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void a_weight_that_is_not_a_number_above_0_is_refused(double weight) =>
        Assert.Equal("InvalidClassWeight", Assert.Throws<InvalidParameterException>(() => ClassWeights.From([1, weight])).ErrorId);
}

/// <summary>A batch in parts is the batch as a whole, also where classes weigh so differently that the parts do too.</summary>
[Collection(nameof(TorchRandomState))]
public sealed class WeightedAccumulationTests
{
    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(8)]
    public void Given_weighted_classes_when_a_batch_is_split_then_losses_are_those_of_the_whole_batch(int parts)
    {
        var loss = new LossOptions { ClassWeights = ClassWeights.From([0.1, 1, 25]), LabelSmoothing = 0.05 };
        Equal(
            Learners.Run(new LearnerOptions { Loss = loss }, r => Learners.PlainModel(r)),
            Learners.Run(new LearnerOptions { Loss = loss, AccumulationSteps = parts }, r => Learners.PlainModel(r)));
    }

    [Theory]
    [InlineData(2)]
    [InlineData(5)]
    public void Given_two_weighted_classes_under_binary_cross_entropy_when_a_batch_is_split_then_losses_are_those_of_the_whole_batch(int parts)
    {
        var loss = new LossOptions { Kind = LossKind.BinaryCrossEntropy, ClassWeights = ClassWeights.Balanced };
        TrainingData data = DataCatalog.Default.Load("breast-cancer");
        Equal(
            Learners.Run(new LearnerOptions { Loss = loss }, One, data: data),
            Learners.Run(new LearnerOptions { Loss = loss, AccumulationSteps = parts }, One, data: data));

        nn.Module<Tensor, Tensor> One(TorchRandom random)
        {
            using TorchRandom.Section stream = TorchRandom.Borrow(random);
            return nn.Sequential(("hidden", nn.Linear(data.Shape[0], 8)), ("relu", nn.ReLU()), ("output", nn.Linear(8, 1)));
        }
    }

    private static void Equal(IReadOnlyList<double> whole, IReadOnlyList<double> parts) =>
        Assert.All(whole.Zip(parts), pair => Assert.InRange(Math.Abs(pair.First - pair.Second), 0, 1e-6 * Math.Max(1, Math.Abs(pair.First))));
}
