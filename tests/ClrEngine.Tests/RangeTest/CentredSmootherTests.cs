using ClrEngine.RangeTest.Suggestions;

namespace ClrEngine.Tests.RangeTest;

public sealed class CentredSmootherTests
{
    [Fact]
    public void Given_a_line_when_smoothed_then_it_stays_the_line_to_its_ends_with_its_slope()
    {
        double[] x = [.. Enumerable.Range(0, 20).Select(i => (double)i * i)];
        var smoother = new CentredSmoother(x, [.. x.Select(v => 3 - 0.5 * v)], 4);
        Assert.All(x.Zip(smoother.Values), p => Assert.Equal(3 - 0.5 * p.First, p.Second, 9));
        Assert.All(smoother.Slopes, s => Assert.Equal(-0.5, s, 9));
    }

    [Fact]
    public void Given_a_symmetric_dip_when_smoothed_then_its_lowest_point_does_not_move()
    {
        double[] x = [.. Enumerable.Range(0, 41).Select(i => (double)i)];
        var smoother = new CentredSmoother(x, [.. x.Select(v => Math.Abs(v - 20))], 6);
        Assert.Equal(20, Enumerable.Range(0, 41).MinBy(i => smoother.Values[i]));
    }

    [Fact]
    public void Given_noise_when_smoothed_then_its_deviation_shrinks_as_foretold()
    {
        var random = new Random(11);
        double[] x = [.. Enumerable.Range(0, 20_000).Select(i => (double)i)];
        var smoother = new CentredSmoother(x, [.. x.Select(_ => random.NextDouble() - 0.5)], 6);
        double deviation = Math.Sqrt(smoother.Values.Skip(6).SkipLast(6).Average(v => v * v));
        Assert.Equal(smoother.NoiseLeft[100] * Math.Sqrt(1.0 / 12), deviation, 0.005);
    }

    [Fact]
    public void Given_fewer_points_than_a_window_when_smoothed_then_all_points_make_the_line()
    {
        var smoother = new CentredSmoother([0, 1, 2], [5, 4, 3], 10);
        Assert.Equal([5, 4, 3], smoother.Values.Select(v => Math.Round(v, 9)));
    }
}
