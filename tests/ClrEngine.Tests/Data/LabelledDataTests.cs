using ClrEngine.Data;

namespace ClrEngine.Tests.Data;

public sealed class LabelledDataTests
{
    private static readonly ByteSamples TwoSamples = new(new byte[2], [1], 1);

    [Fact]
    public void Another_number_of_targets_than_samples_is_refused_by_name() =>
        Assert.Throws<ArgumentException>("targets", () => new LabelledData(TwoSamples, new ClassTargets([0], ["a"])));

    [Fact]
    public void A_set_without_a_sample_is_refused_by_name() =>
        Assert.Throws<ArgumentException>("samples", () => new LabelledData(new ByteSamples(Array.Empty<byte>(), [1], 1), new ClassTargets([], ["a"])));

    [Theory]
    [InlineData(-1)]
    [InlineData(2)]
    public void A_label_without_a_class_is_refused_with_its_place(long label)
    {
        var error = Assert.Throws<ArgumentOutOfRangeException>("labels", () => new ClassTargets([0, label], ["a", "b"]));
        Assert.Contains("sample 1", error.Message);
    }

    [Fact]
    public void Values_that_do_not_fill_whole_samples_are_refused_by_name() =>
        Assert.Throws<ArgumentException>("values", () => new ValueTargets([1, 2, 3], 2));

    [Fact]
    public void A_value_that_is_not_finite_is_refused_with_its_place()
    {
        var error = Assert.Throws<ArgumentException>("values", () => new ValueTargets([1, 2, float.NaN, 4], 2));
        Assert.Contains("sample 1", error.Message);
    }

    [Fact]
    public void Chosen_value_targets_keep_their_width() =>
        Assert.Equal([5, 6, 1, 2], ((ValueTargets)new ValueTargets([1, 2, 3, 4, 5, 6], 2).Select([2, 0])).Values);

    [Fact]
    public void Chosen_class_targets_keep_their_names()
    {
        var chosen = (ClassTargets)new ClassTargets([0, 1, 0], ["a", "b"]).Select([1]);
        Assert.Equal([1], chosen.Labels);
        Assert.Equal(["a", "b"], chosen.ClassNames);
    }

    [Fact]
    public void Parts_with_different_classes_make_no_training_data()
    {
        var one = new LabelledData(TwoSamples, new ClassTargets([0, 0], ["a"]));
        var other = new LabelledData(TwoSamples, new ClassTargets([0, 0], ["a", "b"]));
        Assert.Throws<ArgumentException>("validation", () => new TrainingData("n", "s", one, other, FeatureScaling.Identity(1), "id"));
    }
}
