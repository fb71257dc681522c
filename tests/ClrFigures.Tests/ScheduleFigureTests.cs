using ClrEngine.Errors;
using FsCheck;
using FsCheck.Fluent;

namespace ClrFigures.Tests;

public sealed class ScheduleFigureTests
{
    [Fact]
    public void A_cyclic_schedule_is_drawn_over_four_cycles_with_its_exact_rates()
    {
        CyclicSchedule schedule = Sample.Schedule();

        var rate = ScheduleFigure.Draw(schedule).Trace("learning rate");

        double?[] steps = rate.Numbers("x"), rates = rate.Numbers("y");
        Assert.Equal(0, steps[0]);
        Assert.Equal(16_000, steps[^1]);
        Assert.All(steps.Zip(rates), p => Assert.Equal(schedule.At((long)p.First!).LearningRate, p.Second));
        Assert.Contains(0.006, rates);
    }

    [Fact]
    public void A_hold_is_drawn_from_its_first_step_to_its_last_however_many_steps_there_are()
    {
        var rate = ScheduleFigure.Draw(new CyclicSchedule(0.1, 0.3, 1_000_003, holdTop: 400_007, holdBottom: 300_001), count: 2_700_015).Trace("learning rate");

        Assert.Equal([0, 1_000_003, 1_400_010, 2_400_013, 2_700_014], rate.Numbers("x"));
        Assert.Equal([0.1, 0.3, 0.3, 0.1, 0.1], rate.Numbers("y"));
    }

    [Fact]
    public void Axes_have_titles_with_units()
    {
        ClrFigure figure = ScheduleFigure.Draw(Sample.Schedule());

        Assert.Equal("step (optimiser updates)", figure.AxisTitle("xaxis"));
        Assert.Equal("learning rate", figure.AxisTitle("yaxis"));
        Assert.Equal("momentum", figure.AxisTitle("yaxis2"));
    }

    [Fact]
    public void Momentum_goes_to_the_second_axis() =>
        Assert.Equal("y2", (string?)ScheduleFigure.Draw(Sample.Schedule()).Trace("momentum")["yaxis"]);

    [Fact]
    public void A_schedule_without_momentum_has_no_second_axis()
    {
        ClrFigure figure = ScheduleFigure.Draw(new ExponentialSweep(1e-6, 1, 100));

        Assert.Null(figure.Layout()["yaxis2"]);
        Assert.Equal(["learning rate"], figure.Legend());
    }

    [Fact]
    public void Cycle_ends_are_dashed_lines()
    {
        var lines = ScheduleFigure.Draw(Sample.Schedule()).Layout()["shapes"]!.AsArray();

        Assert.Equal([4000.0, 8000, 12_000, 16_000], lines.Select(l => (double)l!["x0"]!));
        Assert.All(lines, l => Assert.Equal("dash", (string?)l!["line"]!["dash"]));
    }

    [Fact]
    public void Many_cycle_ends_are_thinned_evenly()
    {
        var lines = ScheduleFigure.Draw(new CyclicSchedule(0.1, 0.2, 5), count: 10_001).Layout()["shapes"]!.AsArray();

        Assert.Equal(Enumerable.Range(1, 20).Select(i => i * 500.0), lines.Select(l => (double)l!["x0"]!));
    }

    [Fact]
    public void Several_schedules_share_one_figure_with_one_legend_entry_each()
    {
        ClrFigure figure = ScheduleFigure.Draw([new("a", Sample.Schedule()), new("b", Sample.Schedule(CyclicMode.Triangular))]);

        Assert.Equal(["a", "b", "cycle end"], figure.Legend());
    }

    [Fact]
    public void Schedules_of_different_cycles_have_no_cycle_lines() =>
        Assert.Empty(ScheduleFigure.Draw([new("a", Sample.Schedule()), new("b", new CyclicSchedule(0.1, 0.2, 7))]).Layout()["shapes"]!.AsArray());

    [Fact]
    public void A_billion_steps_are_drawn_with_every_peak()
    {
        var rate = ScheduleFigure.Draw(new CyclicSchedule(0.001, 0.006, 1_000_003), count: 1_000_000_000).Trace("learning rate");

        Assert.InRange(rate.Numbers("x").Length, 2, 2 * Thinning.DefaultMost);
        Assert.Equal(500, rate.Numbers("y").Count(y => y == 0.006));
    }

    [Fact]
    public void One_point_is_no_curve() =>
        Assert.Equal("InvalidCount", Assert.Throws<InvalidParameterException>(() => ScheduleFigure.Draw(Sample.Schedule(), count: 1)).ErrorId);

    [Fact]
    public void No_schedule_is_no_figure() =>
        Assert.Equal("NothingToDraw", Assert.Throws<InvalidParameterException>(() => ScheduleFigure.Draw(Array.Empty<NamedSchedule>())).ErrorId);

    [Fact]
    public void Growing_cycles_end_where_they_end()
    {
        var schedule = new CosineWarmRestartsSchedule(0.1, 10, tMult: 2);

        ClrFigure figure = ScheduleFigure.Draw(schedule, count: 80);

        Assert.Equal([10.0, 30, 70], figure.Layout()["shapes"]!.AsArray().Select(l => (double)l!["x0"]!));
    }

