namespace ClrFigures.Tests;

public sealed class RangeTestFigureTests
{
    private static readonly LrRangeTestResult Test = Sample.RangeTest();
    private static readonly ClrFigure Figure = RangeTestFigure.Draw(Test, [Sample.Bounds(Test)]);

    [Fact]
    public void It_shows_both_losses_the_marks_and_the_bounds() => Assert.Equal(
        ["loss of each batch", "smoothed loss", "steepest descent", "lowest smoothed loss", "stopped: the loss diverged", "Balanced"],
        Figure.Legend().Select(n => n!.StartsWith("Balanced", StringComparison.Ordinal) ? "Balanced" : n));

    [Fact]
    public void The_rate_axis_is_logarithmic_after_an_exponential_sweep() =>
        Assert.Equal("log", (string?)Figure.Layout()["xaxis"]!["type"]);

    [Fact]
    public void The_rate_axis_is_linear_after_a_linear_sweep() => Assert.Equal(
        "linear",
        (string?)RangeTestFigure.Draw(Test with { Options = new LrRangeTestOptions { Sweep = SweepKind.Linear } }).Layout()["xaxis"]!["type"]);

    [Fact]
    public void The_legend_names_method_and_bounds()
    {
        var bounds = Sample.Bounds(Test);

        Assert.Equal([bounds.BaseLr, bounds.MaxLr], Figure.Trace(Figure.Legend()[^1]!).Numbers("x"));
    }

    [Fact]
    public void The_band_spans_the_bounds()
    {
        var bounds = Sample.Bounds(Test);
        var band = Figure.Layout()["shapes"]![0]!;

        Assert.Equal((bounds.BaseLr, bounds.MaxLr), ((double)band["x0"]!, (double)band["x1"]!));
    }

    [Fact]
    public void A_diverged_tail_does_not_flatten_the_curve()
    {
        LrRangeTestPoint last = Test.Points[^1];
        LrRangeTestResult steep = Test with { Points = [.. Test.Points, last with { Step = 100, LearningRate = 12, Loss = 1e9, SmoothedLoss = 2e8 }] };

        double[] shown = [.. RangeTestFigure.Draw(steep).Layout()["yaxis"]!["range"]!.AsArray().Select(v => (double)v!)];

        double fall = Test.Points[0].SmoothedLoss - Test.BestLoss;
        Assert.InRange(fall / (shown[1] - shown[0]), 0.5, 1);
        Assert.True(shown[0] < Test.BestLoss && shown[1] > Test.Points[0].SmoothedLoss);
    }

    [Fact]
    public void A_loss_that_is_not_finite_is_a_gap_and_its_mark_says_so()
    {
        ClrFigure figure = RangeTestFigure.Draw(Sample.RangeTest(reason: RangeTestStopReason.NonFiniteLoss));

        Assert.Null(figure.Trace("loss of each batch").Numbers("y")[^1]);
        var stop = figure.Trace("stopped: the loss was not finite");
        Assert.NotNull(stop.Numbers("y")[0]);
        Assert.Contains("not finite", (string?)stop["hovertemplate"]);
    }

    [Fact]
    public void A_test_without_points_is_an_empty_figure() => Assert.Equal(
        ["loss of each batch", "smoothed loss"],
        RangeTestFigure.Draw(Test with { Points = [] }).Legend());

    [Fact]
    public void A_batch_that_jumps_on_the_way_down_does_not_flatten_the_curve()
    {
        LrRangeTestResult jump = Test with { Points = [.. Test.Points.Select(p => p.Step == 40 ? p with { Loss = 500 } : p)] };

        Assert.InRange((double)RangeTestFigure.Draw(jump).Layout()["yaxis"]!["range"]![1]!, 2, 4);
    }

    [Fact]
    public void The_marks_stand_on_the_drawn_curve_at_the_rates_that_the_bounds_name()
    {
        var bounds = Sample.Bounds(Test);
        var curve = Figure.Trace("smoothed loss");
        var (lowest, steepest) = (Figure.Trace("lowest smoothed loss"), Figure.Trace("steepest descent"));

        Assert.Equal((bounds.LowestLossLr, bounds.SteepestLr), (lowest.Numbers("x")[0], steepest.Numbers("x")[0]));
        Assert.Equal(curve.Numbers("y").Min(), lowest.Numbers("y")[0]);
        Assert.Equal(curve.Numbers("y")[Array.IndexOf(curve.Numbers("x"), bounds.SteepestLr)], steepest.Numbers("y")[0]);
    }

    [Fact]
    public void Where_the_accuracy_is_read_the_marks_say_so()
    {
        LrRangeTestResult test = Test with
        {
            Options = Test.Options with { Metric = RangeTestMetric.Accuracy },
            Points = [.. Test.Points.Select(p => p with { Accuracy = 100 - (20 * p.Loss) })],
        };

        Assert.Contains("highest smoothed accuracy", RangeTestFigure.Draw(test).Legend());
    }

    [Fact]
    public void Several_methods_keep_to_their_rows()
    {
        var bounds = Sample.Bounds(Test);

        Assert.Empty(RangeTestFigure.Draw(Test, [bounds, bounds with { MaxLr = bounds.MaxLr * 2 }]).Layout()["shapes"]!.AsArray());
    }

    [Fact]
    public void Each_method_has_a_row_of_its_own()
    {
        var bounds = Sample.Bounds(Test);
        ClrFigure figure = RangeTestFigure.Draw(Test, [bounds, bounds with { MaxLr = bounds.MaxLr * 2 }]);

        Assert.Equal([0.0, 1], figure.Traces().Where(t => (string?)t!["yaxis"] == "y2").Select(t => t!.Numbers("y")[0]!.Value));
        Assert.Equal(2, figure.Layout()["yaxis2"]!["ticktext"]!.AsArray().Count);
    }

    [Fact]
    public void Repeats_are_a_ribbon_between_their_lowest_and_highest_smoothed_loss()
    {
        LrRangeTestResult[] repeats = [.. Enumerable.Range(1, 3).Select(seed => Sample.RangeTest(seed))];

        var ribbon = RangeTestFigure.Draw(LrRangeTestResult.Pool(repeats)).Trace("range of 3 repeats");

        double?[] edge = ribbon.Numbers("y");
        Assert.Equal(repeats.Min(r => r.SmoothLosses()[50]), edge[50]);
        Assert.Equal(repeats.Max(r => r.SmoothLosses()[50]), edge[^51]);
        Assert.Equal("toself", (string?)ribbon["fill"]);
    }

    [Fact]
    public void Accuracies_have_a_row_of_their_own()
    {
        LrRangeTestResult test = Test with { Points = [.. Test.Points.Select(p => p with { Accuracy = 50 })] };

        ClrFigure figure = RangeTestFigure.Draw(test, [Sample.Bounds(test)]);

        Assert.Equal("y3", (string?)figure.Trace("accuracy")["yaxis"]);
        Assert.Equal("accuracy (%)", figure.AxisTitle("yaxis3"));
    }
}
