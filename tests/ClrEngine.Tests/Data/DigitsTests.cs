using ClrEngine.Data;

namespace ClrEngine.Tests.Data;

public sealed class DigitsTests
{
    private static readonly TrainingData Raw = Digits.Load(new DataOptions { Standardize = false });
    private static readonly TrainingData Standardized = Digits.Load();

    [Fact]
    public void The_digits_are_1797_images_of_one_channel_and_8_by_8_pixels()
    {
        Assert.Equal(1797, Raw.Train.Count + Raw.Validation.Count);
        Assert.Equal([1, 8, 8], Raw.Shape);
    }

    [Fact]
    public void Both_parts_together_have_the_counts_by_class_of_the_published_set()
    {
        int[] counts = [.. Raw.Train.Labels().Concat(Raw.Validation.Labels()).CountBy(static label => label).OrderBy(static pair => pair.Key).Select(static pair => pair.Value)];
        Assert.Equal([178, 182, 177, 183, 181, 182, 181, 179, 174, 180], counts);
    }

    [Fact]
    public void The_second_image_is_the_first_to_learn_from_with_pixels_between_0_and_1()
    {
        float[] top = [0, 0, 0, 12, 13, 5, 0, 0];
        Assert.Equal(top.Select(static pixel => pixel / 16), Raw.Train.Samples.ReadRows(0)[..8]);
        Assert.Equal(1, Raw.Train.Labels()[0]);
    }

    [Fact]
    public void The_first_image_is_held_out_by_the_default_seed()
    {
        float[] top = [0, 0, 5, 13, 9, 1, 0, 0];
        Assert.Equal(top.Select(static pixel => pixel / 16), Raw.Validation.Samples.ReadRows(0)[..8]);
        Assert.Equal(0, Raw.Validation.Labels()[0]);
    }

    [Fact]
    public void The_scaling_is_that_of_the_training_part_alone()
    {
        // Computed apart from this code, in Python's exact sums.
        Assert.Equal(0.3059003933414465f, Standardized.Scaling.Means.Single());
        Assert.Equal(0.3761567712183875f, Standardized.Scaling.StandardDeviations.Single());
    }

    [Fact]
    public void Scaled_training_samples_have_mean_0_and_deviation_1()
    {
        float[] values = Standardized.Train.Samples.ReadAll();
        double mean = values.Average(static value => (double)value);
        Assert.Equal(0, mean, 1e-6);
        Assert.Equal(1, Math.Sqrt(values.Average(value => Math.Pow(value - mean, 2))), 1e-6);
    }

    [Fact]
    public void Validation_samples_are_scaled_by_the_training_figures()
    {
        float pixel = Raw.Validation.Samples.ReadRows(5)[20];
        Assert.Equal(
            (pixel - Standardized.Scaling.Means[0]) / Standardized.Scaling.StandardDeviations[0],
            Standardized.Validation.Samples.ReadRows(5)[20]);
    }

    [Fact]
    public void The_attribution_that_the_licence_demands_comes_with_the_data()
    {
        Assert.Equal("CC BY 4.0", Raw.License);
        Assert.Contains("E. Alpaydin and C. Kaynak", Raw.Attribution);
    }

    [Fact]
    public void The_identity_is_the_same_on_every_machine_and_in_every_version() =>
        // Computed apart from this code, in Python.
        Assert.Equal("42fcfbd8decbb9672706e1a8df2d81a93b72c19317dee99d5ebf2c7fd4c99c48", Standardized.Identity);

    [Fact]
    public void The_identity_changes_with_the_seed_the_fraction_and_the_scaling()
    {
        string[] identities =
        [
            Standardized.Identity,
            Raw.Identity,
            Digits.Load(new DataOptions { Seed = 1 }).Identity,
            Digits.Load(new DataOptions { ValidationFraction = 0.25 }).Identity,
        ];
        Assert.Distinct(identities);
    }
}
