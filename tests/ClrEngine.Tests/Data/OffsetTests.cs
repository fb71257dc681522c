using ClrEngine.Data.Arrays;
using ClrEngine.Data.Preparation;
using ClrEngine.Data.Tables;
using static TorchSharp.torch;

namespace ClrEngine.Tests.Data;

/// <summary>Numbers far from zero beside what they vary by: seconds since 1970, record numbers, coordinates. Single precision rounds them, so they are centred first.</summary>
[Collection(nameof(TorchRandomState))]
public sealed class OffsetTests
{
    private const int Rows = 60;

    private static readonly Dictionary<string, Func<double[], DataOptions, TrainingData>> Readers = new()
    {
        ["csv"] = static (values, options) => Table.Load(Table.Stream("when,label\n" + Lines(values)), options),
        ["csv with decimals"] = static (values, options) => Table.Load(Table.Stream("when,label\n" + string.Concat(values.Select(static (v, i) => $"{v:F3},{Label(i)}\n"))), options),
        ["csv in two parts"] = static (values, options) => Table.Load("when,label\n" + Lines(values), "when,label\n" + Lines(values), options),
        ["parquet of doubles"] = static (values, options) => Parquet(values, options),
        ["parquet of longs"] = static (values, options) => Parquet(Longs(values), options),
        ["npy f8"] = static (values, options) => Numpy("<f8", $"({Rows}, 1)", options, values),
        ["npy big-endian f8"] = static (values, options) => Numpy(">f8", $"({Rows}, 1)", options, [.. values.Select(static v => BitConverter.Int64BitsToDouble(System.Buffers.Binary.BinaryPrimitives.ReverseEndianness(BitConverter.DoubleToInt64Bits(v))))]),
        ["npy i8"] = static (values, options) => Numpy("<i8", $"({Rows}, 1)", options, Longs(values)),
        ["npy sequences"] = static (values, options) => Numpy("<f8", $"({Rows}, 3, 1)", options with { Layout = SampleLayout.Sequence }, [.. values.SelectMany(static v => new[] { v, v, v })]),
        ["npy images of channels last"] = static (values, options) => Numpy("<f8", $"({Rows}, 2, 2, 1)", options, [.. values.SelectMany(static v => new[] { v, v, v, v })]),
        ["tensor of doubles"] = static (values, options) => TensorData.Prepare(tensor(values).reshape(-1, 1), tensor(Labels()), options),
        ["tensor of longs"] = static (values, options) => TensorData.Prepare(tensor(Longs(values)).reshape(-1, 1), tensor(Labels()), options),
        ["tensor with strides"] = static (values, options) => TensorData.Prepare(tensor(values).reshape(1, -1).t(), tensor(Labels()), options),
    };

    public OffsetTests() => TorchLibrary.EnsureLoaded();

    public static TheoryData<string, double> Cases() =>
        [.. Readers.Keys.SelectMany(static reader => new[] { 0.0, 1_700_000_000, 1L << 31, -(1L << 40), 1L << 40 }, static (reader, offset) => (reader, offset))];

    [Theory]
    [MemberData(nameof(Cases))]
    public void An_offset_costs_no_digits(string reader, double offset)
    {
        double[] values = [.. Enumerable.Range(0, Rows).Select(i => offset + i)];
        TrainingData near = Readers[reader]([.. Enumerable.Range(0, Rows).Select(static i => (double)i)], DataOptions.Default);

        TrainingData far = Readers[reader](values, DataOptions.Default);

        Assert.Equal(near.Scaling.Means[0] + offset, far.Scaling.Means[0], 1e-3);
        Assert.Equal(near.Scaling.StandardDeviations[0], far.Scaling.StandardDeviations[0], 1e-6);
        Assert.InRange(far.Scaling.StandardDeviations[0], 15, 20);
        Assert.All(near.Train.Samples.ReadAll().Zip(far.Train.Samples.ReadAll()), static pair => Assert.Equal(pair.First, pair.Second, 1e-5f));
        Assert.All(near.Validation.Samples.ReadAll().Zip(far.Validation.Samples.ReadAll()), static pair => Assert.Equal(pair.First, pair.Second, 1e-5f));
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void As_they_are_values_are_rounded_once(string reader, double offset)
    {
        double[] values = [.. Enumerable.Range(0, Rows).Select(i => offset + i)];
        TrainingData data = Readers[reader](values, new DataOptions { Standardize = false });
        Assert.All(data.Train.Samples.ReadAll(), value => Assert.Contains((double)value, values.Select(static v => (double)(float)v)));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1_700_000_000)]
    [InlineData(1L << 40)]
    public void Values_to_predict_keep_their_digits_too(double offset)
    {
        double[] values = [.. Enumerable.Range(0, Rows).Select(i => offset + (2 * i))];
        TrainingData[] sets =
        [
            Table.Load(Table.Stream("n,y\n" + string.Concat(values.Select(static (v, i) => $"{i},{v:F1}\n"))), new DataOptions { Regression = true }),
            Numpy("<i8", $"({Rows}, 1)", new DataOptions { Regression = true }, [.. Enumerable.Range(0, Rows).Select(static i => (long)i)], NpyWriter.Bytes("<f8", $"({Rows},)", values)),
            TensorData.Prepare(arange(Rows).reshape(-1, 1), tensor(values)),
        ];
        Assert.All(sets, data =>
        {
            Assert.InRange(data.TargetScaling!.StandardDeviations[0], 30, 40);
            Assert.All(((ValueTargets)data.Train.Targets).Values, value => Assert.Contains(value, values));
        });
    }

