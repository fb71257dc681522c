using System.Text.Json;
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

public sealed class HoldTests
{
    [Theory]
    [InlineData(CyclicMode.Triangular)]
    [InlineData(CyclicMode.Triangular2)]
    [InlineData(CyclicMode.ExpRange)]
    public void Given_any_holds_when_evaluated_then_the_wave_is_the_closed_form_of_a_trapezoid(CyclicMode mode) => Check.QuickThrowOnFailure(
        Prop.ForAll(
            Gen.Choose(1, 50).Two().ToArbitrary(),
            Gen.Choose(0, 20).Two().ToArbitrary(),
            (halves, holds) =>
            {
                (int up, int down) = halves;
                (int top, int bottom) = holds;
                var schedule = new CyclicSchedule(0.001, 0.1, up, down, mode, 0.999, cycleLimit: 4, holdTop: top, holdBottom: bottom);
                long length = up + top + down + bottom;
                return schedule.CycleLength == length && schedule.Points(5 * length).All(point =>
                {
                    long t = Math.Min(point.Step, 4 * length), p = t % length;
                    double height = Math.Clamp(Math.Min((double)p / up, (double)(up + top + down - p) / down), 0, 1);
                    double f = height * (mode == CyclicMode.Triangular2 ? Math.Pow(0.5, t / length) : mode == CyclicMode.ExpRange ? Math.Pow(0.999, t) : 1);
                    return Math.Abs(point.LearningRate - (0.001 + 0.099 * f)) < 1e-15
                        && Math.Abs(point.Momentum!.Value - (0.9 - 0.1 * f)) < 1e-15
                        && schedule.CycleAt(point.Step) == (point.Step < 4 * length ? new ScheduleCycle(t / length, t / length * length, length) : null);
                });
            }));

    [Fact]
    public void Given_cycles_that_grow_when_each_turns_then_all_four_phases_have_grown_and_the_bounds_are_met_to_the_bit()
    {
        var schedule = new CyclicSchedule(0.001, 0.1, 4, 3, cycleMul: 1.5, holdTop: 2, holdBottom: 1);
        long start = 0;
        for (int k = 0; k < 12; k++)
        {
            long[] ends = [.. new[] { 4, 6, 9, 10 }.Select(steps => start + (long)Math.Round(steps * Math.Pow(1.5, k), MidpointRounding.AwayFromZero))];
            Assert.Equal([0.1, 0.1, 0.001, 0.001], ends.Select(step => schedule.At(step).LearningRate));
            Assert.Equal([start, .. ends[..3]], schedule.TurnsOf(schedule.CycleAt(start)!.Value));
            Assert.Equal(0.8, schedule.At((ends[0] + ends[1]) / 2).Momentum);
            start = ends[3];
            Assert.Equal(start, schedule.CycleAt(start - 1)!.Value.End);
        }
    }

    [Theory]
    [InlineData(-1L, 0L, "HoldTop")]
    [InlineData(0L, -1L, "HoldBottom")]
    [InlineData(long.MaxValue, 0L, "HoldTop")]
    public void Given_a_hold_that_cannot_be_when_made_then_it_is_named(long top, long bottom, string name) =>
        Assert.Equal(name, Assert.Throws<InvalidParameterException>(() => new CyclicSchedule(0.1, 0.2, 5, holdTop: top, holdBottom: bottom)).ParamName);
}

public sealed class CyclicScheduleReferenceTests
{
    private static readonly JsonElement Cases = ReferenceFile.Read("pytorch-cyclic-lr.json").GetProperty("cases");

    public static TheoryData<int> CaseNumbers => new(Enumerable.Range(0, Cases.GetArrayLength()));

