using System.Runtime.InteropServices;
using ClrEngine.Data.Arrays;

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
            byte[] none = new byte[one.Length];
            byte[] x = NpyWriter.File($"{{'descr': '{type}', 'fortran_order': False, 'shape': (4, 1), }}", [.. one, .. none, .. one, .. none]);
            Assert.Equal(new[] { 0, 0, value, value }.Order(), Load(("x", x), ("y", Y)).RowsInOrder().Select(static row => row.Single()).Order());
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

public sealed class NumpyFaultTests
{
    private static readonly byte[] X = NpyWriter.Bytes("<f4", "(2, 2)", 1f, 2f, 3f, 4f);
    private static readonly byte[] Y = NpyWriter.Bytes("<i8", "(2,)", 0L, 1L);

    [Theory]
    [InlineData("{'descr': '|O', 'fortran_order': False, 'shape': (2, 2), }", "DataType")]
    [InlineData("{'descr': '<U0', 'fortran_order': False, 'shape': (2, 2), }", "DataType")]
    [InlineData("{'descr': '<U99999', 'fortran_order': False, 'shape': (2, 2), }", "DataType")]
    [InlineData("{'descr': '|V4', 'fortran_order': False, 'shape': (2, 2), }", "DataType")]
    [InlineData("{'descr': '<M8[ns]', 'fortran_order': False, 'shape': (2,), }", "DataType")]
    [InlineData("{'descr': '<f16', 'fortran_order': False, 'shape': (1,), }", "DataType")]
    [InlineData("{'descr': '<c8', 'fortran_order': False, 'shape': (2, 2), }", "DataType")]
    [InlineData("{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (2, 2), }", "DataType")]
    [InlineData("{'descr': ('<f4', (2,)), 'fortran_order': False, 'shape': (2,), }", "DataType")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, }", "DataMagic")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (2, 2), 'more': True}", "DataMagic")]
    [InlineData("{'descr': '<f4', 'descr': '<f4', 'fortran_order': False, 'shape': (2, 2)}", "DataMagic")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (2, 2)} or exit()", "DataMagic")]
    [InlineData("{'descr': '<f4', 'fortran_order': 0, 'shape': (2, 2)}", "DataMagic")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (-2, 2)}", "DataMagic")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (2, 99999999999999999999)}", "DataMagic")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (2, 2", "DataMagic")]
    [InlineData("", "DataMagic")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (0, 2)}", "DataEmpty")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (2, 4611686018427387904)}", "DataTooLarge")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (2, 1000000000)}", "DataTruncated")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (2, 1)}", "DataTrailing")]
    public void A_header_that_is_not_that_of_the_numbers_behind_it_is_refused(string header, string id)
    {
        byte[] x = NpyWriter.File(header, new byte[16]);
        AssertFault(id, ("x", x), ("y", Y));
        Assert.Equal(id, Assert.Throws<DataFormatException>(() => NpyArray.Read(Table.Stream(x))).ErrorId);
    }

    [Fact]
    public void Something_else_than_an_array_is_refused() => AssertFault(DataErrors.Magic.Id, ("x", "hello, world"u8.ToArray()), ("y", Y));

    [Fact]
    public void A_file_that_ends_in_its_header_is_refused()
    {
        for (int length = 6; length < 70; length++)
        {
            byte[] cut = X[..length];
            Assert.Equal(DataErrors.Truncated, Assert.Throws<DataFormatException>(() => NpyArray.Read(Table.Stream(cut))).Cause);
            AssertFault(DataErrors.Truncated.Id, ("x", cut), ("y", Y));
        }
    }

    [Fact]
    public void A_value_that_is_not_finite_is_refused_with_its_sample() =>
        Assert.Contains("row 1, column 0", AssertFault(DataErrors.Value.Id, ("x", NpyWriter.Bytes("<f4", "(2, 2)", 1f, 2f, float.NaN, 4f)), ("y", Y)).Message);

    [Fact]
    public void Other_counts_of_samples_and_labels_are_refused() =>
        AssertFault(DataErrors.CountMismatch.Id, ("x", X), ("y", NpyWriter.Bytes("<i8", "(3,)", 0L, 1L, 0L)));

    [Fact]
    public void Features_without_labels_are_refused_with_the_name_that_is_missing() =>
        Assert.Contains("y_train", AssertFault(DataErrors.Missing.Id, ("x_train", X)).Message);

    [Fact]
    public void Whole_numbers_are_values_for_a_model_that_predicts_values()
    {
        using var archive = new NpzArchive(Table.Stream(NpyWriter.Archive([("x", X), ("y", Y)])));
        foreach (bool values in new[] { true, false })
            Assert.Equal(values, NumpyFormat.Load("set", "set.npz", archive.Names, archive.Read, DataOptions.Default with { Classes = values ? [] : ["0"], ForEvaluation = true }).Train.Targets is ValueTargets);
    }

    [Fact]
    public void Arrays_of_no_known_names_are_refused_with_their_names()
    {
        Assert.Contains("weights", AssertFault(DataErrors.Missing.Id, ("weights", X)).Message);
        Assert.Contains("has no array: name features", AssertFault(DataErrors.Missing.Id).Message);
    }

    [Fact]
    public void Whole_numbers_in_columns_that_are_not_one_hot_are_refused_with_the_remedy() =>
        Assert.Contains("-Regression", AssertFault(DataErrors.Label.Id, ("x", X), ("y", NpyWriter.Bytes("<i8", "(2, 2)", 0L, 1L, 1L, 1L))).Message);

    [Fact]
    public void A_bomb_is_refused_before_it_costs_memory()
    {
        byte[] zeros = NpyWriter.File("{'descr': '|u1', 'fortran_order': False, 'shape': (2, 1500000000)}", []);
        byte[] archive = NpyWriter.Archive(("x", [.. zeros, .. new byte[1000]]), ("y", Y));
        // The directory's own length of x lies as well.
        int entry = LastIndexOf(archive, "x.npy"u8) - 46;
        BitConverter.TryWriteBytes(archive.AsSpan(entry + 24), (uint)zeros.Length + 3_000_000_000u);
        long before = GC.GetAllocatedBytesForCurrentThread();
        using var zip = new NpzArchive(Table.Stream(archive));
        var error = Assert.Throws<DataFormatException>(() => zip.Read("x"));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 4_000_000);
        Assert.Contains("#x", error.Path);
    }

    [Fact]
    public void An_archive_that_is_none_is_refused() =>
        Assert.Equal(DataErrors.Compression, Assert.Throws<DataFormatException>(() => new NpzArchive(Table.Stream(Encoding.ASCII.GetBytes("no zip")))).Cause);

    [Fact]
    public void A_name_that_would_leave_the_folder_reads_as_any_other()
    {
        using var archive = new NpzArchive(Table.Stream(NpyWriter.Archive(("../../x", X))));
        Assert.Equal(["../../x"], archive.Names);
        Assert.Throws<DataFormatException>(() => NumpyFormat.Load("set", "set.npz", archive.Names, archive.Read, DataOptions.Default));
    }

    private static DataFormatException AssertFault(string id, params (string Name, byte[] Bytes)[] arrays)
    {
        using var archive = new NpzArchive(Table.Stream(NpyWriter.Archive(arrays)));
        var error = Assert.Throws<DataFormatException>(() => NumpyFormat.Load("set", "set.npz", archive.Names, archive.Read, DataOptions.Default));
        Assert.Equal(id, error.ErrorId);
        return error;
    }

    private static int LastIndexOf(byte[] bytes, ReadOnlySpan<byte> text) => bytes.AsSpan().LastIndexOf(text);
}

