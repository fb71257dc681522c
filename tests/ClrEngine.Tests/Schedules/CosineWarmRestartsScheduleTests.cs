using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;

namespace ClrEngine.Tests.Schedules;

public sealed class CosineWarmRestartsScheduleTests
{
    private static readonly JsonElement Cases = ReferenceFile.Read("pytorch-cosine-warm-restarts.json").GetProperty("cases");

    public static TheoryData<int> CaseNumbers => new(Enumerable.Range(0, Cases.GetArrayLength()));

    [Theory]
    [MemberData(nameof(CaseNumbers))]
    public void Given_a_configuration_of_PyTorch_when_evaluated_then_every_point_agrees(int number)
    {
        JsonElement config = Cases[number].GetProperty("config");
        var schedule = new CosineWarmRestartsSchedule(
            config.GetProperty("lr").GetDouble(),
            config.GetProperty("T_0").GetInt64(),
            config.GetProperty("T_mult").GetInt64(),
            config.GetProperty("eta_min").GetDouble());
        foreach (JsonElement expected in Cases[number].GetProperty("points").EnumerateArray())
        {
            SchedulePoint actual = schedule.At(expected.GetProperty("t").GetInt64());
            Agreement.Check(expected.GetProperty("lr").GetDouble(), actual.LearningRate, schedule.MaxLr);
            Assert.Null(actual.Momentum);
        }
    }

    [Fact]
    public void Given_decay_and_a_limit_when_cycles_pass_then_each_starts_lower_and_the_last_rests_at_the_minimum()
    {
        var schedule = new CosineWarmRestartsSchedule(0.8, 10, tMult: 2, minLr: 0.1, cycleDecay: 0.5, cycleLimit: 3);
        Assert.Equal([0.8, 0.4, 0.2, 0.1, 0.1], new long[] { 0, 10, 30, 70, 1000 }.Select(t => schedule.At(t).LearningRate));
        Assert.Equal([new ScheduleCycle(1, 10, 20), null], new long[] { 29, 70 }.Select(schedule.CycleAt));
    }

    [Theory]
    [InlineData(1.0, 0.0)]
    [InlineData(1.5, 1e-5)]
    [InlineData(2.0, 0.09)]
    public void Given_growth_and_decay_when_evaluated_then_no_rate_leaves_its_bounds(double growth, double minLr) =>
        Assert.All(
            new CosineWarmRestartsSchedule(0.1, 7, growth, minLr, cycleDecay: 0.8).Points(5000),
            point => Assert.InRange(point.LearningRate, minLr, 0.1));

    [Theory]
    [InlineData(0.1, 0L, 1.0, 0.0, "T0")]
    [InlineData(0.1, 10L, 0.5, 0.0, "TMult")]
    [InlineData(0.1, 10L, 1.0, 0.1, "MinLr")]
    [InlineData(0.1, 10L, 1.0, -1e-9, "MinLr")]
    public void Given_a_value_that_cannot_be_when_made_then_it_is_named(double maxLr, long t0, double tMult, double minLr, string name) =>
        Assert.Equal(name, Assert.Throws<InvalidParameterException>(() => new CosineWarmRestartsSchedule(maxLr, t0, tMult, minLr)).ParamName);
}

public sealed class GrowingCycleTests
{
    [Fact]
    public void Given_cycles_that_double_when_they_begin_and_peak_then_the_bounds_are_met_to_the_bit()
    {
        var schedule = new CyclicSchedule(0.001, 0.1, 3, 2, cycleMul: 2);
        Assert.Equal([0.001, 0.1, 0.001, 0.1, 0.001, 0.1, 0.001], new long[] { 0, 3, 5, 11, 15, 27, 35 }.Select(t => schedule.At(t).LearningRate));
    }

    [Fact]
    public void Given_any_growth_when_every_step_is_walked_then_each_cycle_begins_where_the_one_before_ended() => Check.QuickThrowOnFailure(
        Prop.ForAll(
            Gen.Choose(1, 40).Two().ToArbitrary(),
            Gen.Elements(1.0, 1.01, 1.3, 1.5, 2.0, 3.0).ToArbitrary(),
            (halves, growth) =>
            {
                var cycles = new GrowingCycles(halves.Item1 + halves.Item2, growth, "CycleMul", halves.Item1);
                long end = 0;
                for (int k = 0; k < 12; k++)
                {
                    ScheduleCycle cycle = cycles.At(end);
                    long length = (long)Math.Round((halves.Item1 + halves.Item2) * Math.Pow(growth, k), MidpointRounding.AwayFromZero);
                    if (cycle != new ScheduleCycle(k, end, length) || cycles.At(cycle.End - 1) != cycle || cycles.HeightAt(end).Height != 0)
                        return false;
                    if (Enumerable.Range(0, (int)length).Max(i => cycles.HeightAt(end + i).Height) != 1)
                        return false;
                    end = cycle.End;
                }
                return true;
            }));

