using ClrEngine.Errors;
using ClrEngine.Schedules;

namespace ClrEngine.Tests.Schedules;

public sealed class EpochStepsTests
{
    [Theory]
    [InlineData(4.0, 23L, 92L)]
    [InlineData(0.5, 5L, 3L)]
    [InlineData(0.001, 10L, 1L)]
    [InlineData(0.5, 1L, 1L)]
    [InlineData(1.1, 30L, 33L)]
    public void Given_epochs_when_turned_into_steps_then_the_nearest_whole_number_of_at_least_1_comes_out(double epochs, long stepsPerEpoch, long steps) =>
        Assert.Equal(steps, EpochSteps.From(epochs, stepsPerEpoch));

    [Theory]
    [InlineData(0.0, 10L, "Epochs")]
    [InlineData(double.NaN, 10L, "Epochs")]
    [InlineData(1.0, 0L, "StepsPerEpoch")]
    public void Given_a_value_that_cannot_be_when_turned_into_steps_then_it_is_named(double epochs, long stepsPerEpoch, string name) =>
        Assert.Equal(name, Assert.Throws<InvalidParameterException>(() => EpochSteps.From(epochs, stepsPerEpoch, "Epochs")).ParamName);
}