/// <summary>Writes .npy files as NumPy does, true ones and lying ones.</summary>
internal static class NpyWriter
{
    public static byte[] Bytes<T>(string type, string shape, params T[] values) where T : unmanaged =>
        File($"{{'descr': '{type}', 'fortran_order': False, 'shape': {shape}, }}", MemoryMarshal.AsBytes<T>(values).ToArray());

    public static byte[] File(string header, byte[] payload, byte version = 1)
    {
        int lead = version == 1 ? 10 : 12;
        string padded = header.PadRight(63 - (lead - 1) + (64 * (header.Length / 64))) + "\n";
        byte[] text = Encoding.Latin1.GetBytes(padded);
        byte[] length = version == 1 ? BitConverter.GetBytes((ushort)text.Length) : BitConverter.GetBytes(text.Length);
        return [0x93, .. "NUMPY"u8, version, 0, .. length, .. text, .. payload];
    }

    /// <summary>An array of texts.</summary>
    public static byte[] Texts(params string[] texts)
    {
        int length = texts.Max(static text => text.Length);
        return File($"{{'descr': '<U{length}', 'fortran_order': False, 'shape': ({texts.Length},), }}", [.. texts.SelectMany(text => Encoding.UTF32.GetBytes(text.PadRight(length, '\0')))]);
    }

    public static byte[] Archive(params (string Name, byte[] Bytes)[] arrays) => PackedFiles.Zip([.. arrays.Select(static array => (array.Name + ".npy", array.Bytes))]);
}
