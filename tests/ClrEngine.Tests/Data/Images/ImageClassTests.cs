namespace ClrEngine.Tests.Data.Images;

/// <summary>Images labelled by numbers: which are classes, in which order, and what is said of them.</summary>
public sealed class ImageClassTests : IDisposable
{
    private static readonly DataOptions Raw = new() { Standardize = false };
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    // Ages with gaps, without gaps, from a baby's on, and without a header.
    [Theory]
    [InlineData("file,label", 3, 17, 30)]
    [InlineData("file,label", 1, 20, 50)]
    [InlineData("file,y", 2, 1, 45)]
    [InlineData("file,label", 2, 1, 30)]
    [InlineData("file,stars", 1, 0, 40)]
    [InlineData("", 3, 17, 30)]
    public void Whole_numbers_that_may_be_ages_are_classes_with_a_warning(string header, int step, int least, int different)
    {
        Table(header, 4 * different, i => $"{least + (step * (i % different))}");
        string warning = Assert.Single(Load().Warnings);
        Assert.Contains($"the {different} different whole numbers in ", warning, StringComparison.Ordinal);
        Assert.Contains(step == 2 || least == 0 ? "may be counted or measured" : "look counted or measured", warning, StringComparison.Ordinal);
        Assert.Empty(Load(Raw with { Regression = false }).Warnings);
    }

    [Theory]
    [InlineData("{0}")]
    [InlineData("{0}.5")]
    public void Numbers_of_which_hardly_one_comes_twice_are_refused_as_values(string form)
    {
        Table("file,label", 40, i => string.Format(System.Globalization.CultureInfo.InvariantCulture, form, 18 + (i % 33)));
        var refused = Assert.Throws<DataFormatException>(() => Load());
        Assert.Equal(DataErrors.Label, refused.Cause);
        Assert.Contains("labels.csv' labels 40 images by 33 different numbers, such as '18", refused.Message, StringComparison.Ordinal);
        Assert.Contains("-Regression:$false", refused.Message, StringComparison.Ordinal);
        Assert.Equal(33, Load(Raw with { Regression = false }).Classes().Length);
        Assert.Equal(33, Load(Raw with { ForEvaluation = true }).Classes().Length);
    }

