using ClrEngine.Numerics;
using FsCheck;
using FsCheck.Fluent;

namespace ClrEngine.Tests.Numerics;

public sealed class SeededRandomTests
{
    private static readonly Config Fixed = Config.QuickThrowOnFailure.WithReplay(20150602, 2017).WithQuietOnSuccess(true);

    [Fact]
    public void From_a_bare_state_the_numbers_are_those_of_the_reference_SplitMix64()
    {
        var random = new SeededRandom(1234567UL);
        ulong[] numbers = [.. Enumerable.Range(0, 5).Select(_ => random.NextUInt64())];
        Assert.Equal(
            [6457827717110365317, 3203168211198807973, 9817491932198370423, 4593380528125082431, 16408922859458223821], numbers);
    }

    // Computed apart from this code, in Python's big integers.
    [Theory]
    [InlineData(0, 0, 0x568a9b0b1a2c05ec, 0x44e5b8b147ef718b)]
    [InlineData(0, 1, 0x238275bc38fcbe91, 0xf89a2566b5822c54)]
    [InlineData(1, 0, 0x6ec85f1f8547bc0c, 0x6cf63afcc21a470a)]
    [InlineData(-1, 7, 0x7d50b9a0f42ea478, 0x8a744df058fdf485)]
    public void A_seed_and_stream_give_numbers_that_never_change(long seed, long stream, ulong first, ulong second)
    {
        var random = new SeededRandom(seed, stream);
        Assert.Equal((first, second), (random.NextUInt64(), random.NextUInt64()));
    }

    [Theory]
    [InlineData(0, 0, new long[] { 1, 4, 5, 0, 7, 6, 9, 8, 2, 3 })]
    [InlineData(0, 1, new long[] { 4, 7, 0, 5, 9, 3, 6, 2, 8, 1 })]
    [InlineData(42, 3, new long[] { 9, 0, 8, 4, 1, 5, 6, 2, 7, 3 })]
    public void A_seed_and_stream_give_an_order_that_never_changes(long seed, long stream, long[] expected)
    {
        long[] order = Ascending(10);
        new SeededRandom(seed, stream).Shuffle(order);
        Assert.Equal(expected, order);
    }

    [Fact]
    public void A_shuffle_loses_and_doubles_nothing() =>
        Prop.ForAll<long, long, long[]>((seed, stream, values) =>
        {
            long[] shuffled = [.. values];
            new SeededRandom(seed, stream).Shuffle(shuffled);
            return shuffled.Order().SequenceEqual(values.Order());
        }).Check(Fixed);

    [Fact]
    public void A_number_is_never_outside_its_bound() =>
        Prop.ForAll<long, PositiveInt>((seed, bound) =>
        {
            var random = new SeededRandom(seed, 0);
            return Enumerable.Range(0, 50).All(_ => random.NextInt(bound.Get) is var number && number >= 0 && number < bound.Get);
        }).Check(Fixed);

    [Fact]
    public void Two_streams_of_one_seed_give_different_orders() =>
        Prop.ForAll<long, long, long>((seed, one, other) =>
        {
            long[] first = Ascending(50), second = Ascending(50);
            new SeededRandom(seed, one).Shuffle(first);
            new SeededRandom(seed, other).Shuffle(second);
            return first.SequenceEqual(second) == (one == other);
        }).Check(Fixed);

    // 99.9 % of uniform samples lie below the critical values of chi-square with 6, 9 and 99 degrees of freedom.
    [Theory]
    [InlineData(7, 22.46)]
    [InlineData(10, 27.88)]
    [InlineData(100, 148.23)]
    public void Numbers_below_a_bound_are_uniform_by_chi_square(int bound, double critical)
    {
        var random = new SeededRandom(2015, 6);
        var counts = new int[bound];
        int draws = 10_000 * bound;
        for (int i = 0; i < draws; i++) counts[random.NextInt(bound)]++;
        Assert.True(ChiSquare(counts, draws) < critical, $"chi-square {ChiSquare(counts, draws)}");
    }

    [Fact]
    public void Every_order_of_four_values_is_as_likely_by_chi_square()
    {
        var counts = new Dictionary<string, int>();
        const int Draws = 24_000;
        for (int stream = 0; stream < Draws; stream++)
        {
            long[] order = Ascending(4);
            new SeededRandom(1506, stream).Shuffle(order);
            string key = string.Concat(order);
            counts[key] = counts.GetValueOrDefault(key) + 1;
        }

        Assert.Equal(24, counts.Count);
        Assert.True(ChiSquare(counts.Values, Draws) < 49.73, $"chi-square {ChiSquare(counts.Values, Draws)}");
    }

    [Fact]
    public void A_bound_near_the_largest_int_draws_both_halves_alike()
    {
        var random = new SeededRandom(1, 2);
        int upper = Enumerable.Range(0, 10_000).Count(_ => random.NextInt(int.MaxValue) > int.MaxValue / 2);
        Assert.InRange(upper, 4_800, 5_200);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    public void A_bound_below_one_is_refused_by_name(int bound) =>
        Assert.Throws<ArgumentOutOfRangeException>(nameof(bound), () => new SeededRandom(0, 0).NextInt(bound));

    private static double ChiSquare(IEnumerable<int> counts, int draws)
    {
        double expected = (double)draws / counts.Count();
        return counts.Sum(count => (count - expected) * (count - expected) / expected);
    }

    private static long[] Ascending(int count) => [.. Enumerable.Range(0, count).Select(static i => (long)i)];
}