    [Fact]
    public void Given_cycles_that_triple_when_a_step_is_near_the_largest_then_it_is_still_placed()
    {
        ScheduleCycle cycle = new GrowingCycles(2, 3, "CycleMul", 1).At(long.MaxValue / 2);
        Assert.InRange(long.MaxValue / 2, cycle.Start, cycle.End - 1);
    }

    [Fact]
    public void Given_cycle_decay_when_cycles_peak_then_the_amplitude_shrinks_and_the_base_stays()
    {
        var schedule = new CyclicSchedule(0.25, 1.25, 2, cycleDecay: 0.5);
        Assert.Equal([1.25, 0.75, 0.5], new long[] { 2, 6, 10 }.Select(t => schedule.At(t).LearningRate));
    }

    [Theory]
    [InlineData(1.0, 12L)]
    [InlineData(2.0, 28L)]
    public void Given_a_limit_of_three_cycles_when_they_are_over_then_the_lower_rate_is_held(double growth, long end)
    {
        var schedule = new CyclicSchedule(0.001, 0.1, 2, cycleMul: growth, cycleLimit: 3);
        Assert.NotEqual(0.001, schedule.At(end - 1).LearningRate);
        Assert.All(new long[] { 0, 1, 5, 1L << 40 }, late => Assert.Equal(new SchedulePoint(end + late, 0.001, 0.9), schedule.At(end + late)));
        Assert.Null(schedule.CycleAt(end));
    }

    [Theory]
    [InlineData(0.5)]
    [InlineData(1.001)]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void Given_a_growth_that_cannot_be_when_made_then_it_is_named(double growth) =>
        Assert.Equal("CycleMul", Assert.Throws<InvalidParameterException>(() => new CyclicSchedule(0.1, 0.2, 4, cycleMul: growth)).ParamName);

    [Fact]
    public void Given_a_decay_or_a_limit_that_cannot_be_when_made_then_it_is_named()
    {
        Assert.Equal("CycleDecay", Assert.Throws<InvalidParameterException>(() => new CyclicSchedule(0.1, 0.2, 4, cycleDecay: 1.1)).ParamName);
        Assert.Equal("CycleLimit", Assert.Throws<InvalidParameterException>(() => new CyclicSchedule(0.1, 0.2, 4, cycleLimit: 0)).ParamName);
    }
}

/// <summary>Restarts that grow, decay, end and follow a warm-up, as timm's cosine scheduler defines them.</summary>
public sealed class TimmReferenceTests
{
    private static readonly JsonElement Cases = ReferenceFile.Read("timm-cosine-lr.json").GetProperty("cases");

    public static TheoryData<int> CaseNumbers => new(Enumerable.Range(0, Cases.GetArrayLength()));

    [Theory]
    [MemberData(nameof(CaseNumbers))]
    public void Given_a_configuration_of_timm_when_evaluated_then_every_point_agrees(int number)
    {
        JsonElement config = Cases[number].GetProperty("config");
        double lr = config.GetProperty("lr").GetDouble();
        ILrSchedule schedule = Schedule(config, lr);
        foreach (JsonElement expected in Cases[number].GetProperty("points").EnumerateArray())
            Agreement.Check(expected.GetProperty("lr").GetDouble(), schedule.At(expected.GetProperty("t").GetInt64()).LearningRate, lr);
    }

    private static ILrSchedule Schedule(JsonElement config, double lr)
    {
        JsonElement limit = config.GetProperty("cycle_limit");
        var restarts = new CosineWarmRestartsSchedule(
            lr,
            config.GetProperty("t_initial").GetInt64(),
            config.GetProperty("cycle_mul").GetDouble(),
            config.GetProperty("lr_min").GetDouble(),
            config.GetProperty("cycle_decay").GetDouble(),
            limit.ValueKind == JsonValueKind.Null ? null : limit.GetInt64());
        long warmup = config.GetProperty("warmup_t").GetInt64();
        return warmup == 0 ? restarts : new WarmupSchedule(restarts, warmup, config.GetProperty("warmup_lr_init").GetDouble() / lr);
    }
}
