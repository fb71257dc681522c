using ClrEngine.Errors;
using ClrEngine.Schedules;
using FsCheck;
using FsCheck.Fluent;

namespace ClrEngine.Tests.Schedules;

public sealed class CyclicScheduleTests
{
    private static readonly CyclicSchedule Triangular2 = new(0.001, 0.1, 2000, mode: CyclicMode.Triangular2);

    [Fact]
    public void Given_triangular2_when_the_second_cycle_peaks_then_half_the_amplitude_is_left()
    {
        SchedulePoint point = Triangular2.At(6000);
        Assert.Equal(0.0505, point.LearningRate, 15);
        Assert.Equal(0.85, point.Momentum!.Value, 15);
    }

    [Fact]
    public void Given_any_step_size_when_a_cycle_begins_or_peaks_then_the_bounds_are_met_to_the_bit() => Check.QuickThrowOnFailure(
        Prop.ForAll(
            Gen.Choose(1, 100_000).Two().ToArbitrary(),
            Gen.Choose(0, int.MaxValue).ToArbitrary(),
            (halves, cycle) =>
            {
                var schedule = new CyclicSchedule(0.0007, 0.3, halves.Item1, halves.Item2);
                long start = (cycle * schedule.CycleLength) & ((1L << 53) - 1);
                start -= start % schedule.CycleLength;
                return schedule.At(start).LearningRate == 0.0007
                    && schedule.At(start + schedule.StepSizeUp).LearningRate == 0.3
                    && schedule.At(start + schedule.StepSizeUp).Momentum == 0.8
                    && schedule.At(start + schedule.CycleLength).Momentum == 0.9;
            }));

    [Fact]
    public void Given_any_built_in_amplitude_when_evaluated_then_no_rate_or_momentum_leaves_its_bounds() => Check.QuickThrowOnFailure(
        Prop.ForAll(
            Gen.Choose(1, 500).Two().ToArbitrary(),
            Gen.Elements(CyclicMode.Triangular, CyclicMode.Triangular2, CyclicMode.ExpRange).ToArbitrary(),
            Gen.Elements(1.0, 1.5, 2.0).ToArbitrary(),
            (halves, mode, growth) => new CyclicSchedule(0.0007, 0.3, halves.Item1, halves.Item2, mode, 0.999, cycleMul: growth, cycleDecay: 0.9, cycleLimit: 6)
                .Points(5000)
                .All(p => p.LearningRate is >= 0.0007 and <= 0.3 && p.Momentum is >= 0.8 and <= 0.9)));

    [Fact]
    public void Given_a_step_near_2_to_the_53_when_evaluated_then_the_position_in_the_cycle_is_still_exact()
    {
        var schedule = new CyclicSchedule(1, 2, 3, 4);
        long start = (1L << 53) / 7 * 7;
        Assert.Equal([1, 1 + 1 / 3.0, 1 + 2 / 3.0, 2, 1.75, 1.5, 1.25, 1], Enumerable.Range(0, 8).Select(i => schedule.At(start - 7 + i).LearningRate), (a, b) => Math.Abs(a - b) < 1e-15);
    }

    [Fact]
    public void Given_triangular2_when_thousands_of_cycles_have_passed_then_the_rate_rests_at_the_base_and_is_finite()
    {
        Assert.Equal(0.001, Triangular2.At(2000 + 4000L * 5000).LearningRate);
        Assert.Equal(0.9, Triangular2.At(2000 + 4000L * 5000).Momentum);
    }

    [Fact]
    public void Given_exp_range_when_evaluated_then_gamma_counts_steps_and_not_cycles()
    {
        var schedule = new CyclicSchedule(0.001, 0.1, 10, mode: CyclicMode.ExpRange, gamma: 0.99);
        Assert.Equal(0.001 + 0.099 * Math.Pow(0.99, 30), schedule.At(30).LearningRate, 15);
    }

    [Fact]
    public void Given_no_momentum_cycling_when_evaluated_then_no_momentum_is_set() =>
        Assert.Null(new CyclicSchedule(0.001, 0.1, 10, cycleMomentum: false).At(5).Momentum);

    [Theory]
    [InlineData(0.1, 0.1, "BaseLr", "BaseLrNotBelowMaxLr")]
    [InlineData(0.2, 0.1, "BaseLr", "BaseLrNotBelowMaxLr")]
    [InlineData(double.NaN, 0.1, "BaseLr", "InvalidBaseLr")]
    [InlineData(0, 0.1, "BaseLr", "InvalidBaseLr")]
    [InlineData(0.1, double.PositiveInfinity, "MaxLr", "InvalidMaxLr")]
    public void Given_rates_that_make_no_range_when_made_then_the_parameter_is_named(double baseLr, double maxLr, string name, string id)
    {
        var error = Assert.Throws<InvalidParameterException>(() => new CyclicSchedule(baseLr, maxLr, 10));
        Assert.Equal((name, id), (error.ParamName, error.ErrorId));
        Assert.Contains(name, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0L, 1L, "StepSizeUp")]
    [InlineData(1L, 0L, "StepSizeDown")]
    [InlineData(long.MaxValue, 1L, "StepSizeUp")]
    public void Given_a_half_that_cannot_be_when_made_then_it_is_named(long up, long down, string name) =>
        Assert.Equal(name, Assert.Throws<InvalidParameterException>(() => new CyclicSchedule(0.1, 0.2, up, down)).ParamName);

    [Theory]
    [InlineData(0)]
    [InlineData(1.0001)]
    [InlineData(double.NaN)]
    public void Given_a_gamma_outside_0_to_1_when_made_then_it_is_named(double gamma) =>
        Assert.Equal("Gamma", Assert.Throws<InvalidParameterException>(() => new CyclicSchedule(0.1, 0.2, 1, gamma: gamma)).ParamName);

    [Theory]
    [InlineData(-0.1, 0.9, "BaseMomentum")]
    [InlineData(0.8, 1.0, "MaxMomentum")]
    [InlineData(0.8, double.NaN, "MaxMomentum")]
    [InlineData(0.9, 0.8, "BaseMomentum")]
    public void Given_a_momentum_that_cannot_be_when_made_then_it_is_named(double low, double high, string name) =>
        Assert.Equal(name, Assert.Throws<InvalidParameterException>(() => new CyclicSchedule(0.1, 0.2, 1, baseMomentum: low, maxMomentum: high)).ParamName);

    [Fact]
    public void Given_a_negative_step_when_evaluated_then_it_is_refused() =>
        Assert.Equal("Step", Assert.Throws<InvalidParameterException>(() => Triangular2.At(-1)).ParamName);

    [Fact]
    public void Given_a_window_when_listed_then_the_points_are_those_of_At() =>
        Assert.Equal([Triangular2.At(100), Triangular2.At(600), Triangular2.At(1100)], Triangular2.Points(3, every: 500, from: 100));
}
