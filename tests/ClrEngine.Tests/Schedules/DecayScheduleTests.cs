using System.Text.Json;

namespace ClrEngine.Tests.Schedules;

public sealed class DecayReferenceTests
{
    private static readonly JsonElement Cases = ReferenceFile.Read("pytorch-decay-lr.json").GetProperty("cases");

    public static TheoryData<int> CaseNumbers => new(Enumerable.Range(0, Cases.GetArrayLength()));

    [Theory]
    [MemberData(nameof(CaseNumbers))]
    public void Given_a_scheduler_of_PyTorch_that_falls_when_evaluated_then_every_rate_agrees(int number)
    {
        JsonElement[] rates = [.. Cases[number].GetProperty("rates").EnumerateArray()];
        double lr = Cases[number].GetProperty("lr").GetDouble();
        ILrSchedule schedule = Schedule(Cases[number].GetProperty("scheduler").GetString()!, lr, Cases[number].GetProperty("config"), rates.Length - 1);
        for (int t = 0; t < rates.Length; t++)
        {
            Agreement.Check(rates[t].GetDouble(), schedule.At(t).LearningRate, lr);
            Assert.Null(schedule.At(t).Momentum);
        }
    }

    private static ILrSchedule Schedule(string name, double lr, JsonElement config, long last)
    {
        double Number(string field) => config.GetProperty(field).GetDouble();
        long Steps(string field) => config.GetProperty(field).GetInt64();
        return name switch
        {
            "LinearLR" => new DecaySchedule(lr, Steps("total_iters"), DecayShape.Linear, lr * Number("end_factor")),
            "PolynomialLR" => new DecaySchedule(lr, Steps("total_iters"), DecayShape.Polynomial, power: Number("power")),
            "CosineAnnealingLR" => new DecaySchedule(lr, Steps("T_max"), DecayShape.Cosine, Number("eta_min")),
            "ExponentialLR" => new DecaySchedule(lr, last, DecayShape.Exponential, lr * Math.Pow(Number("gamma"), last)),
            "StepLR" => new StepDecaySchedule(lr, Steps("step_size"), Number("gamma")),
            _ => new StepDecaySchedule(lr, gamma: Number("gamma"), milestones: [.. config.GetProperty("milestones").EnumerateArray().Select(milestone => milestone.GetInt64())]),
        };
    }
}

public sealed class DecayScheduleTests
{
    [Theory]
    [InlineData(DecayShape.Cosine)]
    [InlineData(DecayShape.Linear)]
    [InlineData(DecayShape.Polynomial)]
    [InlineData(DecayShape.Exponential)]
    [InlineData(DecayShape.OneMinusSqrt)]
    public void Given_any_shape_when_walked_then_the_ends_are_met_to_the_bit_and_the_rate_falls_all_the_way_and_rests(DecayShape shape)
    {
        var schedule = new DecaySchedule(0.3, 997, shape, 0.0007, shape == DecayShape.Polynomial ? 2.5 : 1);
        double[] rates = schedule.Rates(998);
        Assert.Equal((0.3, 0.0007), (rates[0], rates[^1]));
        Assert.All(rates.Zip(rates.Skip(1)), pair => Assert.True(pair.First > pair.Second));
        Assert.Equal([0.0007, 0.0007], new[] { 998, long.MaxValue }.Select(step => schedule.At(step).LearningRate));
        Assert.Equal((new ScheduleCycle(0, 0, 997), (ScheduleCycle?)null), (schedule.CycleAt(996), schedule.CycleAt(997)));
    }

    [Theory]
    [InlineData(DecayShape.Cosine, 1.0, 0.85355339059327373)]
    [InlineData(DecayShape.Linear, 1.0, 0.75)]
    [InlineData(DecayShape.Polynomial, 2.0, 0.5625)]
    [InlineData(DecayShape.OneMinusSqrt, 1.0, 0.5)]
    public void Given_a_shape_when_a_quarter_is_done_then_the_share_of_its_formula_is_left(DecayShape shape, double power, double expected) =>
        Assert.Equal(expected, new DecaySchedule(1, 100, shape, 0, power).At(25).LearningRate, 1e-15);

    [Fact]
    public void Given_an_exponential_decay_when_half_is_done_then_the_rate_is_the_geometric_mean_of_its_ends() =>
        Assert.Equal(0.01, new DecaySchedule(0.1, 2, DecayShape.Exponential, 0.001).At(1).LearningRate, 1e-16);

