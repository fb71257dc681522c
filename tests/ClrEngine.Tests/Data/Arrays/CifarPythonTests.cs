using ClrEngine.Data;
using ClrEngine.Data.Arrays;
using ClrEngine.Tests.Data.Tables;

namespace ClrEngine.Tests.Data.Arrays;

public sealed class CifarPythonTests
{
    private static readonly DataOptions Raw = new() { Standardize = false };

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    public void A_folder_of_pickles_reads_as_what_they_hold(int protocol)
    {
        using var folder = new TempFolder();
        WriteSet(folder, PickleWriter.Batch(protocol, 4));
        TrainingData data = DataCatalog.Default.Load(folder.Path, Raw);
        Assert.Equal([0, 0, 1, 1], data.Train.Labels());
        Assert.Equal([0, 0], data.Validation.Labels());
        Assert.Equal("class 1", data.Classes()[1]);
        Assert.Equal(Enumerable.Repeat(3 / 255f, 3072), data.Train.Samples.ReadRows(3));
    }

    [Fact]
    public void Bytes_that_Python_3_wrote_as_a_text_are_the_bytes()
    {
        using var folder = new TempFolder();
        WriteSet(folder, PickleWriter.BatchOfPython3(4));
        Assert.Equal(Enumerable.Repeat(203 / 255f, 3072), DataCatalog.Default.Load(folder.Path, Raw).Train.Samples.ReadRows(3));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void The_archive_reads_as_its_folder(bool gzip)
    {
        using var folder = new TempFolder();
        string archive = folder.At(gzip ? "cifar-10-python.tar.gz" : "cifar-10-python.tar");
        File.WriteAllBytes(archive, PickleWriter.Archive(gzip));
        using TempFolder inner = folder.Inner("cifar-10-batches-py");
        WriteSet(inner, PickleWriter.Batch(2, 4));
        Assert.Equal(DataCatalog.Default.Load(inner.Path).Identity, DataCatalog.Default.Load(archive).Identity);
        Assert.Equal(DataCatalog.Default.Load(inner.Path).Identity, DataCatalog.Default.Load(folder.Path).Identity);
    }

    [Fact]
    public void Of_two_sets_in_one_folder_each_is_named()
    {
        using var folder = new TempFolder();
        using TempFolder ten = folder.Inner("cifar-10-batches-py"), hundred = folder.Inner("cifar-100-python");
        WriteSet(ten, PickleWriter.Batch(2, 4));
        foreach (string name in new[] { "train", "test", "meta" }) File.WriteAllBytes(hundred.At(name), PickleWriter.Batch(2, 4));
        var error = Assert.Throws<DataFormatException>(() => DataCatalog.Default.Load(folder.Path));
        Assert.Equal(DataErrors.SeveralSets, error.Cause);
        Assert.Contains("cifar-10-batches-py", error.Message);
        Assert.Contains("0 different names", Assert.Throws<DataFormatException>(() => DataCatalog.Default.Load(hundred.Path)).Message);
    }

    [Theory]
    [InlineData("cposix\nsystem\n(U\u0004exit\u0085R.", "posix.system")]
    [InlineData("c__builtin__\neval\n.", "__builtin__.eval")]
    [InlineData("\u008c\u0002os\u008c\u0006system\u0093.", "os.system")]
    [InlineData("cnumpy\nload\n.", "numpy.load")]
    [InlineData("}i", "0x69")]
    [InlineData("\0", "0x00")]
    [InlineData("Pname\n.", "0x50")]
    [InlineData("}", "cut off")]
    [InlineData("h\u0007.", "damaged")]
    [InlineData("e.", "damaged")]
    [InlineData("cnumpy\nndarray\n)R.", "damaged")]
    [InlineData("T\u00ff\u00ff\u00ff\u007f.", "damaged")]
    [InlineData("}.", "without images")]
    [InlineData("N.", "without images")]
    public void What_is_no_plain_value_is_never_run_and_refused(string opcodes, string said)
    {
        using var folder = new TempFolder();
        File.WriteAllBytes(folder.At("data_batch_1"), PickleWriter.Of(opcodes));
        var error = Assert.Throws<DataFormatException>(() => DataCatalog.Default.Load(folder.Path));
        Assert.Equal(DataErrors.Pickle, error.Cause);
        Assert.Contains(said, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_pickle_that_asks_for_one_text_again_and_again_costs_no_memory()
    {
        // 64 KiB of text, remembered, and decoded by each of 100,000 calls.
        string text = new('x', 65_535), calls = string.Concat(Enumerable.Repeat("h\u0001h\u0002N\u0086R0", 100_000));
        byte[] bytes = PickleWriter.Of($"c_codecs\nencode\nq\u0001X\u00ff\u00ff\0\0{text}q\u0002{calls}.");
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Throws<DataFormatException>(() => PicklePlain.Read("set", new MemoryBytes(bytes)));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 30_000_000);
    }

    private static void WriteSet(TempFolder folder, byte[] batch)
    {
        File.WriteAllBytes(folder.At("data_batch_1"), batch);
        File.WriteAllBytes(folder.At("test_batch"), PickleWriter.Batch(2, 2));
        File.WriteAllBytes(folder.At("batches.meta"), PickleWriter.Names);
    }
}