    [Fact]
    public void Too_few_images_of_each_number_are_refused_without_a_remedy_that_images_do_not_have()
    {
        Table("file,age", 6, static i => $"{20 + i}");
        var refused = Assert.Throws<DataFormatException>(() => Load());
        Assert.Equal(DataErrors.TooFew, refused.Cause);
        Assert.DoesNotContain("-Regression", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("file,label", 0, 43, 1)]
    [InlineData("file,label", 1, 102, 1)]
    [InlineData("file,class_id", 7, 40, 3)]
    [InlineData("file,category", 7, 40, 3)]
    [InlineData("file,label", 65, 26, 1)]
    public void Numbers_of_classes_are_classes_without_a_word(string header, int least, int different, int step)
    {
        Table(header, 4 * different, i => $"{least + (step * (i % different))}");
        TrainingData data = Load();
        Assert.Empty(data.Warnings);
        Assert.Equal(Enumerable.Range(0, different).Select(i => $"{least + (step * i)}"), data.Classes());
    }

    [Fact]
    public void A_table_of_numbers_goes_by_their_size()
    {
        Table("file,label", 12, i => (i % 4) switch { 0 => "-1", 1 => "10", 2 => "2", _ => "1.0" });
        Assert.Equal(["-1", "1.0", "2", "10"], Load().Classes());
    }

    [Theory]
    [InlineData("nan", "cat", "labels 10 images as 'nan'")]
    [InlineData("NA", "cat", "labels 10 images as 'NA'")]
    [InlineData("1", "1.0", "the classes '1', '1.0', which are the same number")]
    [InlineData("01", "1", "the classes '01', '1', which are the same number")]
    [InlineData("-1", "0", "'label' has the class -1 in 10 of 30 rows")]
    [InlineData("255", "0", "'label' has the class 255 in 10 of 30 rows")]
    public void Labels_that_are_none_or_not_written_alike_are_said(string one, string other, string said)
    {
        Table("file,label", 30, i => (i % 3) switch { 0 => one, 1 => other, _ => other == "cat" ? "dog" : "2" });
        Assert.Contains(said, Assert.Single(Load().Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public void Behind_x_the_column_y_is_a_place()
    {
        for (int i = 0; i < 8; i++) Image($"images/i{i}.png", i);
        Labels("labels.csv", "file,x,y,w,h", 8, i => $"i{i}.png,{i},{i % 3},4,5");
        Assert.Contains("holds their labels is not told", Assert.Throws<DataFormatException>(() => Load()).Message, StringComparison.Ordinal);
        Labels("labels.csv", "file,x,y,class", 8, i => $"i{i}.png,{i},{i % 3},{"uv"[i % 2]}");
        Assert.Equal(["u", "v"], Load().Classes());
    }

    [Fact]
    public void Without_a_header_a_number_before_a_word_may_be_no_label()
    {
        for (int i = 0; i < 8; i++) Image($"images/i{i}.png", i);
        Labels("labels.csv", "", 8, i => $"i{i}.png,{i % 4},{"uv"[i % 2]}");
        Assert.Contains("holds their labels is not told", Assert.Throws<DataFormatException>(() => Load()).Message, StringComparison.Ordinal);
        Assert.Equal(["u", "v"], Load(Raw with { LabelColumn = "2" }).Classes());
        Labels("labels.csv", "", 8, i => $"i{i}.png,{i % 4},10,20,30,40");
        Assert.Equal(["0", "1", "2", "3"], Load().Classes());
    }

    [Theory]
    [InlineData("label,id", true)]
    [InlineData("id,label", false)]
    public void Where_images_are_called_by_numbers_the_column_of_labels_does_not_name_them(string header, bool isFirst)
    {
        for (int i = 0; i < 30; i++) Image($"images/{i}.png", i);
        Labels("labels.csv", header, 30, i => isFirst ? $"{i % 3},{i}" : $"{i},{i % 3}");
        TrainingData data = Load();
        Assert.Equal(["0", "1", "2"], data.Classes());
        Assert.Equal(30, data.Train.Count + data.Validation.Count);
    }

    [Fact]
    public void Another_table_that_says_something_else_is_named()
    {
        Table("file,label", 8, static i => i % 2 == 0 ? "u" : "v");
        Labels("other.csv", "file,label", 8, i => $"i{i}.png,{(i % 2 == 0 ? "u" : "v")}");
        Assert.Empty(Load().Warnings);
        Labels("other.csv", "file,label", 8, i => $"i{i}.png,{(i == 5 ? "u" : i % 2 == 0 ? "u" : "v")}");
        string warning = Assert.Single(Load().Warnings);
        Assert.Contains("other.csv' gives '", warning, StringComparison.Ordinal);
        Assert.Contains("i5.png' the label 'u', '", warning, StringComparison.Ordinal);
        Labels("other.csv", "file,label", 8, static i => $"i{i}.png,");
        Assert.Empty(Load().Warnings);
    }

    [Theory]
    [InlineData("trainA", "testA", "whose names are those of parts")]
    [InlineData("images", "masks", "each file of which has its like by name in another folder")]
    [InlineData("JPEGImages", "SegmentationClass", "each file of which has its like by name in another folder")]
    public void Folders_in_which_other_things_lie_are_said(string one, string other, string said)
    {
        Classes(one, other);
        Assert.Contains(said, Assert.Single(Load().Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public void Parts_within_classes_are_said()
    {
        Classes("cat/train", "cat/test", "dog/train", "dog/test");
        Assert.Contains("has the folders 'cat/train' and 'cat/test'", Assert.Single(Load().Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public void Folders_of_images_that_are_called_otherwise_are_classes()
    {
        Classes("photo");
        for (int i = 0; i < 3; i++) Image($"drawing/d{i}.png", i);
        Assert.Empty(Load().Warnings);
    }

    [Fact]
    public void Images_have_no_values_to_predict()
    {
        Table("file,age", 60, i => $"{20 + (i % 3)}");
        Assert.Equal("InvalidRegression", Assert.Throws<InvalidParameterException>(() => Load(Raw with { Regression = true })).ErrorId);
        Image("a/1.png", 1);
        File.Delete(Path.Combine(_folder.Path, "labels.csv"));
        Assert.Equal("DataOptionWithoutUse", Assert.Throws<InvalidParameterException>(() => Load(Raw with { Regression = false })).ErrorId);
    }

    [Fact]
    public void Folders_of_whole_numbers_that_the_alphabet_puts_elsewhere_are_said_once()
    {
        Classes("0", "1", "2", "10");
        TrainingData data = Load();
        Assert.Equal(["0", "1", "10", "2"], data.Classes());
        string warning = Assert.Single(data.Warnings);
        Assert.Contains("class 2, counted from 0, is '10', not '2'", warning, StringComparison.Ordinal);
        Assert.Contains("such as '02'", warning, StringComparison.Ordinal);
        Assert.Empty(Load(Raw with { ForEvaluation = true }).Warnings);
    }

    [Theory]
    [InlineData("0", "1", "2", "9")]
    [InlineData("00", "01", "02", "10")]
    [InlineData("10", "11", "12", "20")]
    [InlineData("1", "10", "2", "other")]
    public void Other_folders_of_numbers_stand_as_they_are_named(params string[] names)
    {
        Classes(names);
        Assert.Empty(Load().Warnings);
    }

    private void Classes(params string[] names)
    {
        foreach (string name in names)
        {
            for (int i = 0; i < 3; i++) Image($"{name}/{i}.png", i);
        }
    }

    private void Table(string header, int images, Func<int, string> label)
    {
        for (int i = 0; i < images; i++) Image($"images/i{i}.png", i);
        Labels("labels.csv", header, images, i => $"i{i}.png,{label(i)}");
    }

    private void Labels(string name, string header, int images, Func<int, string> row) =>
        File.WriteAllText(Path.Combine(_folder.Path, name), (header.Length == 0 ? "" : header + "\n") + string.Concat(Enumerable.Range(0, images).Select(i => row(i) + "\n")));

    private void Image(string name, int shade)
    {
        string path = Path.Combine(_folder.Path, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, ImageWriter.Png(1, 2, 1, (byte)shade, 200));
    }

    private TrainingData Load(DataOptions? options = null) => DataCatalog.Default.Load(_folder.Path, options ?? Raw);
}
