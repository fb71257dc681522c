using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;

namespace ClrEngine.Tests.Schedules;

public sealed class OneCycleScheduleTests
{
    [Theory]
    [InlineData(AnnealStrategy.Cosine, false)]
    [InlineData(AnnealStrategy.Linear, false)]
    [InlineData(AnnealStrategy.Cosine, true)]
    [InlineData(AnnealStrategy.Linear, true)]
    public void Given_any_shape_when_it_starts_peaks_and_ends_then_the_three_rates_are_met_to_the_bit(AnnealStrategy strategy, bool threePhase)
    {
        var schedule = new OneCycleSchedule(0.7, 100, 0.3, strategy, threePhase, divFactor: 7, finalDivFactor: 333);
        Assert.Equal([0.7 / 7, 0.7, 0.7 / 7 / 333], new long[] { 0, 29, 99 }.Select(t => schedule.At(t).LearningRate));
        Assert.Equal([0.95, 0.85, 0.95], new long[] { 0, 29, 99 }.Select(t => schedule.At(t).Momentum!.Value));
    }

    [Fact]
    public void Given_three_phases_when_the_second_ends_then_the_first_rate_is_back() =>
        Assert.Equal(0.1 / 25, new OneCycleSchedule(0.1, 100, threePhase: true).At(58).LearningRate);

    [Fact]
    public void Given_a_length_for_the_third_phase_when_evaluated_then_the_second_ends_where_it_begins() =>
        Assert.Equal(0.1 / 25, new OneCycleSchedule(0.1, 100, threePhase: true, pctEnd: 0.25).At(74).LearningRate);

    [Fact]
    public void Given_a_step_past_the_end_when_evaluated_then_the_smallest_rate_is_held()
    {
        var schedule = new OneCycleSchedule(0.1, 100);
        Assert.Equal((schedule.MinLr, 0.95), (schedule.At(100).LearningRate, schedule.At(1_000_000).Momentum!.Value));
    }

    [Fact]
    public void Given_any_schedule_when_evaluated_then_no_rate_leaves_its_bounds() => Check.QuickThrowOnFailure(
        Prop.ForAll(
            Gen.Choose(10, 3000).ToArbitrary(),
            Gen.Choose(20, 45).ToArbitrary(),
            (steps, percent) =>
            {
                var schedule = new OneCycleSchedule(0.3, steps, percent / 100.0, threePhase: true);
                return schedule.Points(steps + 5).All(p => p.LearningRate >= schedule.MinLr && p.LearningRate <= 0.3 && p.Momentum is >= 0.85 and <= 0.95);
            }));

    [Theory]
    [InlineData(3, 0.5, false)]
    [InlineData(10, 0.1, false)]
    [InlineData(10, 0.95, false)]
    [InlineData(5, 0.3, true)]
    [InlineData(100, 0.7, true)]
    public void Given_a_phase_shorter_than_a_step_when_made_then_it_is_refused_and_not_divided_by(long steps, double pctStart, bool threePhase)
    {
        var error = Assert.Throws<InvalidParameterException>(() => new OneCycleSchedule(0.1, steps, pctStart, threePhase: threePhase));
        Assert.Equal("PhaseTooShort", error.ErrorId);
    }

    [Theory]
    [InlineData(0.0, 100L, 0.3, 25.0, "MaxLr")]
    [InlineData(0.1, 2L, 0.5, 25.0, "TotalSteps")]
    [InlineData(0.1, 100L, 0.0, 25.0, "PctStart")]
    [InlineData(0.1, 100L, 1.0, 25.0, "PctStart")]
    [InlineData(0.1, 100L, 0.3, 0.5, "DivFactor")]
    public void Given_a_value_that_cannot_be_when_made_then_it_is_named(double maxLr, long steps, double pctStart, double divFactor, string name) =>
        Assert.Equal(name, Assert.Throws<InvalidParameterException>(() => new OneCycleSchedule(maxLr, steps, pctStart, divFactor: divFactor)).ParamName);

    [Fact]
    public void Given_two_phases_and_a_length_for_a_third_when_made_then_it_is_refused() =>
        Assert.Equal("PctEnd", Assert.Throws<InvalidParameterException>(() => new OneCycleSchedule(0.1, 100, pctEnd: 0.2)).ParamName);

    [Fact]
    public void Given_a_negative_step_when_evaluated_then_it_is_refused() =>
        Assert.Equal("Step", Assert.Throws<InvalidParameterException>(() => new OneCycleSchedule(0.1, 100).At(-1)).ParamName);
}

public sealed class OneCycleScheduleReferenceTests
{
    private static readonly JsonElement Cases = ReferenceFile.Read("pytorch-one-cycle-lr.json").GetProperty("cases");

    public static TheoryData<int> CaseNumbers => new(Enumerable.Range(0, Cases.GetArrayLength()));

    [Theory]
    [MemberData(nameof(CaseNumbers))]
    public void Given_a_configuration_of_PyTorch_when_evaluated_then_every_point_agrees(int number)
    {
        OneCycleSchedule schedule = FromConfig(Cases[number].GetProperty("config"));
        foreach (JsonElement expected in Cases[number].GetProperty("points").EnumerateArray())
        {
            SchedulePoint actual = schedule.At(expected.GetProperty("t").GetInt64());
            Agreement.Check(expected.GetProperty("lr").GetDouble(), actual.LearningRate, schedule.MaxLr);
            if (schedule.CycleMomentum)
                Agreement.Check(expected.GetProperty("momentum").GetDouble(), actual.Momentum!.Value, 1);
            else
                Assert.Null(actual.Momentum);
        }
    }

    private static OneCycleSchedule FromConfig(JsonElement config) => new(
        config.GetProperty("max_lr").GetDouble(),
        config.GetProperty("total_steps").GetInt64(),
        config.GetProperty("pct_start").GetDouble(),
        config.GetProperty("anneal_strategy").GetString() == "cos" ? AnnealStrategy.Cosine : AnnealStrategy.Linear,
        config.GetProperty("three_phase").GetBoolean(),
        config.GetProperty("div_factor").GetDouble(),
        config.GetProperty("final_div_factor").GetDouble(),
        config.GetProperty("cycle_momentum").GetBoolean(),
        config.GetProperty("base_momentum").GetDouble(),
        config.GetProperty("max_momentum").GetDouble());
}
