using System.Text.RegularExpressions;
using FsCheck;
using FsCheck.Fluent;

namespace ClrEngine.Tests.Schedules;

/// <summary>Schedules of any shape at steps around 2^53, where a double stops to count, and up to the largest step.</summary>
public sealed class FarStepTests
{
    private const long Far = 1L << 53;

    private static readonly Regex NegativeNumber = new(@"(?<!E)-\d");

    private static readonly Arbitrary<ILrSchedule> AnySchedule = Gen.Sized(size => Schedules(Math.Min(size, 3))).ToArbitrary();

    private static readonly Arbitrary<long> AnyStep = Gen.OneOf(
        Gen.Choose(0, 5000).Select(step => (long)step),
        Gen.Choose(-2000, 2000).Select(offset => Far + offset),
        Gen.Choose(-2000, 0).Select(offset => long.MaxValue + offset)).ToArbitrary();

    [Fact]
    public void Given_any_schedule_and_step_when_evaluated_then_the_point_is_that_step_with_a_rate_from_0_to_the_largest() => Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(2000),
        Prop.ForAll(AnySchedule, AnyStep, (schedule, step) =>
        {
            SchedulePoint point = schedule.At(step);
            return point.Step == step && point.LearningRate is >= 0 and <= 1 && point.Momentum is null or (>= 0.8 and <= 0.95);
        }));

    [Fact]
    public void Given_any_join_when_evaluated_around_its_boundary_then_each_side_counts_its_own_steps() => Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(2000),
        Prop.ForAll(AnySchedule, AnySchedule, AnyStep, (first, next, step) =>
        {
            long boundary = Math.Clamp(step, 1, long.MaxValue - 100);
            var joined = new JoinedSchedule([first, next], [boundary]);
            return joined.At(boundary - 1) == first.At(boundary - 1)
                && Enumerable.Range(0, 20).All(i => joined.At(boundary + i) == next.At(i) with { Step = boundary + i });
        }));

    [Fact]
    public void Given_any_warm_up_however_long_when_it_is_over_then_the_schedule_begins_at_its_own_step_0() => Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(1000),
        Prop.ForAll(AnySchedule, AnyStep, (schedule, step) =>
        {
            long steps = Math.Clamp(step, 1, long.MaxValue - 100);
            var warmed = new WarmupSchedule(schedule, steps, 0.1);
            double first = schedule.At(0).LearningRate;
            return Enumerable.Range(0, 20).All(i => warmed.At(steps + i) == schedule.At(i) with { Step = steps + i })
                && warmed.At(steps - 1).LearningRate is var last && last >= 0.1 * first * (1 - 1e-15) && last <= first;
        }));

    [Fact]
    public void Given_a_wave_of_any_shape_when_evaluated_far_away_then_it_repeats_to_the_bit() => Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(2000),
        Prop.ForAll(
            Gen.Choose(1, 5000).Two().ToArbitrary(),
            Gen.Choose(0, 9999).ToArbitrary(),
            AnyStep,
            (halves, offset, around) =>
            {
                var schedule = new CyclicSchedule(0.001, 0.1, halves.Item1, halves.Item2);
                long position = offset % schedule.CycleLength, start = Math.Max(0, around - schedule.CycleLength) / schedule.CycleLength * schedule.CycleLength;
                return schedule.At(start + position) == schedule.At(position) with { Step = start + position };
            }));

    [Fact]
    public void Given_any_schedule_and_window_when_its_rates_are_listed_then_they_are_those_of_its_points_to_the_bit() => Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(1000),
        Prop.ForAll(AnySchedule, AnyStep, Gen.Choose(1, 3).ToArbitrary(), (schedule, step, every) =>
        {
            long from = Math.Min(step, long.MaxValue - 1000);
            return schedule.Rates(300, every, from).SequenceEqual(schedule.Points(300, every, from).Select(point => point.LearningRate));
        }));

    [Fact]
    public void Given_any_schedule_and_length_of_a_run_when_looked_at_then_there_is_at_most_one_warning_a_kind_and_no_negative_step() => Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(2000),
        Prop.ForAll(AnySchedule, AnyStep, Gen.Choose(1, 500).ToArbitrary(), (schedule, step, stepsPerEpoch) =>
        {
            IReadOnlyList<ScheduleWarning> warnings = ScheduleAdvice.For(schedule, Math.Max(1, step), stepsPerEpoch);
            return warnings.DistinctBy(warning => warning.Id).Count() == warnings.Count && !warnings.Any(warning => NegativeNumber.IsMatch(warning.Message));
        }));

    private static Gen<ILrSchedule> Schedules(int depth) => depth == 0
        ? Gen.OneOf<ILrSchedule>(
            from up in Gen.Choose(1, 300)
            from down in Gen.Choose(1, 300)
            from mode in Gen.Elements(CyclicMode.Triangular, CyclicMode.Triangular2, CyclicMode.ExpRange)
            from growth in Gen.Elements(1.0, 1.01, 1.5, 2.0)
            from limit in Gen.Elements<long?>(null, 1, 4)
            from top in Gen.Elements(0, 1, 70)
            from bottom in Gen.Elements(0, 1, 70)
            select (ILrSchedule)new CyclicSchedule(0.001, 0.1, up, down, mode, 0.999, cycleMul: growth, cycleDecay: 0.9, cycleLimit: limit, holdTop: top, holdBottom: bottom),
            from steps in Gen.Choose(10, 2000)
            from three in Gen.Elements(false, true)
            select (ILrSchedule)new OneCycleSchedule(0.5, steps, threePhase: three),
            from steps in Gen.Choose(1, 300)
            from growth in Gen.Elements(1.0, 1.3, 2.0)
            select (ILrSchedule)new CosineWarmRestartsSchedule(1, steps, growth, 0.01),
            from steps in Gen.Choose(1, 300)
            from shape in Gen.Elements(Enum.GetValues<DecayShape>())
            select (ILrSchedule)new DecaySchedule(1, steps, shape, 0.01),
            from steps in Gen.Choose(1, 300)
            from isRegular in Gen.Elements(false, true)
            select (ILrSchedule)(isRegular ? new StepDecaySchedule(0.5, steps) : new StepDecaySchedule(0.5, milestones: [steps, 2L * steps])),
            Gen.Constant<ILrSchedule>(new ConstantSchedule(0.3)))
        : Gen.OneOf(
            Schedules(0),
            from schedule in Schedules(depth - 1)
            from steps in Gen.Choose(1, 300)
            select (ILrSchedule)new WarmupSchedule(schedule, steps, 0.1),
            from first in Schedules(depth - 1)
            from next in Schedules(depth - 1)
            from boundary in Gen.Choose(1, 300)
            select (ILrSchedule)new JoinedSchedule([first, next], [boundary]));
}

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
        new CyclicSchedule(0.0007, 0.31, 7, cycleMul: 1.5, cycleLimit: 9, holdTop: 3, holdBottom: 2),
        new CyclicSchedule(0.0007, 0.31, 7, scaleFunction: new(x => 1 / x)),
        new CyclicSchedule(0.0007, 0.31, 7, scaleFunction: new(x => 1 / (1 + x), ScaleMode.Iterations)),
        new OneCycleSchedule(0.1, 3000),
        new CosineWarmRestartsSchedule(0.1, 13, 2),
        new DecaySchedule(0.1, 3000, DecayShape.OneMinusSqrt),
        new StepDecaySchedule(0.1, 7, 0.9),
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