    [Theory]
    [MemberData(nameof(CaseNumbers))]
    public void Given_a_configuration_of_PyTorch_when_evaluated_then_every_point_agrees_to_1e_12(int number)
    {
        JsonElement reference = Cases[number];
        CyclicSchedule schedule = FromConfig(reference.GetProperty("config"));
        foreach (JsonElement expected in reference.GetProperty("points").EnumerateArray())
        {
            SchedulePoint actual = schedule.At(expected.GetProperty("t").GetInt64());
            AssertClose(expected.GetProperty("lr").GetDouble(), actual.LearningRate);
            if (schedule.CycleMomentum)
                AssertClose(expected.GetProperty("momentum").GetDouble(), actual.Momentum!.Value);
            else
                Assert.Null(actual.Momentum);
        }
    }

    private static void AssertClose(double expected, double actual) =>
        Assert.True(Math.Abs(expected - actual) <= 1e-12 * Math.Abs(expected), $"expected {expected:R}, got {actual:R}");

    private static CyclicSchedule FromConfig(JsonElement config) => new(
        config.GetProperty("base_lr").GetDouble(),
        config.GetProperty("max_lr").GetDouble(),
        config.GetProperty("step_size_up").GetInt64(),
        config.GetProperty("step_size_down") is { ValueKind: JsonValueKind.Number } down ? down.GetInt64() : null,
        config.GetProperty("mode").GetString() switch
        {
            "triangular" => CyclicMode.Triangular,
            "triangular2" => CyclicMode.Triangular2,
            "exp_range" => CyclicMode.ExpRange,
            var mode => throw new InvalidDataException(mode),
        },
        config.GetProperty("gamma").GetDouble(),
        config.GetProperty("cycle_momentum").GetBoolean(),
        config.GetProperty("base_momentum").GetDouble(),
        config.GetProperty("max_momentum").GetDouble());
}

public sealed class ExpRangeTests
{
    [Fact]
    public void Given_the_papers_form_when_cycles_begin_and_peak_then_both_rates_shrink_by_gamma_to_the_step()
    {
        var schedule = new CyclicSchedule(0.01, 0.1, 10, mode: CyclicMode.ExpRange, gamma: 0.99, decayBase: true);
        Assert.All(new long[] { 0, 20, 4000 }, t => Assert.Equal(0.01 * Math.Pow(0.99, t), schedule.At(t).LearningRate, 1e-15 * Math.Pow(0.99, t)));
        Assert.All(new long[] { 10, 30, 4010 }, t => Assert.Equal(0.1 * Math.Pow(0.99, t), schedule.At(t).LearningRate, 1e-15 * Math.Pow(0.99, t)));
    }

    [Fact]
    public void Given_the_papers_form_with_another_mode_when_made_then_it_is_refused() =>
        Assert.Equal("DecayBase", Assert.Throws<InvalidParameterException>(() => new CyclicSchedule(0.1, 0.2, 4, decayBase: true)).ParamName);

    [Fact]
    public void Given_any_step_when_gamma_is_raised_to_it_then_it_agrees_with_the_power_to_1e_12()
    {
        var schedule = new CyclicSchedule(0.001, 0.006, 2000, mode: CyclicMode.ExpRange, gamma: 0.99994);
        Assert.All(new long[] { 0, 1, 255, 256, 257, 76_751, 1_000_000, 12_000_000 }, t => Assert.Equal(1, schedule.AmplitudeAt(t) / Math.Pow(0.99994, t), 1e-12));
    }

    [Fact]
    public void Given_a_final_amplitude_when_so_many_steps_have_passed_then_that_share_is_left()
    {
        double gamma = ExpRangeGamma.Leaving(0.05, 7000);
        Assert.Equal(0.05, new CyclicSchedule(0.1, 0.2, 4, mode: CyclicMode.ExpRange, gamma: gamma).AmplitudeAt(7000), 1e-12);
    }

    [Theory]
    [InlineData(0.0, 100L, "FinalAmplitude")]
    [InlineData(1.5, 100L, "FinalAmplitude")]
    [InlineData(0.1, 0L, "Over")]
    public void Given_a_share_or_length_that_cannot_be_when_asked_for_gamma_then_it_is_named(double share, long steps, string name) =>
        Assert.Equal(name, Assert.Throws<InvalidParameterException>(() => ExpRangeGamma.Leaving(share, steps)).ParamName);
}

