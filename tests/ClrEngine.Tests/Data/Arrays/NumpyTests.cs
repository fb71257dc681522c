using ClrEngine.Data;
using ClrEngine.Data.Arrays;
using ClrEngine.Tests.Data.Tables;

namespace ClrEngine.Tests.Data.Arrays;

public sealed class NumpyTests
{
    private static readonly DataOptions Raw = new() { Standardize = false };
    private static readonly byte[] X = NpyWriter.Bytes("<f4", "(4, 2)", 1f, 2f, 3f, 4f, 5f, 6f, 7f, 8f);
    private static readonly byte[] Y = NpyWriter.Bytes("<i8", "(4,)", 3L, 5L, 3L, 5L);

    [Theory]
    [InlineData("x", "y")]
    [InlineData("X", "y")]
    [InlineData("data", "target")]
    [InlineData("x_train", "y_train")]
    [InlineData("train_images", "train_labels")]
    [InlineData("arr_0", "arr_1")]
    public void Features_and_labels_are_found_by_their_usual_names(string x, string y)
    {
        TrainingData data = Load((x, X), (y, Y));
        Assert.Equal([2], data.Shape);
        Assert.Equal(["3", "5"], data.Classes());
        Assert.Equal([[1, 2], [3, 4], [5, 6], [7, 8]], data.RowsInOrder());
    }

    [Fact]
    public void A_test_part_is_held_out_and_a_validation_part_goes_before_it()
    {
        (string, byte[])[] parts = [("x_train", X), ("y_train", Y), ("x_test", NpyWriter.Bytes("<f4", "(1, 2)", 9f, 9f)), ("y_test", NpyWriter.Bytes("<i8", "(1,)", 5L))];
        TrainingData data = Load(parts);
        Assert.Equal(4, data.Train.Count);
        Assert.Equal([9, 9], data.Validation.Samples.ReadAll());
        Assert.Equal([1], data.Validation.Labels());
        Assert.Equal(4, Load([.. parts, ("val_x", X), ("val_y", Y)]).Validation.Count);
    }

    [Fact]
    public void A_folder_of_arrays_reads_as_the_archive_of_them()
    {
        using var folder = new TempFolder();
        File.WriteAllBytes(Path.Combine(folder.Path, "x.npy"), X);
        File.WriteAllBytes(Path.Combine(folder.Path, "y.npy"), Y);
        string archive = Path.Combine(folder.Path, "set.npz");
        File.WriteAllBytes(archive, NpyWriter.Archive(("x", X), ("y", Y)));
        string identity = DataCatalog.Default.Load(archive).Identity;
        Assert.Equal(identity, DataCatalog.Default.Load(folder.Path).Identity);
        Assert.Equal(identity, DataCatalog.Default.Load(Path.Combine(folder.Path, "x.npy")).Identity);
    }

    [Fact]
    public void Every_type_of_number_reads_as_its_value()
    {
        AssertReads("<f2", BitConverter.GetBytes((Half)(-1.5)), -1.5f);
        AssertReads(">f4", [0xBF, 0xC0, 0, 0], -1.5f);
        AssertReads("<f8", BitConverter.GetBytes(-1.5), -1.5f);
        AssertReads("|i1", [0xFE], -2);
        AssertReads("<i2", BitConverter.GetBytes((short)-300), -300);
        AssertReads(">i4", [0xFF, 0xFF, 0xFF, 0xFE], -2);
        AssertReads("<i8", BitConverter.GetBytes(-70_000L), -70_000);
        AssertReads("|u1", [200], 200);
        AssertReads("<u2", BitConverter.GetBytes((ushort)60_000), 60_000);
        AssertReads("<u4", BitConverter.GetBytes(3_000_000_000), 3_000_000_000);
        AssertReads("<u8", BitConverter.GetBytes(1UL << 63), 1UL << 63);
        AssertReads("|b1", [1], 1);

        static void AssertReads(string type, byte[] one, float value)
        {
            byte[] x = NpyWriter.File($"{{'descr': '{type}', 'fortran_order': False, 'shape': (4, 1), }}", [.. one, .. one, .. one, .. one]);
            Assert.Equal(value, Load(("x", x), ("y", Y)).Train.Samples.ReadRows(0).Single());
        }
    }

