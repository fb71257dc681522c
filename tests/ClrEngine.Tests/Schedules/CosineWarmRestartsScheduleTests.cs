using System.Text.Json;
using ClrEngine.Errors;
using ClrEngine.Schedules;
using ClrEngine.Tests.Reference;

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