public sealed class ScaleFunctionTests
{
    private static readonly JsonElement Cases = ReferenceFile.Read("pytorch-cyclic-scale-fn.json").GetProperty("cases");

    public static TheoryData<int> CaseNumbers => new(Enumerable.Range(0, Cases.GetArrayLength()));

    [Theory]
    [MemberData(nameof(CaseNumbers))]
    public void Given_a_scale_function_when_evaluated_then_every_point_agrees_with_PyTorch(int number)
    {
        JsonElement config = Cases[number].GetProperty("config");
        var schedule = new CyclicSchedule(
            config.GetProperty("base_lr").GetDouble(),
            config.GetProperty("max_lr").GetDouble(),
            config.GetProperty("step_size_up").GetInt64(),
            config.GetProperty("step_size_down") is { ValueKind: JsonValueKind.Number } down ? down.GetInt64() : null,
            baseMomentum: config.GetProperty("base_momentum").GetDouble(),
            maxMomentum: config.GetProperty("max_momentum").GetDouble(),
            scaleFunction: new ScaleFunction(
                Function(config.GetProperty("scale_fn").GetString()!),
                config.GetProperty("scale_mode").GetString() == "cycle" ? ScaleMode.Cycle : ScaleMode.Iterations));
        foreach (JsonElement expected in Cases[number].GetProperty("points").EnumerateArray())
        {
            SchedulePoint actual = schedule.At(expected.GetProperty("t").GetInt64());
            // PyTorch takes the position in the cycle from a quotient in floating point, and loses its last digits.
            Agreement.Check(expected.GetProperty("lr").GetDouble(), actual.LearningRate, schedule.MaxLr * 50);
            Agreement.Check(expected.GetProperty("momentum").GetDouble(), actual.Momentum!.Value, 1);
        }
    }

    [Fact]
    public void Given_a_function_when_made_then_it_overrides_the_mode() =>
        Assert.Equal(CyclicMode.Custom, new CyclicSchedule(0.1, 0.2, 4, mode: CyclicMode.Triangular2, scaleFunction: new(x => 1 / x)).Mode);

    [Fact]
    public void Given_mode_custom_and_no_function_when_made_then_the_function_is_asked_for() =>
        Assert.Equal("ScaleFunction", Assert.Throws<InvalidParameterException>(() => new CyclicSchedule(0.1, 0.2, 4, mode: CyclicMode.Custom)).ParamName);

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    [InlineData(-20.0)]
    [InlineData(8.0)]
    public void Given_a_function_that_makes_no_usable_rate_or_momentum_when_evaluated_then_it_is_named(double scale)
    {
        var schedule = new CyclicSchedule(0.1, 0.2, 4, baseMomentum: 0.1, scaleFunction: new(_ => scale));
        Assert.Equal("ScaleFunction", Assert.Throws<InvalidParameterException>(() => schedule.At(4)).ParamName);
    }

    [Fact]
    public void Given_equal_texts_when_compared_then_functions_are_equal_and_without_text_only_the_same_delegate_is()
    {
        Func<double, double> one = x => 1 / x, other = x => 1 / x;
        Assert.Equal(new ScaleFunction(one, text: "1 / x"), new ScaleFunction(other, text: "1 / x"));
        Assert.Equal(new ScaleFunction(one), new ScaleFunction(one));
        Assert.NotEqual(new ScaleFunction(one), new ScaleFunction(other));
        Assert.NotEqual(new ScaleFunction(one, ScaleMode.Cycle), new ScaleFunction(one, ScaleMode.Iterations));
    }

    private static Func<double, double> Function(string name) => name switch
    {
        "reciprocal" => x => 1 / x,
        "sine" => x => 0.5 * (1 + Math.Sin(x * Math.PI / 2)),
        "five-power" => x => 1 / Math.Pow(5, x * 1e-4),
        "slow-decay" => x => Math.Pow(0.999, x),
        _ => throw new InvalidDataException(name),
    };
}
