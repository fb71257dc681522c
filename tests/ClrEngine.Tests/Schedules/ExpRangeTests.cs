using ClrEngine.Errors;
using ClrEngine.Schedules;

namespace ClrEngine.Tests.Schedules;

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
