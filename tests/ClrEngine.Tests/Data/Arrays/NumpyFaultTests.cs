using System.Text;
using ClrEngine.Data;
using ClrEngine.Data.Arrays;
using ClrEngine.Tests.Data.Tables;

namespace ClrEngine.Tests.Data.Arrays;

public sealed class NumpyFaultTests
{
    private static readonly byte[] X = NpyWriter.Bytes("<f4", "(2, 2)", 1f, 2f, 3f, 4f);
    private static readonly byte[] Y = NpyWriter.Bytes("<i8", "(2,)", 0L, 1L);

    [Theory]
    [InlineData("{'descr': '|O', 'fortran_order': False, 'shape': (2, 2), }", DataFault.Type)]
    [InlineData("{'descr': '<U4', 'fortran_order': False, 'shape': (2, 2), }", DataFault.Type)]
    [InlineData("{'descr': '<c8', 'fortran_order': False, 'shape': (2, 2), }", DataFault.Type)]
    [InlineData("{'descr': '<f4', 'fortran_order': True, 'shape': (2, 2), }", DataFault.Type)]
    [InlineData("{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (2, 2), }", DataFault.Magic)]
    [InlineData("{'descr': '<f4', 'fortran_order': False, }", DataFault.Magic)]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (2, 2), 'more': True}", DataFault.Magic)]
    [InlineData("{'descr': '<f4', 'descr': '<f4', 'fortran_order': False, 'shape': (2, 2)}", DataFault.Magic)]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (2, 2)} or exit()", DataFault.Magic)]
    [InlineData("{'descr': '<f4', 'fortran_order': 0, 'shape': (2, 2)}", DataFault.Magic)]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (-2, 2)}", DataFault.Magic)]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (2, 99999999999999999999)}", DataFault.Magic)]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (2, 2", DataFault.Magic)]
    [InlineData("", DataFault.Magic)]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (0, 2)}", DataFault.Empty)]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (2, 4611686018427387904)}", DataFault.TooLarge)]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (2, 1000000000)}", DataFault.Truncated)]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (2, 1)}", DataFault.Trailing)]
    public void A_header_that_is_not_that_of_the_numbers_behind_it_is_refused(string header, DataFault fault)
    {
        byte[] x = NpyWriter.File(header, new byte[16]);
        AssertFault(fault, ("x", x), ("y", Y));
        Assert.Equal(fault, Assert.Throws<DataFormatException>(() => NpyArray.Read(Table.Stream(x))).Fault);
    }

    [Fact]
    public void Something_else_than_an_array_is_refused() => AssertFault(DataFault.Magic, ("x", "hello, world"u8.ToArray()), ("y", Y));

    [Fact]
    public void A_file_that_ends_in_its_header_is_refused()
    {
        for (int length = 6; length < 70; length++)
        {
            byte[] cut = X[..length];
            Assert.Equal(DataFault.Truncated, Assert.Throws<DataFormatException>(() => NpyArray.Read(Table.Stream(cut))).Fault);
            AssertFault(DataFault.Truncated, ("x", cut), ("y", Y));
        }
    }

    [Fact]
    public void A_value_that_is_not_finite_is_refused_with_its_sample() =>
        Assert.Contains("sample 1", AssertFault(DataFault.Value, ("x", NpyWriter.Bytes("<f4", "(2, 2)", 1f, 2f, float.NaN, 4f)), ("y", Y)).Message);

    [Fact]
    public void Other_counts_of_samples_and_labels_are_refused() =>
        AssertFault(DataFault.CountMismatch, ("x", X), ("y", NpyWriter.Bytes("<i8", "(3,)", 0L, 1L, 0L)));

    [Fact]
    public void Features_without_labels_are_refused_with_the_name_that_is_missing() =>
        Assert.Contains("y_train", AssertFault(DataFault.Missing, ("x_train", X)).Message);

    [Fact]
    public void Arrays_of_no_known_names_are_refused_with_their_names() =>
        Assert.Contains("weights", AssertFault(DataFault.Missing, ("weights", X)).Message);

    [Fact]
    public void One_hot_labels_are_refused_with_the_remedy() =>
        Assert.Contains("argmax", AssertFault(DataFault.Label, ("x", X), ("y", NpyWriter.Bytes("<i8", "(2, 2)", 0L, 1L, 1L, 0L))).Message);

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
        Assert.Equal(DataFault.Compression, Assert.Throws<DataFormatException>(() => new NpzArchive(Table.Stream(Encoding.ASCII.GetBytes("no zip")))).Fault);

    [Fact]
    public void A_name_that_would_leave_the_folder_reads_as_any_other()
    {
        using var archive = new NpzArchive(Table.Stream(NpyWriter.Archive(("../../x", X))));
        Assert.Equal(["../../x"], archive.Names);
        Assert.Throws<DataFormatException>(() => NumpyFormat.Load("set", "set.npz", archive.Names, archive.Read, DataOptions.Default));
    }

    private static DataFormatException AssertFault(DataFault fault, params (string Name, byte[] Bytes)[] arrays)
    {
        using var archive = new NpzArchive(Table.Stream(NpyWriter.Archive(arrays)));
        var error = Assert.Throws<DataFormatException>(() => NumpyFormat.Load("set", "set.npz", archive.Names, archive.Read, DataOptions.Default));
        Assert.Equal(fault, error.Fault);
        return error;
    }

    private static int LastIndexOf(byte[] bytes, ReadOnlySpan<byte> text) => bytes.AsSpan().LastIndexOf(text);
}
