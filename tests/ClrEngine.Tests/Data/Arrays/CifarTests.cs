using ClrEngine.Data.Arrays;

namespace ClrEngine.Tests.Data.Arrays;

public sealed class CifarTests
{
    private const int Pixels = 3072;
    private static readonly DataOptions Raw = new() { Standardize = false };

    [Fact]
    public void The_batches_are_learnt_from_in_the_order_of_their_numbers_and_the_test_batch_is_held_out()
    {
        using var folder = new TempFolder();
        WriteTen(folder, "data_batch_10.bin", 5);
        WriteTen(folder, "data_batch_2.bin", 3, 4);
        WriteTen(folder, "data_batch_1.bin", 1, 2);
        WriteTen(folder, "test_batch.bin", 9);

        TrainingData data = DataCatalog.Default.Load(folder.Path, Raw);

        Assert.Equal([3, 32, 32], data.Shape);
        Assert.Equal([1, 2, 3, 4, 5], data.Train.Labels());
        Assert.Equal([9], data.Validation.Labels());
        Assert.Equal(Enumerable.Repeat(4 / 255f, Pixels), data.Train.Samples.ReadRows(3));
        Assert.Equal(10, ((ClassTargets)data.Train.Targets).Classes);
    }

    [Theory]
    [InlineData(".bin", "1 2 4 5", "data_batch_3.bin")]
    [InlineData(".bin", "1 2", "data_batch_3.bin, data_batch_4.bin, data_batch_5.bin")]
    [InlineData(".bin", "2 3 4 5", "data_batch_1.bin")]
    [InlineData(".bin", "1 2 3 4 5", null)]
    public void A_training_file_that_is_not_there_is_said(string ending, string numbers, string? lacking)
    {
        using var folder = new TempFolder();
        foreach (string number in numbers.Split(' ')) WriteTen(folder, $"data_batch_{number}{ending}", 1, 2);
        WriteTen(folder, "test_batch.bin", 1, 2);
        Assert.Equal(lacking is not null, DataCatalog.Default.Load(folder.Path, Raw).Warnings.Any(warning => warning.Contains($"lacks {lacking}:", StringComparison.Ordinal)));
    }

    [Fact]
    public void The_classes_are_named_by_the_file_beside_them()
    {
        using var folder = new TempFolder();
        WriteTen(folder, "data_batch_1.bin", 1, 1, 2);
        File.WriteAllText(Path.Combine(folder.Path, "batches.meta.txt"), "airplane\nautomobile\nbird\ncat\ndeer\ndog\nfrog\nhorse\nship\ntruck\n\n");
        Assert.Equal("automobile", DataCatalog.Default.Load(folder.Path, Raw).Classes()[1]);
    }

    [Fact]
    public void A_list_of_another_number_of_names_is_refused()
    {
        using var folder = new TempFolder();
        WriteTen(folder, "data_batch_1.bin", 1, 1);
        File.WriteAllText(Path.Combine(folder.Path, "batches.meta.txt"), "airplane\nautomobile\n");
        AssertFault(DataErrors.Label, folder, "batches.meta.txt");
    }

    [Theory]
    [InlineData(true, 100, 42)]
    [InlineData(false, 20, 7)]
    public void CIFAR_100_goes_by_its_classes_or_by_their_groups(bool fine, int classes, long label)
    {
        using var folder = new TempFolder();
        WriteRecords(folder, "train.bin", [7, 42], [8, 43]);
        WriteRecords(folder, "test.bin", [7, 42]);
        TrainingData data = DataCatalog.Default.Load(folder.Path, Raw with { FineLabels = fine });
        Assert.Equal(classes, ((ClassTargets)data.Train.Targets).Classes);
        Assert.Equal([label, label + 1], data.Train.Labels());
        Assert.Equal(Enumerable.Repeat(42 / 255f, Pixels), data.Train.Samples.ReadRows(0));
    }

    [Fact]
    public void A_path_to_one_of_the_files_loads_its_folder()
    {
        using var folder = new TempFolder();
        WriteTen(folder, "data_batch_1.bin", 1, 1, 2);
        Assert.Equal(folder.Path, DataCatalog.Default.Load(Path.Combine(folder.Path, "data_batch_1.bin"), Raw).Source);
    }

    [Fact]
    public void A_file_that_holds_no_whole_records_is_refused()
    {
        using var folder = new TempFolder();
        WriteTen(folder, "data_batch_1.bin", 1, 1);
        string file = Path.Combine(folder.Path, "data_batch_1.bin");
        File.WriteAllBytes(file, File.ReadAllBytes(file)[..^1]);
        AssertFault(DataErrors.Truncated, folder, "data_batch_1.bin");
    }

    [Fact]
    public void A_label_without_a_class_is_refused_with_its_image()
    {
        using var folder = new TempFolder();
        WriteTen(folder, "data_batch_1.bin", 1, 10);
        Assert.Contains("image 1", AssertFault(DataErrors.Label, folder, "data_batch_1.bin").Message);
    }

    [Fact]
    public void An_empty_file_is_refused()
    {
        using var folder = new TempFolder();
        WriteTen(folder, "data_batch_1.bin");
        AssertFault(DataErrors.Empty, folder, "data_batch_1.bin");
    }

    private static void WriteTen(TempFolder folder, string name, params byte[] labels) =>
        WriteRecords(folder, name, [.. labels.Select(static label => new[] { label })]);

    // Records whose pixels all equal their last label.
    private static void WriteRecords(TempFolder folder, string name, params byte[][] labels) =>
        File.WriteAllBytes(Path.Combine(folder.Path, name), [.. labels.SelectMany(static label => label.Concat(Enumerable.Repeat(label[^1], Pixels)))]);

    private static DataFormatException AssertFault(ErrorCause cause, TempFolder folder, string file)
    {
        var error = Assert.Throws<DataFormatException>(() => DataCatalog.Default.Load(folder.Path));
        Assert.Equal(cause, error.Cause);
        Assert.Equal(Path.Combine(folder.Path, file), error.Path);
        return error;
    }
}

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
    public void A_label_that_is_an_empty_text_is_refused_as_no_number()
    {
        using var folder = new TempFolder();
        byte[] batch = PickleWriter.Batch(2, 4);
        batch[batch.AsSpan().IndexOf("(K\0K\0"u8) + 1] = (byte)'U';
        WriteSet(folder, batch);
        Assert.Contains("has no whole number as label at image 0", Assert.Throws<DataFormatException>(() => DataCatalog.Default.Load(folder.Path, Raw)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Names_of_protocol_1_are_read_and_an_array_in_Fortran_order_is_refused_as_such()
    {
        using var folder = new TempFolder();
        WriteSet(folder, PickleWriter.Batch(2, 4));
        File.WriteAllBytes(folder.At("batches.meta"), PickleWriter.NamesOfProtocol1);
        Assert.Equal("class 1", DataCatalog.Default.Load(folder.Path, Raw).Classes()[1]);
        WriteSet(folder, PickleWriter.FortranBatch(4));
        var refused = Assert.Throws<DataFormatException>(() => DataCatalog.Default.Load(folder.Path, Raw));
        Assert.Equal(DataErrors.Pickle, refused.Cause);
        Assert.Contains("column after column (Fortran order)", refused.Message, StringComparison.Ordinal);
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
