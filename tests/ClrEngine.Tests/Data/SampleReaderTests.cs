using ClrEngine.Data;

namespace ClrEngine.Tests.Data;

public sealed class SampleReaderTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(31)]
    [InlineData(32)]
    [InlineData(256)]
    [InlineData(784)]
    public void Bytes_read_as_their_exact_quotient(int length)
    {
        byte[] values = [.. Enumerable.Range(0, 3 * length).Select(static i => (byte)i)];
        var samples = new ByteSamples(values, [length], 255);
        Assert.Equal(values.Select(static value => value / 255f), samples.ReadAll());
    }

    [Fact]
    public void Samples_come_in_the_order_asked_for_and_may_come_twice()
    {
        var samples = new ByteSamples(new byte[] { 0, 1, 2, 3, 4, 5 }, [2], 1);
        Assert.Equal([4, 5, 0, 1, 4, 5], samples.ReadRows(2, 0, 2));
    }

    [Fact]
    public void A_subset_counts_its_own_samples_from_0()
    {
        var all = new FloatSamples(new float[] { 0, 10, 20, 30 }, [1]);
        Assert.Equal([30, 10, 30], new SubsetSamples(all, [1, 3]).ReadRows(1, 0, 1));
    }

    [Theory]
    [MemberData(nameof(Readers))]
    public void An_index_outside_the_set_is_refused_by_name(ISampleReader samples)
    {
        Assert.Throws<ArgumentOutOfRangeException>("indices", () => samples.ReadRows(0, samples.Count));
        Assert.Throws<ArgumentOutOfRangeException>("indices", () => samples.ReadRows(-1));
    }

    [Theory]
    [MemberData(nameof(Readers))]
    public void A_destination_of_another_length_is_refused_by_name(ISampleReader samples)
    {
        Assert.Throws<ArgumentException>("destination", () => samples.Read([0, 1], new float[samples.SampleLength]));
        Assert.Throws<ArgumentException>("destination", () => samples.Read([0], new float[samples.SampleLength + 1]));
    }

    [Theory]
    [MemberData(nameof(Readers))]
    public void Nothing_asked_for_reads_nothing(ISampleReader samples) => Assert.Empty(samples.ReadRows());

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.NegativeInfinity)]
    public void A_value_that_is_not_finite_is_refused_with_its_place(float value)
    {
        var error = Assert.Throws<ArgumentException>("values", () => new FloatSamples(new[] { 1, 2, 3, value }, [2]));
        Assert.Contains("Value 1 of sample 1", error.Message);
    }

    [Theory]
    [InlineData(new long[] { })]
    [InlineData(new long[] { 0 })]
    [InlineData(new long[] { 2, -1 })]
    [InlineData(new long[] { 65536, 65536 })]
    [InlineData(new[] { long.MaxValue, long.MaxValue })]
    public void A_shape_that_makes_no_sample_is_refused_by_name(long[] shape) =>
        Assert.Throws<ArgumentException>(nameof(shape), () => new ByteSamples(new byte[4], shape, 1));

    [Fact]
    public void A_last_sample_that_is_not_whole_is_refused_by_name() =>
        Assert.Throws<ArgumentException>("values", () => new ByteSamples(new byte[5], [2], 1));

    public static TheoryData<ISampleReader> Readers()
    {
        var bytes = new ByteSamples(new byte[6], [2], 1);
        return
        [
            bytes,
            new FloatSamples(new float[6], [2]),
            new SubsetSamples(bytes, [0, 2]),
            new ScaledSamples(bytes, FeatureScaling.Identity(2)),
        ];
    }
}