    [Fact]
    public void A_warm_up_is_drawn_in_front_of_four_cycles()
    {
        ClrFigure figure = ScheduleFigure.Draw(new WarmupSchedule(Sample.Schedule(), 500));

        Assert.Equal([4500.0, 8500, 12_500, 16_500], figure.Layout()["shapes"]!.AsArray().Select(l => (double)l!["x0"]!));
        Assert.Equal(16_500, figure.Trace("learning rate").Numbers("x")[^1]);
    }

    public static TheoryData<ILrSchedule, double> Ended => new()
    {
        { new OneCycleSchedule(0.1, 300), 299 },
        { new DecaySchedule(0.1, 300), 300 },
        { WarmupStableDecay.Make(0.1, 300, 20, 60), 300 },
        { new StepDecaySchedule(0.1, 50), 199 },
        { new StepDecaySchedule(0.1, milestones: [40, 80]), 100 },
    };

    [Theory]
    [MemberData(nameof(Ended))]
    public void A_schedule_with_an_end_is_drawn_whole(ILrSchedule schedule, double last) =>
        Assert.Equal(last, ScheduleFigure.Draw(schedule).Trace("learning rate").Numbers("x")[^1]);

    [Fact]
    public void Parameter_groups_have_a_line_each()
    {
        var groups = new GroupedSchedule([Sample.Schedule(), Sample.Schedule(maxLr: 0.003)]);

        ClrFigure figure = ScheduleFigure.Draw(groups);

        Assert.Equal(["group 0", "group 1", "cycle end"], figure.Legend());
        Assert.Equal(0.003, figure.Trace("group 1").Numbers("y").Max());
    }

    [Fact]
    public void Momentum_that_only_one_part_sets_is_a_gap_elsewhere()
    {
        var joined = new JoinedSchedule([new ConstantSchedule(0.001), Sample.Schedule()], [100]);

        var momentum = ScheduleFigure.Draw(joined, count: 200).Trace("momentum");

        (double? Step, double? Momentum)[] points = [.. momentum.Numbers("x").Zip(momentum.Numbers("y"))];
        Assert.Equal([0, 99, 100, 199], points.Select(p => p.Step));
        Assert.All(points, p => Assert.Equal(p.Step >= 100, p.Momentum.HasValue));
    }
}

public sealed class ScheduleShapeTests
{
    private const int Count = 1700;

    public static TheoryData<string> Bent => ["exponential", "cosine", "one cycle", "warm-up and decay"];

    private static ILrSchedule Schedule(string name) => name switch
    {
        "exponential" => new CyclicSchedule(0.001, 0.006, 200, mode: CyclicMode.ExpRange, gamma: 0.999),
        "cosine" => new CosineWarmRestartsSchedule(0.1, 100, tMult: 2),
        "one cycle" => new OneCycleSchedule(0.1, Count),
        _ => new WarmupSchedule(new CosineWarmRestartsSchedule(0.1, 500), 90),
    };

    [Fact]
    public void Of_straight_lines_only_the_corners_are_sent()
    {
        var rate = ScheduleFigure.Draw(new CyclicSchedule(0.001, 0.006, 150, stepSizeDown: 50, mode: CyclicMode.Triangular2), count: 4001).Trace("learning rate");

        Assert.Equal(Enumerable.Range(0, 20).SelectMany(cycle => new double?[] { cycle * 200, (cycle * 200) + 150 }).Append(4000), rate.Numbers("x"));
    }

    [Fact]
    public void A_kink_of_a_rising_line_is_a_corner() =>
        Assert.Equal([0, 100, 300], ScheduleFigure.Draw(new WarmupSchedule(new CyclicSchedule(0.01, 0.02, 200), 100), count: 301).Trace("learning rate").Numbers("x"));

    [Theory, MemberData(nameof(Bent))]
    public void A_bend_is_no_further_from_its_lines_than_a_pixel_can_show(string name)
    {
        ILrSchedule schedule = Schedule(name);

        IReadOnlyList<SchedulePoint> shown = ScheduleCurve.Points(schedule, Count);

        double[] rates = [.. Enumerable.Range(0, Count).Select(step => schedule.At(step).LearningRate)];
        double furthest = shown.Zip(shown.Skip(1)).SelectMany(line => Between(line.First, line.Second)).Max(p => Math.Abs(p.Rate - rates[p.Step]));
        Assert.InRange(furthest / (rates.Max() - rates.Min()), 0, 0.0005);
        Assert.InRange(shown.Count, 2, 180);
        Assert.Equal((rates.Max(), rates.Min()), (shown.Max(p => p.LearningRate), shown.Min(p => p.LearningRate)));
    }

    private static IEnumerable<(int Step, double Rate)> Between(SchedulePoint a, SchedulePoint b) => Enumerable.Range((int)a.Step, (int)(b.Step - a.Step))
        .Select(step => (step, a.LearningRate + ((b.LearningRate - a.LearningRate) * (step - a.Step) / (b.Step - a.Step))));
}

