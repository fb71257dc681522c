namespace ClrEngine.Tests.Schedules;

public sealed class SweepTests
{
    [Theory]
    [InlineData(2)]
    [InlineData(100)]
    [InlineData(1_000_003)]
    public void Given_an_exponential_sweep_when_it_begins_and_ends_then_both_ends_are_met_to_the_bit(long iterations)
    {
        var sweep = new ExponentialSweep(1e-7, 10, iterations);
        Assert.Equal((1e-7, 10.0), (sweep.At(0).LearningRate, sweep.At(iterations - 1).LearningRate));
    }

    [Fact]
    public void Given_an_exponential_sweep_when_it_runs_then_each_step_grows_by_the_same_factor()
    {
        var sweep = new ExponentialSweep(1e-4, 1, 5);
        Assert.Equal([1e-4, 1e-3, 1e-2, 1e-1, 1], sweep.Points(5).Select(p => p.LearningRate), (a, b) => Math.Abs(a - b) <= 1e-15);
    }

    [Fact]
    public void Given_a_linear_sweep_when_it_runs_then_each_step_grows_by_the_same_amount()
    {
        var sweep = new LinearSweep(0.1, 0.5, 5);
        Assert.Equal([0.1, 0.2, 0.3, 0.4, 0.5], sweep.Points(5).Select(p => p.LearningRate), (a, b) => Math.Abs(a - b) <= 1e-15);
        Assert.Equal(0.5, sweep.At(4).LearningRate);
    }

    [Theory]
    [InlineData(0.0, 1.0, 10L, "StartLr")]
    [InlineData(1.0, 1.0, 10L, "StartLr")]
    [InlineData(0.1, double.NaN, 10L, "EndLr")]
    [InlineData(0.1, 1.0, 1L, "Iterations")]
    public void Given_a_sweep_that_cannot_be_when_made_then_the_parameter_is_named(double start, double end, long iterations, string name)
    {
        Assert.Equal(name, Assert.Throws<InvalidParameterException>(() => new ExponentialSweep(start, end, iterations)).ParamName);
        Assert.Equal(name, Assert.Throws<InvalidParameterException>(() => new LinearSweep(start, end, iterations)).ParamName);
    }
}
