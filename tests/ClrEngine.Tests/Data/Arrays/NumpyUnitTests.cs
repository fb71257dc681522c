using ClrEngine.Data.Arrays;

namespace ClrEngine.Tests.Data.Arrays;

/// <summary>Both parts of a set are read in one unit, and what reading rounds or joins is said.</summary>
public sealed class NumpyUnitTests
{
    private static readonly DataOptions Raw = new() { Standardize = false };
    private static readonly byte[] Y = NpyWriter.Bytes("<i8", "(4,)", 0L, 1L, 0L, 1L);
    private static readonly byte[] Bytes = NpyWriter.Bytes<byte>("|u1", "(4, 1, 2)", 0, 255, 51, 0, 51, 0, 51, 102);
    private static readonly byte[] Counts = NpyWriter.Bytes("<f4", "(4, 1, 2)", 0f, 255f, 51f, 0f, 51f, 0f, 51f, 102f);
    private static readonly byte[] Shares = NpyWriter.Bytes("<f4", "(4, 1, 2)", 0f, 1f, 0.2f, 0f, 0.2f, 0f, 0.2f, 0.4f);

    [Fact]
    public void The_training_part_decides_by_what_both_are_divided()
    {
        float[] shares = [0, 1, 0.2f, 0, 0.2f, 0, 0.2f, 0.4f];
        Assert.Equal(shares, Parts(Bytes, Counts).Validation.Samples.ReadAll());
        Assert.Equal([0, 255, 51, 0, 51, 0, 51, 102], Parts(Counts, Bytes).Validation.Samples.ReadAll());
        Assert.Equal(shares, Parts(Shares, Shares).Validation.Samples.ReadAll());
    }

    [Fact]
    public void Parts_of_which_one_has_shares_and_the_other_counts_are_refused()
    {
        foreach ((byte[] train, byte[] test) in new[] { (Bytes, Shares), (Shares, Bytes), (Shares, Counts), (Counts, Shares) })
        {
            var error = Assert.Throws<DataFormatException>(() => Parts(train, test));
            Assert.Equal(DataErrors.Value, error.Cause);
            Assert.Contains("save x_test in the unit of x_train", error.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Bytes_of_0_and_1_are_read_as_they_are_and_held_against_the_other_part()
    {
        byte[] binary = NpyWriter.Bytes<byte>("|u1", "(4, 1, 2)", 0, 1, 1, 0, 1, 1, 0, 0);
        TrainingData data = Parts(binary, binary);
        Assert.Equal([0, 1, 1, 0, 1, 1, 0, 0], data.Validation.Samples.ReadAll());
        Assert.Contains("The bytes of x_train are 0 and 1 alone", Assert.Single(data.Warnings), StringComparison.Ordinal);
        Assert.Equal(0.1307, Parts(binary, binary, new DataOptions { Scaling = StandardScalings.All["MNIST"] }).Scaling.Means[0]);
        Assert.Empty(Parts(Bytes, Bytes).Warnings);
        foreach ((byte[] train, byte[] test) in new[] { (binary, Bytes), (Bytes, binary), (binary, Counts) })
            Assert.Contains("save x_test in the unit of x_train", Assert.Throws<DataFormatException>(() => Parts(train, test)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Counts_of_8_and_of_16_bits_are_refused_and_flat_arrays_in_two_units_are_said()
    {
        byte[] eight = NpyWriter.Bytes("<i4", "(4, 1, 2)", 0, 255, 51, 0, 51, 0, 51, 102), sixteen = NpyWriter.Bytes("<i4", "(4, 1, 2)", 0, 65_535, 51, 0, 51, 0, 51, 102);
        Assert.Contains("up to 65535, and those of x_train go up to 255", Assert.Throws<DataFormatException>(() => Parts(eight, sixteen)).Message, StringComparison.Ordinal);
        Assert.Throws<DataFormatException>(() => Parts(sixteen, eight));

        byte[] y = NpyWriter.Bytes("<i8", "(12,)", [.. Enumerable.Range(0, 12).Select(static i => (long)(i % 2))]), shares = Flat(1), counts = Flat(255);
        foreach (bool isScaled in new[] { true, false })
        {
            Assert.Contains("as if in another unit", Assert.Single(OfFlat(shares, counts, isScaled)), StringComparison.Ordinal);
            Assert.Contains("as if in another unit", Assert.Single(OfFlat(counts, shares, isScaled)), StringComparison.Ordinal);
            Assert.Empty(OfFlat(shares, shares, isScaled));
        }

        static byte[] Flat(float unit) => NpyWriter.Bytes("<f4", "(12, 2)", [.. Enumerable.Range(0, 24).Select(i => i * 7 % 13 / 13f * unit)]);
        IReadOnlyList<string> OfFlat(byte[] train, byte[] test, bool isScaled) => Load(Raw with { Standardize = isScaled }, ("x_train", train), ("y_train", y), ("x_test", test), ("y_test", y)).Warnings;
    }

    [Fact]
    public void Whole_numbers_that_are_rounded_are_said()
    {
        byte[] x = NpyWriter.Bytes("<i8", "(4, 2)", 1L, (1L << 53) + 1, 3, 4, 0, 6, 7, 9);
        Assert.Contains(Load(("x", x), ("y", Y)).Warnings, static warning => warning.Contains("x has whole numbers such as 9007199254740992,", StringComparison.Ordinal));
        Assert.DoesNotContain(Parts(Bytes, Bytes).Warnings, static warning => warning.Contains("rounds", StringComparison.Ordinal));
    }

    [Fact]
    public void Labels_that_are_rounded_are_refused_by_their_sample()
    {
        byte[] y = NpyWriter.Bytes("<u8", "(4,)", 1UL, 2UL, ulong.MaxValue, 2UL);
        Assert.Contains("has labels beyond 2^53, that of sample 2", Assert.Throws<DataFormatException>(() => Load(("x", Counts), ("y", y))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Labels_that_are_the_same_number_are_said()
    {
        byte[] x = NpyWriter.Bytes("<f4", "(4, 2)", 1f, 2f, 3f, 4f, 5f, 6f, 7f, 9f);
        Assert.Contains("'01', '1'", Assert.Single(Load(("x", x), ("y", NpyWriter.Texts("01", "2", "1", "2"))).Warnings), StringComparison.Ordinal);
        Assert.Empty(Load(("x", x), ("y", NpyWriter.Texts("1", "2", "1", "2"))).Warnings);
    }

    private static TrainingData Parts(byte[] train, byte[] test, DataOptions? options = null) =>
        Load((options ?? Raw) with { Layout = SampleLayout.Image }, ("x_train", train), ("y_train", Y), ("x_test", test), ("y_test", Y));

    private static TrainingData Load(params (string Name, byte[] Bytes)[] arrays) => Load(Raw, arrays);

    private static TrainingData Load(DataOptions options, params (string Name, byte[] Bytes)[] arrays)
    {
        using var archive = new NpzArchive(Table.Stream(NpyWriter.Archive(arrays)));
        return NumpyFormat.Load("set", "set.npz", archive.Names, archive.Read, options);
    }
}
