using ClrEngine.Data;
using ClrEngine.Errors;
using ClrEngine.RangeTest;

namespace ClrEngine.Tests.RangeTest;

public sealed class BoundedValidationTests
{
    private static readonly TrainingData Digits = DataCatalog.Default.Load("digits");

    [Fact]
    public void Given_a_bound_when_applied_then_that_many_validation_samples_of_every_class_are_left()
    {
        TrainingData part = BoundedValidation.Of(Digits, 128);
        Assert.Equal(128, part.Validation.Count);
        Assert.Equal(10, ((ClassTargets)part.Validation.Targets).Labels.Distinct().Count());
        Assert.Same(Digits.Train, part.Train);
    }

    [Fact]
    public void Given_a_bound_above_what_there_is_when_applied_then_all_is_left() =>
        Assert.Same(Digits, BoundedValidation.Of(Digits, 1_000_000));

    [Fact]
    public void Given_validation_data_of_another_shape_when_taken_then_it_is_refused() =>
        Assert.Equal("InvalidValidationData", Assert.Throws<InvalidParameterException>(() => BoundedValidation.From(Digits, DataCatalog.Default.Load("wine"))).ErrorId);

    [Fact]
    public void Given_another_split_when_taken_then_its_validation_part_is_used()
    {
        TrainingData other = DataCatalog.Default.Load("digits", new DataOptions { ValidationFraction = 0.5 });
        Assert.Same(other.Validation, BoundedValidation.From(Digits, other).Validation);
    }
}
