using ClrEngine.Data.Preparation;
using FsCheck;
using FsCheck.Fluent;

namespace ClrEngine.Tests.Data;

public sealed class FeatureScalingTests
{
    [Fact]
    public void Flat_features_are_scaled_by_column()
    {
        var samples = new FloatSamples(new float[] { 1, 10, 3, 30 }, [2]);
        FeatureScaling scaling = ScalingEstimator.Estimate(samples);
        Assert.Equal([2, 20], scaling.Means);
        Assert.Equal([1, 10], scaling.StandardDeviations);
        Assert.Equal([-1, -1, 1, 1], new ScaledSamples(samples, scaling).ReadAll());
    }

    [Fact]
    public void Images_are_scaled_by_channel()
    {
        var samples = new FloatSamples(new float[] { 0, 2, 0, 2, 5, 15, 5, 15 }, [2, 2, 2]);
        FeatureScaling scaling = ScalingEstimator.Estimate(samples);
        Assert.Equal([1, 10], scaling.Means);
        Assert.Equal([1, 5], scaling.StandardDeviations);
        Assert.Equal([-1, 1, -1, 1, -1, 1, -1, 1], new ScaledSamples(samples, scaling).ReadAll());
    }

    [Theory]
    [InlineData(0.1f)]
    [InlineData(-16777217f)]
    [InlineData(3e38f)]
    [InlineData(1e-45f)]
    public void A_constant_column_takes_a_deviation_of_1_and_becomes_0(float constant)
    {
        float[] values = [.. Enumerable.Repeat(constant, 997)];
        var samples = new FloatSamples(values, [1]);
        FeatureScaling scaling = ScalingEstimator.Estimate(samples);
        Assert.Equal(1, scaling.StandardDeviations.Single());
        Assert.All(new ScaledSamples(samples, scaling).ReadAll(), static value => Assert.Equal(0, value));
    }

    // Lengths around the width of a vector and of a block take every path through the loops.
    [Theory]
    [InlineData(1, 1)]
    [InlineData(7, 1)]
    [InlineData(13, 1)]
    [InlineData(1, 13)]
    [InlineData(3, 31)]
    [InlineData(3, 3001)]
    [InlineData(257, 1)]
    public void The_figures_and_scaled_values_are_those_of_the_plain_formula(int channels, int plane)
    {
        const int Count = 37;
        var random = new Random(channels + plane);
        float[] values = [.. Enumerable.Range(0, Count * channels * plane).Select(_ => (random.NextSingle() * 10) - 3)];
        var samples = new FloatSamples(values, plane == 1 ? [channels] : [channels, plane]);

        FeatureScaling scaling = ScalingEstimator.Estimate(samples);

        for (int c = 0; c < channels; c++)
        {
            double[] channel = [.. values.Where((_, i) => i / plane % channels == c).Select(static value => (double)value)];
            double mean = channel.Average();
            double deviation = Math.Sqrt(channel.Average(value => (value - mean) * (value - mean)));
            Assert.Equal(mean, scaling.Means[c], 1e-6);
            Assert.Equal(deviation, scaling.StandardDeviations[c], 1e-6);
        }

        float[] expected = [.. values.Select((value, i) => (float)((value - scaling.Means[i / plane % channels]) / scaling.StandardDeviations[i / plane % channels]))];
        Assert.Equal(expected, new ScaledSamples(samples, scaling).ReadAll());
    }

    [Fact]
    public void Identity_leaves_values_as_they_are()
    {
        float[] values = [1, -2, 3.5f];
        FeatureScaling.Identity(3).Apply(values, 3);
        Assert.Equal([1, -2, 3.5f], values);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void A_deviation_that_cannot_divide_is_refused_by_name(double deviation) =>
        Assert.Throws<ArgumentOutOfRangeException>("standardDeviations", () => new FeatureScaling([0], [deviation]));

    [Fact]
    public void A_scaling_of_other_channels_is_refused_by_name()
    {
        var samples = new FloatSamples(new float[6], [3]);
        Assert.Throws<ArgumentException>("scaling", () => new ScaledSamples(samples, FeatureScaling.Identity(2)));
    }
}

public sealed class StratifiedSplitTests
{
    private static readonly Config Fixed = Config.QuickThrowOnFailure.WithReplay(1506, 1187).WithQuietOnSuccess(true);
    private static readonly ClassTargets TenClasses = new([.. Enumerable.Range(0, 1000).Select(static i => (long)(i % 10))], [.. "0123456789".Select(static name => name.ToString())]);

