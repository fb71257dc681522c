using ClrEngine.Data;
using ClrEngine.Errors;
using ClrEngine.Torch.Losses;

namespace ClrEngine.Tests.Torch.Losses;

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
