using ClrEngine.Data;

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

        float[] expected = [.. values.Select((value, i) => (value - scaling.Means[i / plane % channels]) / scaling.StandardDeviations[i / plane % channels])];
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
    [InlineData(0f)]
    [InlineData(-1f)]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public void A_deviation_that_cannot_divide_is_refused_by_name(float deviation) =>
        Assert.Throws<ArgumentOutOfRangeException>("standardDeviations", () => new FeatureScaling([0], [deviation]));

    [Fact]
    public void A_scaling_of_other_channels_is_refused_by_name()
    {
        var samples = new FloatSamples(new float[6], [3]);
        Assert.Throws<ArgumentException>("scaling", () => new ScaledSamples(samples, FeatureScaling.Identity(2)));
    }
}