    [Theory]
    [InlineData(0.0, 10L, DecayShape.Linear, 0.0, 1.0, "MaxLr")]
    [InlineData(0.1, 0L, DecayShape.Linear, 0.0, 1.0, "TotalSteps")]
    [InlineData(0.1, 10L, (DecayShape)9, 0.0, 1.0, "Shape")]
    [InlineData(0.1, 10L, DecayShape.Linear, 0.1, 1.0, "MinLr")]
    [InlineData(0.1, 10L, DecayShape.Exponential, 0.0, 1.0, "MinLr")]
    [InlineData(0.1, 10L, DecayShape.Polynomial, 0.0, 0.0, "Power")]
    public void Given_a_value_that_cannot_be_when_made_then_it_is_named(double maxLr, long steps, DecayShape shape, double minLr, double power, string name) =>
        Assert.Equal(name, Assert.Throws<InvalidParameterException>(() => new DecaySchedule(maxLr, steps, shape, minLr, power)).ParamName);

    [Fact]
    public void Given_step_decays_that_cannot_be_when_made_then_the_value_is_named()
    {
        Assert.Equal("StepSize", Name(() => new StepDecaySchedule(0.1)));
        Assert.Equal("StepSize", Name(() => new StepDecaySchedule(0.1, 5, milestones: [7])));
        Assert.Equal("StepSize", Name(() => new StepDecaySchedule(0.1, 0)));
        Assert.Equal("Gamma", Name(() => new StepDecaySchedule(0.1, 5, 0)));
        Assert.Equal("Milestones", Name(() => new StepDecaySchedule(0.1, milestones: [7, 7])));
        Assert.Equal("Milestones", Name(() => new StepDecaySchedule(0.1, milestones: [0])));

        static string? Name(Func<object> make) => Assert.Throws<InvalidParameterException>(make).ParamName;
    }

    [Fact]
    public void Given_a_negative_step_when_evaluated_then_it_is_refused() => Assert.All(
        new ILrSchedule[] { new DecaySchedule(0.1, 5), new StepDecaySchedule(0.1, 5), new StepDecaySchedule(0.1, milestones: [5]) },
        schedule => Assert.Equal("Step", Assert.Throws<InvalidParameterException>(() => schedule.At(-1)).ParamName));

    [Fact]
    public void Given_a_run_longer_than_a_decay_or_shorter_when_looked_at_then_a_warning_says_so()
    {
        ILrSchedule whole = WarmupStableDecay.Make(0.1, 100, 10, 20);
        Assert.Empty(ScheduleAdvice.For(whole, 100, 10));
        Assert.Equal("RunEndsInMidCycle", Assert.Single(ScheduleAdvice.For(whole, 90, 10)).Id);
        Assert.Contains("the last 30 steps rest at 0;", Assert.Single(ScheduleAdvice.For(whole, 130, 10)).Message, StringComparison.Ordinal);
    }
}

public sealed class WarmupStableDecayTests
{
    [Fact]
    public void Given_three_parts_when_walked_then_the_rate_rises_stays_and_falls_to_the_end()
    {
        ILrSchedule schedule = WarmupStableDecay.Make(1, 100, 10, 40, minLr: 0.5, startFactor: 0.5);
        Assert.Equal([0.5, 0.75, 1, 1, 1, 0.75, 0.5, 0.5], new long[] { 0, 5, 10, 59, 60, 70, 100, 1000 }.Select(step => schedule.At(step).LearningRate));
    }

    [Fact]
    public void Given_no_steps_for_a_part_when_made_then_the_others_are_the_whole()
    {
        Assert.Equal(new DecaySchedule(1, 100, DecayShape.Linear), WarmupStableDecay.Make(1, 100, 0, 100, DecayShape.Linear));
        Assert.Equal(new WarmupSchedule(new DecaySchedule(1, 60), 40), WarmupStableDecay.Make(1, 100, 40, 60, DecayShape.Cosine));
    }

    [Theory]
    [InlineData(100L, -1L, 10L, "WarmupSteps")]
    [InlineData(100L, 10L, 0L, "DecaySteps")]
    [InlineData(100L, 50L, 51L, "DecaySteps")]
    [InlineData(100L, long.MaxValue, long.MaxValue, "DecaySteps")]
    public void Given_parts_that_cannot_be_when_made_then_they_are_named(long total, long warmup, long decay, string name) =>
        Assert.Equal(name, Assert.Throws<InvalidParameterException>(() => WarmupStableDecay.Make(0.1, total, warmup, decay)).ParamName);
}