    [Fact]
    public void Bytes_of_three_dimensions_are_grey_images_divided_by_255()
    {
        byte[] x = NpyWriter.Bytes("|u1", "(4, 1, 2)", new byte[] { 0, 255, 51, 0, 51, 0, 51, 0 });
        TrainingData data = Load(("x", x), ("y", NpyWriter.Bytes("<i8", "(4,)", 0L, 1L, 0L, 1L)));
        Assert.Equal([1, 1, 2], data.Shape);
        Assert.Contains(data.RowsInOrder(), static row => row.SequenceEqual(new[] { 0f, 1f }));
    }

    [Fact]
    public void Channels_that_come_last_are_put_first()
    {
        byte[] x = NpyWriter.Bytes("<f4", "(2, 2, 2, 3)", [.. Enumerable.Range(0, 24).Select(static i => (float)i)]);
        TrainingData data = Load(("x_train", x), ("y_train", NpyWriter.Bytes("<i8", "(2,)", 0L, 1L)), ("x_test", x), ("y_test", NpyWriter.Bytes("<i8", "(2,)", 0L, 1L)));
        Assert.Equal([3, 2, 2], data.Shape);
        Assert.Equal([0, 3, 6, 9, 1, 4, 7, 10, 2, 5, 8, 11], data.Train.Samples.ReadRows(0));
    }

    [Fact]
    public void Channels_that_come_first_stay_there()
    {
        byte[] x = NpyWriter.Bytes("<f4", "(2, 3, 2, 2)", [.. Enumerable.Range(0, 24).Select(static i => (float)i)]);
        byte[] y = NpyWriter.Bytes("<i8", "(2,)", 0L, 1L);
        TrainingData data = Load(("x_train", x), ("y_train", y), ("x_test", x), ("y_test", y));
        Assert.Equal([3, 2, 2], data.Shape);
        Assert.Equal(Enumerable.Range(0, 12).Select(static i => (float)i), data.Train.Samples.ReadRows(0));
    }

    [Fact]
    public void Labels_with_decimals_are_values_and_a_column_of_whole_numbers_classes()
    {
        Assert.IsType<ValueTargets>(Load(("x", X), ("y", NpyWriter.Bytes("<f4", "(4,)", 0.5f, 1f, 2f, 3f))).Train.Targets);
        Assert.Equal(["0", "1"], Load(("x", X), ("y", NpyWriter.Bytes("<f4", "(4, 1)", 0f, 1f, 0f, 1f))).Classes());
    }

    [Fact]
    public void Labels_of_several_columns_are_that_many_values()
    {
        var targets = (ValueTargets)Load(("x", X), ("y", NpyWriter.Bytes("<f8", "(4, 2)", 1d, 2d, 3d, 4d, 5d, 6d, 7d, 8d))).Train.Targets;
        Assert.Equal(2, targets.Width);
    }

    [Theory]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (4, 2), }", 2)]
    [InlineData("{\"shape\": (4L, 2L), \"fortran_order\": False, \"descr\": \"<f4\"}", 1)]
    [InlineData(" { 'shape' :(4,2) ,'descr':'=f4','fortran_order':False } ", 3)]
    public void Headers_of_other_versions_and_writers_are_read(string header, byte version)
    {
        byte[] x = NpyWriter.File(header, X[^32..], version);
        Assert.Equal([[1, 2], [3, 4], [5, 6], [7, 8]], Load(("x", x), ("y", Y)).RowsInOrder());
    }

    private static TrainingData Load(params (string Name, byte[] Bytes)[] arrays)
    {
        using var archive = new NpzArchive(Table.Stream(NpyWriter.Archive(arrays)));
        return NumpyFormat.Load("set", "set.npz", archive.Names, archive.Read, Raw);
    }
}