    [Fact]
    public void Of_each_class_the_share_within_one_is_held_out() =>
        Prop.ForAll(Cases(), static c => c.Targets.Labels.Distinct().All(label =>
        {
            double share = c.Targets.Labels.Count(other => other == label) * c.Fraction;
            int held = c.Split().Validation.Count(index => c.Targets.Labels[(int)index] == label);
            return Math.Abs(held - share) <= 1;
        })).Check(Fixed);

    [Fact]
    public void Each_sample_is_in_exactly_one_part() =>
        Prop.ForAll(Cases(), static c =>
        {
            StratifiedSplit split = c.Split();
            return split.Train.Concat(split.Validation).Order().SequenceEqual(Enumerable.Range(0, c.Targets.Labels.Length).Select(static i => (long)i));
        }).Check(Fixed);

    [Fact]
    public void Each_class_keeps_a_sample_to_learn_from() =>
        Prop.ForAll(Cases(), static c =>
            c.Split().Train.Select(index => c.Targets.Labels[(int)index]).Distinct().Count() == c.Targets.Labels.Distinct().Count()).Check(Fixed);

    [Fact]
    public void The_same_seed_holds_out_the_same_samples() =>
        Assert.Equal(StratifiedSplit.HoldOut(TenClasses, 0.2, 7).Validation, StratifiedSplit.HoldOut(TenClasses, 0.2, 7).Validation);

    [Fact]
    public void Another_seed_holds_out_other_samples() =>
        Assert.NotEqual(StratifiedSplit.HoldOut(TenClasses, 0.2, 7).Validation, StratifiedSplit.HoldOut(TenClasses, 0.2, 8).Validation);

    [Fact]
    public void Where_every_class_has_one_sample_none_is_held_out() =>
        Assert.Empty(StratifiedSplit.HoldOut(Classes(0, 1, 2), 0.5, 0).Validation);

    [Fact]
    public void A_tiny_fraction_still_holds_out_one_sample() =>
        Assert.Single(StratifiedSplit.HoldOut(Classes(0, 0, 0, 1), 0.001, 0).Validation);

    [Fact]
    public void Values_are_split_as_one_class()
    {
        var split = StratifiedSplit.HoldOut(new ValueTargets([1, 2, 3, 4, 5, 6, 7, 8, 9, 10], 1), 0.3, 0);
        Assert.Equal((7, 3), (split.Train.Length, split.Validation.Length));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(-0.1)]
    [InlineData(double.NaN)]
    public void A_fraction_that_leaves_a_part_empty_is_refused_by_name(double fraction) =>
        Assert.Throws<ArgumentOutOfRangeException>(nameof(fraction), () => StratifiedSplit.HoldOut(TenClasses, fraction, 0));

    private static Arbitrary<Case> Cases() =>
        (from labels in Gen.Choose(0, 5).NonEmptyListOf()
         from percent in Gen.Choose(1, 99)
         from seed in Gen.Choose(int.MinValue, int.MaxValue)
         select new Case(Classes([.. labels]), percent / 100.0, seed)).ToArbitrary();

    private static ClassTargets Classes(params int[] labels) =>
        new([.. labels.Select(static label => (long)label)], ["a", "b", "c", "d", "e", "f"]);

    private sealed record Case(ClassTargets Targets, double Fraction, long Seed)
    {
        public StratifiedSplit Split() => StratifiedSplit.HoldOut(Targets, Fraction, Seed);
    }
}
