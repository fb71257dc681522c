using ClrFigures.Schedules;

namespace ClrFigures.Tests.Schedules;

public sealed class ModesFigureTests
{
    private static readonly ClrFigure Figure = ModesFigure.Of(0.001, 0.006, 2000);

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