public sealed class ModesFigureTests
{
    private static readonly ClrFigure Figure = ModesFigure.Draw(0.001, 0.006, 2000);

    [Fact]
    public void Each_mode_has_a_row_of_its_own() =>
        Assert.Equal(["y", "y2", "y3"], Figure.Traces().Select(t => (string?)t!["yaxis"]));

    [Fact]
    public void The_rows_share_the_scale_of_the_rate() =>
        Assert.Equal(["y", "y"], new[] { "yaxis2", "yaxis3" }.Select(a => (string?)Figure.Layout()[a]!["matches"]));

    [Fact]
    public void The_rows_do_not_overlap()
    {
        double[][] rows = [.. new[] { "yaxis", "yaxis2", "yaxis3" }.Select(a => Figure.Layout()[a]!["domain"]!.AsArray().Select(v => (double)v!).ToArray())];

        Assert.Equal(1, rows[0][1]);
        Assert.True(rows[0][0] > rows[1][1] && rows[1][0] > rows[2][1]);
        Assert.InRange(rows[2][0], 0, 1e-9);
    }

    [Fact]
    public void The_second_peak_is_whole_halved_and_decayed()
    {
        double[] second = [.. Figure.Traces().Select(t => t!.Numbers("x").Zip(t!.Numbers("y")).Single(p => p.First == 6000).Second!.Value)];

        Assert.Equal(0.006, second[0]);
        Assert.Equal(0.0035, second[1], 12);
        Assert.Equal(0.001 + (0.005 * Math.Pow(0.25, 6000 / 16_000.0)), second[2], 6);
    }
}

public sealed class ThinningTests
{
    private static readonly Gen<double[]> Series =
        from length in Gen.Choose(1, 3000)
        from values in Gen.ArrayOf(Gen.Frequency((20, Gen.Choose(-1_000_000, 1_000_000).Select(i => i / 997.0)), (1, Gen.Constant(double.NaN))), length)
        select values;

    private static void ForAll(Func<double[], int, bool> holds) =>
        Prop.ForAll(Series.ToArbitrary(), Gen.Choose(4, 500).ToArbitrary(), (values, most) => holds(values, most)).QuickCheckThrowOnFailure();

    [Fact]
    public void Kept_points_are_ascending_and_hold_both_ends() => ForAll((values, most) =>
    {
        IReadOnlyList<int> kept = Thinning.KeepExtremes(values, most);
        return kept[0] == 0 && kept[^1] == values.Length - 1 && kept.Zip(kept.Skip(1), (a, b) => a < b).All(rises => rises);
    });

    [Fact]
    public void The_highest_and_the_lowest_value_are_kept() => ForAll((values, most) =>
    {
        double[] all = [.. values.Where(double.IsFinite)];
        double[] kept = [.. Thinning.KeepExtremes(values, most).Select(i => values[i]).Where(double.IsFinite)];
        return all.Length == 0 || (kept.Max() == all.Max() && kept.Min() == all.Min());
    });

    [Fact]
    public void No_more_finite_points_are_kept_than_asked_for() => ForAll((values, most) =>
        Thinning.KeepExtremes(values, most).Count(i => double.IsFinite(values[i])) <= most);

    [Fact]
    public void A_gap_stays_a_gap() => ForAll((values, most) =>
        values.Any(double.IsNaN) == Thinning.KeepExtremes(values, most).Any(i => double.IsNaN(values[i])));

    [Fact]
    public void A_short_series_is_kept_whole() =>
        Assert.Equal(Enumerable.Range(0, 7), Thinning.KeepExtremes([3, 1, 2, 5, 4, 9, 0], 7));

    [Fact]
    public void Every_peak_of_a_long_triangle_wave_is_kept()
    {
        var schedule = new ClrEngine.Schedules.CyclicSchedule(0.001, 0.006, 250);
        double[] rates = [.. Enumerable.Range(0, 100_000).Select(i => schedule.At(i).LearningRate)];

        HashSet<int> kept = [.. Thinning.KeepExtremes(rates, 2000)];

        Assert.All(Enumerable.Range(0, 200), cycle => Assert.Contains((cycle * 500) + 250, kept));
    }

    [Fact]
    public void Lines_between_corners_pass_all_points_within_the_tolerance() => ForAll((values, most) =>
    {
        double[] places = [.. values.Select((_, i) => (double)i)];
        IReadOnlyList<int> kept = Thinning.Corners(places, values, most);
        return kept[0] == 0 && kept[^1] == values.Length - 1 && kept.Zip(kept.Skip(1)).All(line => Enumerable.Range(line.First, line.Second - line.First)
            .All(i => double.IsNaN(values[i]) == double.IsNaN(values[line.First])
                && !(Math.Abs(values[line.First] + ((values[line.Second] - values[line.First]) * (i - line.First) / (line.Second - line.First)) - values[i]) > most * 1.000001)));
    });

    [Fact]
    public void Fewer_than_four_points_are_refused() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => Thinning.KeepExtremes([1, 2], 3));
}