    [Fact]
    public void A_constant_has_no_spread_whatever_its_sums_round_to()
    {
        foreach (double constant in new[] { 0.1, 1.7e9 + 0.1, -1.0 / 3, 1e-30, 3e38 })
        {
            FeatureScaling scaling = ScalingEstimator.Estimate(new DoubleSamples(Enumerable.Repeat(constant, 997).ToArray(), [1]));
            Assert.Equal((constant, 1), (scaling.Means[0], scaling.StandardDeviations[0]));
        }
    }

    [Theory]
    [InlineData(1e-40)]
    [InlineData(1e-150)]
    [InlineData(1e-160)]
    [InlineData(1e-200)]
    [InlineData(-1e-300)]
    [InlineData(1e-305)]
    public void However_small_numbers_are_they_are_scaled(double unit)
    {
        double[] values = [.. Enumerable.Range(0, Rows).Select(i => i * unit)], near = [.. Enumerable.Range(0, Rows).Select(i => (double)i * Math.Sign(unit))];
        foreach (string reader in new[] { "parquet of doubles", "npy f8", "npy sequences", "npy images of channels last", "tensor of doubles" })
        {
            TrainingData data = Readers[reader](values, DataOptions.Default);
            Assert.Equal(1, data.Scaling.StandardDeviations[0] / Math.Abs(unit) / Readers[reader](near, DataOptions.Default).Scaling.StandardDeviations[0], 1e-9);
            Assert.All(Readers[reader](near, DataOptions.Default).Train.Samples.ReadAll().Zip(data.Train.Samples.ReadAll()), static pair => Assert.Equal(pair.First, pair.Second, 1e-5f));
        }

        string text = "n,when,label\n" + string.Concat(values.Select(static (v, i) => FormattableString.Invariant($"{i * 7 % 11},{v:R},{Label(i)}\n")));
        Assert.Empty(Table.Load(text, DataOptions.Default).Warnings);
        Assert.Contains("'when' lies so far from 0, or so close to it", Assert.Single(Table.Load(text).Warnings), StringComparison.Ordinal);
        TrainingData regression = Table.Load("n,y\n" + string.Concat(values.Select(static (v, i) => FormattableString.Invariant($"{i * 7 % 11},{v:R}\n"))), new DataOptions { Regression = true });
        Assert.InRange(regression.TargetScaling!.StandardDeviations[0] / Math.Abs(unit), 15, 20);
    }

    [Fact]
    public void The_smallest_of_all_numbers_are_scaled_as_well()
    {
        string text = "n,when,label\n" + string.Concat(Enumerable.Range(0, Rows).Select(static i => $"{i * 7 % 11},{i}e-320,{Label(i)}\n"));
        TrainingData data = Table.Load(text, DataOptions.Default);
        Assert.Empty(data.Warnings);
        Assert.Equal(1, Math.Sqrt(data.Train.Samples.ReadAll().Where(static (_, i) => i % 2 == 1).Average(static v => (double)v * v)), 1e-3);
    }

    private static string Lines(double[] values) => string.Concat(values.Select(static (v, i) => $"{v:F0},{Label(i)}\n"));

    private static string Label(int row) => row < Rows / 2 ? "early" : "late";

    private static long[] Labels() => [.. Enumerable.Range(0, Rows).Select(static i => i < Rows / 2 ? 0L : 1)];

    private static long[] Longs(double[] values) => Array.ConvertAll(values, static v => (long)v);

    private static TrainingData Parquet(Array values, DataOptions options)
    {
        byte[] bytes = ParquetMaker.Bytes(("when", values), ("label", Enumerable.Range(0, Rows).Select(Label).ToArray()));
        return TablePreparation.Prepare("table", "table", ParquetTable.Read(Table.Stream(bytes), options), null, options);
    }

    private static TrainingData Numpy<T>(string type, string shape, DataOptions options, T[] values, byte[]? targets = null)
        where T : unmanaged
    {
        using var archive = new NpzArchive(Table.Stream(NpyWriter.Archive(("x", NpyWriter.Bytes(type, shape, values)), ("y", targets ?? NpyWriter.Bytes("<i8", $"({Rows},)", Labels())))));
        return NumpyFormat.Load("set", "set.npz", archive.Names, archive.Read, options);
    }
}
