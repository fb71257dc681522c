using ClrEngine.Data;
using ClrEngine.Errors;
using ClrEngine.Tests.Torch.Learning;
using ClrEngine.Torch;
using ClrEngine.Torch.Learning;
using ClrEngine.Torch.Losses;
using TorchSharp;
using static TorchSharp.torch;

namespace ClrEngine.Tests.Torch.Losses;

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
