using ClrEngine.Data;
using ClrEngine.Errors;
using ClrEngine.Tests.Data.Tables;

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
