using ClrEngine.Errors;
using ClrEngine.Schedules;
using ClrFigures.Schedules;

namespace ClrFigures.Tests.Schedules;

public sealed class ScheduleFigureTests
{
    [Fact]
    public void A_cyclic_schedule_is_drawn_over_four_cycles_with_its_exact_rates()
    {
        CyclicSchedule schedule = Sample.Schedule();

        var rate = ScheduleFigure.Of(schedule).Trace("learning rate");

        double?[] steps = rate.Numbers("x"), rates = rate.Numbers("y");
        Assert.Equal(0, steps[0]);
        Assert.Equal(16_000, steps[^1]);
        Assert.All(steps.Zip(rates), p => Assert.Equal(schedule.At((long)p.First!).LearningRate, p.Second));
        Assert.Contains(0.006, rates);
    }

    [Fact]
    public void Axes_have_titles_with_units()
    {
        ClrFigure figure = ScheduleFigure.Of(Sample.Schedule());

        Assert.Equal("step (optimiser updates)", figure.AxisTitle("xaxis"));
        Assert.Equal("learning rate", figure.AxisTitle("yaxis"));
        Assert.Equal("momentum", figure.AxisTitle("yaxis2"));
    }

    [Fact]
    public void Momentum_goes_to_the_second_axis() =>
        Assert.Equal("y2", (string?)ScheduleFigure.Of(Sample.Schedule()).Trace("momentum")["yaxis"]);

    [Fact]
    public void A_schedule_without_momentum_has_no_second_axis()
    {
        ClrFigure figure = ScheduleFigure.Of(new ExponentialSweep(1e-6, 1, 100));

        Assert.Null(figure.Layout()["yaxis2"]);
        Assert.Equal(["learning rate"], figure.Legend());
    }

    [Fact]
    public void Cycle_ends_are_dashed_lines()
    {
        var lines = ScheduleFigure.Of(Sample.Schedule()).Layout()["shapes"]!.AsArray();

        Assert.Equal([4000.0, 8000, 12_000, 16_000], lines.Select(l => (double)l!["x0"]!));
        Assert.All(lines, l => Assert.Equal("dash", (string?)l!["line"]!["dash"]));
    }

    [Fact]
    public void Many_cycle_ends_are_thinned_evenly()
    {
        var lines = ScheduleFigure.Of(new CyclicSchedule(0.1, 0.2, 5), count: 10_001).Layout()["shapes"]!.AsArray();

        Assert.Equal(Enumerable.Range(1, 20).Select(i => i * 500.0), lines.Select(l => (double)l!["x0"]!));
    }

    [Fact]
    public void Several_schedules_share_one_figure_with_one_legend_entry_each()
    {
        ClrFigure figure = ScheduleFigure.Of([new("a", Sample.Schedule()), new("b", Sample.Schedule(CyclicMode.Triangular))]);

        Assert.Equal(["a", "b", "cycle end"], figure.Legend());
    }

    [Fact]
    public void Schedules_of_different_cycles_have_no_cycle_lines() =>
        Assert.Empty(ScheduleFigure.Of([new("a", Sample.Schedule()), new("b", new CyclicSchedule(0.1, 0.2, 7))]).Layout()["shapes"]!.AsArray());

    [Fact]
    public void A_billion_steps_are_drawn_with_every_peak()
    {
        var rate = ScheduleFigure.Of(new CyclicSchedule(0.001, 0.006, 1_000_003), count: 1_000_000_000).Trace("learning rate");

        Assert.InRange(rate.Numbers("x").Length, 2, 2 * Thinning.DefaultMost);
        Assert.Equal(500, rate.Numbers("y").Count(y => y == 0.006));
    }

    [Fact]
    public void One_point_is_no_curve() =>
        Assert.Equal("InvalidCount", Assert.Throws<InvalidParameterException>(() => ScheduleFigure.Of(Sample.Schedule(), count: 1)).ErrorId);

    [Fact]
    public void No_schedule_is_no_figure() =>
        Assert.Equal("NothingToDraw", Assert.Throws<InvalidParameterException>(() => ScheduleFigure.Of(Array.Empty<NamedSchedule>())).ErrorId);

    [Fact]
    public void Growing_cycles_end_where_they_end()
    {
        var schedule = new CosineWarmRestartsSchedule(0.1, 10, tMult: 2);

        ClrFigure figure = ScheduleFigure.Of(schedule, count: 80);

        Assert.Equal([10.0, 30, 70], figure.Layout()["shapes"]!.AsArray().Select(l => (double)l!["x0"]!));
    }

    [Fact]
    public void A_warm_up_is_drawn_in_front_of_four_cycles()
    {
        ClrFigure figure = ScheduleFigure.Of(new WarmupSchedule(Sample.Schedule(), 500));

        Assert.Equal([4500.0, 8500, 12_500, 16_500], figure.Layout()["shapes"]!.AsArray().Select(l => (double)l!["x0"]!));
        Assert.Equal(16_500, figure.Trace("learning rate").Numbers("x")[^1]);
    }

    [Fact]
    public void A_one_cycle_schedule_is_drawn_whole() =>
        Assert.Equal(299, ScheduleFigure.Of(new OneCycleSchedule(0.1, 300)).Trace("learning rate").Numbers("x")[^1]);

    [Fact]
    public void Parameter_groups_have_a_line_each()
    {
        var groups = new GroupedSchedule([Sample.Schedule(), Sample.Schedule(maxLr: 0.003)]);

        ClrFigure figure = ScheduleFigure.Of(groups);

        Assert.Equal(["group 0", "group 1", "cycle end"], figure.Legend());
        Assert.Equal(0.003, figure.Trace("group 1").Numbers("y").Max());
    }

    [Fact]
    public void Momentum_that_only_one_part_sets_is_a_gap_elsewhere()
    {
        var joined = new JoinedSchedule([new ConstantSchedule(0.001), Sample.Schedule()], [100]);

        double?[] momentum = ScheduleFigure.Of(joined, count: 200).Trace("momentum").Numbers("y");

        Assert.All(momentum[..100], Assert.Null);
        Assert.All(momentum[100..], m => Assert.NotNull(m));
    }
}
