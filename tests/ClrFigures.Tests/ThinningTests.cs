using FsCheck;
using FsCheck.Fluent;

namespace ClrFigures.Tests;

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
    public void Fewer_than_four_points_are_refused() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => Thinning.KeepExtremes([1, 2], 3));
}
