using ClrEngine.Data;
using ClrEngine.Errors;
using ClrEngine.Torch.Losses;

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
    public void numbers_are_taken_in_the_order_of_the_classes() => Assert.Equal([1, 2, 3], ClassWeights.Of([1, 2, 3]).For(Targets));

    [Fact]
    public void classes_that_are_not_named_weigh_1() => Assert.Equal([1, 1, 5], ClassWeights.Of(new Dictionary<string, double> { ["rare"] = 5 }).For(Targets));

    [Fact]
    public void a_name_that_is_no_class_is_refused_with_the_names_that_are()
    {
        var error = Assert.Throws<InvalidParameterException>(() => ClassWeights.Of(new Dictionary<string, double> { ["rrare"] = 5 }).For(Targets));

        Assert.Contains("common, absent, rare", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void another_count_of_numbers_than_classes_is_refused() =>
        Assert.Equal("InvalidClassWeight", Assert.Throws<InvalidParameterException>(() => ClassWeights.Of([1, 2]).For(Targets)).ErrorId);

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void a_weight_that_is_not_a_number_above_0_is_refused(double weight) =>
        Assert.Equal("InvalidClassWeight", Assert.Throws<InvalidParameterException>(() => ClassWeights.Of([1, weight])).ErrorId);
}
