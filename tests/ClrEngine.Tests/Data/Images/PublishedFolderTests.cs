namespace ClrEngine.Tests.Data.Images;

/// <summary>Folders of classes and of parts beside tables and lists, as sets are published.</summary>
public sealed class PublishedFolderTests : IDisposable
{
    private static readonly DataOptions Raw = new() { Standardize = false };
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("sizes.csv", "filename,width\n1.png,9\n2.png,9\n3.png,9\n4.png,9\n", "its column 'width', which has not the name of one, is left out; -LabelColumn 'width' takes it")]
    [InlineData("Train.csv", "filename,width\n1.png,9\n2.png,9\n3.png,9\n4.png,9\n", "its column 'width'")]
    [InlineData("images.txt", "1 a/1.png\n2 a/2.png\n3 b/3.png\n4 b/4.png\n", "its own, another one for each image, are left out")]
    [InlineData("train.txt", "a/1.png\nb/3.png\n", "this text beside them has no part in it")]
    public void A_table_beside_folders_of_classes_that_has_no_column_of_labels_is_left_out_with_a_word(string name, string text, string said)
    {
        Image("a/1.png", "a/2.png", "b/3.png", "b/4.png");
        Text(name, text);
        TrainingData data = Load();
        Assert.Equal(["a", "b"], data.Classes());
        Assert.Contains(data.Warnings, warning => warning.Contains(said, StringComparison.Ordinal));
        if (said.Contains("-LabelColumn", StringComparison.Ordinal)) Assert.Equal(["9"], Load(Raw with { LabelColumn = "width", ForEvaluation = true }).Classes());
    }

    [Fact]
    public void Folders_of_classes_within_one_of_images_are_read_beside_lists_that_number_them()
    {
        // As CUB-200-2011 comes.
        Image("images/001.Black/x1.png", "images/001.Black/x2.png", "images/002.Laysan/y1.png", "images/002.Laysan/y2.png");
        Text("images.txt", "1 001.Black/x1.png\n2 001.Black/x2.png\n3 002.Laysan/y1.png\n4 002.Laysan/y2.png\n");
        Text("image_class_labels.txt", "1 1\n2 1\n3 2\n4 2\n");
        Text("train_test_split.txt", "1 1\n2 0\n3 1\n4 0\n");
        TrainingData data = Load();
        Assert.Equal(["001.Black", "002.Laysan"], data.Classes());
        Assert.Contains(data.Warnings, static warning => warning.Contains("train_test_split.txt", StringComparison.Ordinal));
        Assert.Contains(data.Warnings, static warning => warning.Contains("images.txt", StringComparison.Ordinal));
    }

    [Fact]
    public void Folders_of_classes_within_one_that_is_called_as_a_held_part_are_refused_with_the_folder_to_give()
    {
        Image("test/a/1.png", "test/a/2.png", "test/b/1.png", "test/b/2.png");
        var refused = Assert.Throws<DataFormatException>(() => Load());
        Assert.Equal(DataErrors.Label, refused.Cause);
        Assert.Contains($"give '{_folder.At("test")}'", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("train.csv", "id,label\n0,x\n1,y\n2,x\n3,y\n", "test.csv", "id,label\n0,y\n1,x\n", 2)]
    [InlineData("train.csv", "id,label\n0,x\n1,y\n2,x\n3,y\n", "test.csv", "id\n0\n1\n", 1)]
    [InlineData("trainLabels.csv", "id,label\n0,x\n1,y\n2,x\n3,y\n", "notes.txt", "", 1)]
    public void A_table_of_a_part_means_the_images_of_its_part_where_both_have_the_same_names(string name, string text, string other, string more, int held)
    {
        Image("train/0.png", "train/1.png", "train/2.png", "train/3.png", "test/0.png", "test/1.png");
        Text(name, text);
        Text(other, more);
        TrainingData data = Load();
        Assert.Equal(["x", "y"], data.Classes());
        Assert.Equal(held, data.Validation.Count);
        Assert.Equal(held == 2 ? [1, 0] : data.Validation.Labels(), data.Validation.Labels());
        Assert.Equal(held == 2 ? [0, 1, 0, 1] : data.Train.Labels(), data.Train.Labels());
    }

    [Fact]
    public void Capital_letters_in_the_names_of_parts_and_columns_are_read()
    {
        // As GTSRB comes.
        Image("Train/20/a.png", "Train/20/b.png", "Train/3/c.png", "Train/3/d.png", "Test/0.png", "Test/1.png");
        Text("Train.csv", "Width,Height,ClassId,Path\n9,8,20,Train/20/a.png\n9,8,20,Train/20/b.png\n9,8,3,Train/3/c.png\n9,8,3,Train/3/d.png\n");
        Text("Test.csv", "Width,Height,ClassId,Path\n9,8,3,Test/0.png\n9,8,20,Test/1.png\n");
        TrainingData data = Load();
        Assert.Equal(["3", "20"], data.Classes());
        Assert.Equal([0, 1], data.Validation.Labels());
    }

    private TrainingData Load(DataOptions? options = null) => DataCatalog.Default.Load(_folder.Path, options ?? Raw);

    private void Image(params string[] names)
    {
        for (int i = 0; i < names.Length; i++)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(_folder.At(names[i]))!);
            File.WriteAllBytes(_folder.At(names[i]), ImageWriter.Png(1, 2, 1, (byte)i, 200));
        }
    }

    private void Text(string name, string text) => File.WriteAllText(_folder.At(name), text);
}
