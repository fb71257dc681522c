using ClrEngine.Errors;
using ClrEngine.Schedules;

namespace ClrEngine.Tests.Schedules;

public sealed class ScheduleFillTests
{
    public static TheoryData<ILrSchedule> Schedules =>
    [
        new CyclicSchedule(0.0007, 0.31, 17, 5),
        new CyclicSchedule(0.0007, 0.31, 1, 1),
        new CyclicSchedule(0.0007, 0.31, 6, 7, cycleLimit: 100),
        new CyclicSchedule(0.0007, 0.31, 2000, mode: CyclicMode.Triangular2),
        new CyclicSchedule(0.0007, 0.31, 33, mode: CyclicMode.ExpRange, gamma: 0.9993),
        new CyclicSchedule(0.0007, 0.31, 33, 4, CyclicMode.ExpRange, 0.9993, decayBase: true, cycleDecay: 0.9),
        new CyclicSchedule(0.0007, 0.31, 7, cycleMul: 1.5, cycleDecay: 0.7),
        new CyclicSchedule(0.0007, 0.31, 7, 11, CyclicMode.ExpRange, 0.999, cycleLimit: 9),
        new CyclicSchedule(0.0007, 0.31, 7, scaleFunction: new(x => 1 / x)),
        new CyclicSchedule(0.0007, 0.31, 7, scaleFunction: new(x => 1 / (1 + x), ScaleMode.Iterations)),
        new OneCycleSchedule(0.1, 3000),
        new CosineWarmRestartsSchedule(0.1, 13, 2),
        new GroupedSchedule([new CyclicSchedule(0.1, 0.2, 5), new ConstantSchedule(1)]),
    ];

    [Theory]
    [MemberData(nameof(Schedules))]
    public void Given_any_schedule_when_filled_from_anywhere_then_every_rate_has_the_bits_of_At(ILrSchedule schedule)
    {
        foreach (long from in new long[] { 0, 1, 6, 7, 255, 256, 999, 123_456_789 })
        {
            var rates = new double[5003];
            schedule.Fill(rates, from);
            for (int i = 0; i < rates.Length; i++)
                Assert.True(BitConverter.DoubleToInt64Bits(schedule.At(from + i).LearningRate) == BitConverter.DoubleToInt64Bits(rates[i]), $"step {from + i}");
        }
    }

    [Fact]
    public void Given_cycles_too_long_to_count_in_a_double_when_filled_then_the_bits_are_those_of_At()
    {
        var schedule = new CyclicSchedule(0.1, 0.7, 1L << 53, 1L << 53);
        var rates = new double[100];
        schedule.Fill(rates, (1L << 53) - 40);
        Assert.Equal(schedule.Points(100, from: (1L << 53) - 40).Select(p => p.LearningRate), rates);
    }

    [Fact]
    public void Given_no_room_when_filled_then_nothing_happens() => new CyclicSchedule(0.1, 0.7, 5).Fill([], 3);

    [Fact]
    public void Given_a_negative_step_when_filled_then_it_is_refused() =>
        Assert.Equal("From", Assert.Throws<InvalidParameterException>(() => new CyclicSchedule(0.1, 0.7, 5).Fill(new double[1], -1)).ParamName);
}
