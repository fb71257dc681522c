using ClrEngine.Data.Images;

namespace ClrEngine.Tests.Data.Images;

/// <summary>Which files a folder of images has, and where their labels come from.</summary>
public sealed class ImageListTests : IDisposable
{
    private static readonly DataOptions Raw = new() { Standardize = false };
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(".jfif")]
    [InlineData(".JPE")]
    [InlineData(".txt")]
    [InlineData(".png")]
    [InlineData("")]
    public void An_image_is_read_whatever_it_is_called(string ending)
    {
        Image("a/1.png", "b/1.png", "b/2.png");
        File.WriteAllBytes(At("a/x" + ending), SampleImages.JpegGrey);
        TrainingData data = Load(Raw with { ImageSize = new ImageSize(2, 2) });
        Assert.Equal(4, data.Train.Count + data.Validation.Count);
        Assert.Empty(data.Warnings);
    }

    [Fact]
    public void Images_lie_as_deep_as_they_may_in_every_part()
    {
        Image("train/n01/images/1.png", "train/n02/images/x/y/1.png", "val/n02/images/1.png");
        Text("train/n01/n01_boxes.txt", "1.png\t0\t0\t9\t9\n");
        TrainingData data = Load();
        Assert.Equal(["n01", "n02"], data.Classes());
        Assert.Equal((2, 1), (data.Train.Count, data.Validation.Count));
        Assert.Contains("n01_boxes.txt", Assert.Single(data.Warnings));
    }

    [Fact]
    public void Annotations_of_a_validation_part_name_its_images()
    {
        Image("train/n01/images/1.png", "train/n02/images/1.png", "val/images/val_0.png", "val/images/val_1.png");
        Text("val/val_annotations.txt", "val_0.png\tn02\t0\t0\t9\t9\nval_1.png\tn01\t0\t0\t9\t9\n");
        Assert.Equal([1, 0], Load().Validation.Labels());
    }

    [Fact]
    public void A_part_without_labels_is_left_out_with_a_word()
    {
        Image("train/a/1.png", "train/a/2.png", "train/b/1.png", "train/b/2.png", "test/1.png", "test/2.png");
        TrainingData data = Load();
        Assert.Equal(4, data.Train.Count + data.Validation.Count);
        Assert.Contains("test", Assert.Single(data.Warnings));
    }

    [Theory]
    [InlineData("labels.csv", "filename,label\n1.png,dog\n2.png,cat\n3.png,dog\n4.png,cat\n")]
    [InlineData("train.csv", "id,breed\n1,dog\n2,cat\n3,dog\n4,cat\n")]
    [InlineData("any.tsv", "label\tfile\ndog\timages/1.png\ncat\timages/2.png\ndog\timages/3.png\ncat\timages/4.png\n")]
    [InlineData("list.txt", "images/1.png dog\nimages/2.png cat\nimages/3.png dog\nimages/4.png cat\n")]
    [InlineData("data.csv", "n;file;width;class\n0;images\\1.png;9;dog\n1;images\\2.png;9;cat\n2;./images/3.png;9;dog\n3;images/4.png;9;cat\n")]
    public void A_table_beside_images_gives_their_labels(string name, string text)
    {
        Image("images/1.png", "images/2.png", "images/3.png", "images/4.png");
        Text(name, text);
        TrainingData data = Load();
        Assert.Equal(["cat", "dog"], data.Classes());
        Assert.Equal(2, data.Train.Labels().Concat(data.Validation.Labels()).Count(static label => label == 1));
    }

    [Theory]
    [InlineData("train.csv", "file,label\na/1.png,a\na/2.png,a\nb/1.png,b\nb/2.png,b\n")]
    [InlineData("train.csv", "breed,kind\nx,u\ny,v\nx,u\ny,v\n")]
    [InlineData("labels.csv", "a,b\n1,2\n")]
    public void A_table_beside_folders_of_classes_does_not_hide_them(string name, string text)
    {
        Image("a/1.png", "a/2.png", "b/1.png", "b/2.png");
        Text(name, text);
        if (text.StartsWith("breed", StringComparison.Ordinal)) Assert.NotEqual(["a", "b"], Load().Classes());
        else Assert.Equal(["a", "b"], Load().Classes());
    }

    [Fact]
    public void A_table_that_says_something_else_than_the_folders_is_named_and_taken_where_asked()
    {
        Image("a/1.png", "a/2.png", "b/3.png", "b/4.png");
        Text("labels.csv", "file,label\n1.png,x\n2.png,y\n3.png,x\n4.png,y\n");
        Assert.Contains("labels.csv", Fault(DataErrors.Label).Message);
        Assert.Equal(["x", "y"], Load(Raw with { LabelColumn = "label" }).Classes());
        Assert.Equal(DataErrors.Column, Assert.Throws<DataFormatException>(() => Load(Raw with { LabelColumn = "none" })).Cause);
    }

    [Theory]
    [InlineData("file,label\nA.PNG,x\nB.PNG,y\nC.PNG,x\nD.PNG,y\n")]
    [InlineData("file,label\n/data/a.png,x\n/data/b.png,y\n/data/c.png,x\n/data/d.png,y\n")]
    [InlineData("url,label\nhttp://h/a.png,x\nhttp://h/b.png,y\nhttp://h/c.png,x\nhttp://h/d.png,y\n")]
    [InlineData("file,label\nC:\\p\\a.jpg,x\nC:\\p\\b.jpg,y\nC:\\p\\c.jpg,x\nC:\\p\\d.jpg,y\n")]
    [InlineData("file,u,v\na.png,1,0\nb.png,0,1\nc.png,1,0\nd.png,0,1\n")]
    [InlineData("u,v,w,file\n1,0,0,a\n0,1,0,b\n1.0,0,0,c\n0,1,0,d\n")]
    public void A_table_calls_images_as_programs_do(string table)
    {
        Image("images/a.png", "images/b.png", "images/c.png", "images/d.png");
        Text("labels.csv", table);
        TrainingData data = Load();
        Assert.Equal(table.Contains("u,v", StringComparison.Ordinal) ? ["u", "v"] : ["x", "y"], data.Classes());
        Assert.Equal(4, data.Train.Count + data.Validation.Count);
        Assert.Empty(data.Warnings);
    }

    [Theory]
    [InlineData("id,label\n0,x\n1,y\n2,x\n", "labels.csv' does not name the images: none is called '0'")]
    [InlineData("file,colour,size\na.png,red,1\nb.png,blue,2\nc.png,red,3\n", "('colour', 'size') holds their labels is not told")]
    [InlineData("file,u,v\na.png,1,1\nb.png,0,1\nc.png,1,0\n", "('u', 'v') holds their labels is not told")]
    public void Why_a_table_gives_no_labels_is_said(string table, string why)
    {
        Image("images/a.png", "images/b.png", "images/c.png");
        Text("labels.csv", table);
        Assert.Contains(why, Assert.Throws<DataFormatException>(() => Load()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_table_of_labels_that_is_not_used_is_refused_or_said()
    {
        Image("a/1.png", "a/2.png", "b/1.png", "b/2.png");
        Text("labels.csv", "file,label\n1.png,x\n2.png,y\n");
        Assert.Contains("several images are called so", Assert.Throws<DataFormatException>(() => Load()).Message, StringComparison.Ordinal);
        Text("labels.csv", "file,label\nq.png,x\nr.png,y\n");
        Assert.Contains("the table is left out", Assert.Single(Load().Warnings), StringComparison.Ordinal);
        Text("labels.csv", "n,size\n1,3\n2,4\n");
        Assert.Empty(Load().Warnings);
    }

    [Fact]
    public void Parts_and_quantities_in_a_table_of_labels_are_said()
    {
        Image("1.png", "2.png", "3.png", "4.png", "5.png", "6.png");
        Text("labels.csv", "file,label,split\n1.png,x,train\n2.png,y,train\n3.png,x,train\n4.png,y,test\n5.png,x,test\n6.png,y,test\n");
        Assert.Contains("'split' names the parts of a split", Assert.Single(Load().Warnings), StringComparison.Ordinal);
        Text("labels.csv", "file,age\n1.png,20\n2.png,21\n3.png,22\n4.png,20\n5.png,21\n6.png,22\n");
        Assert.Contains("look counted or measured", Assert.Single(Load().Warnings), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("train", "dev")]
    [InlineData("training_set", "test_set")]
    [InlineData("Train Images", "Test Images")]
    [InlineData("train", "holdout")]
    [InlineData("training", "eval")]
    public void Folders_of_parts_go_by_any_of_their_usual_names(string train, string held)
    {
        Image($"{train}/a/1.png", $"{train}/b/1.png", $"{held}/a/1.png", $"{held}/b/1.png");
        TrainingData data = Load();
        Assert.Equal((2, 2), (data.Train.Count, data.Validation.Count));
        Assert.Empty(data.Warnings);
    }

    [Fact]
    public void Folders_of_images_beside_those_of_the_parts_are_said()
    {
        Image("train/a/1.png", "train/a/2.png", "train/b/1.png", "train/b/2.png", "extra/a/1.png");
        Assert.Contains("extra", Assert.Single(Load().Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_around_those_of_the_classes_is_named()
    {
        Image("PetImages/cat/1.png", "PetImages/cat/2.png", "PetImages/dog/1.png");
        Assert.Contains($"give '{At("PetImages")}'", Assert.Throws<DataFormatException>(() => Load()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Tables_and_folders_tell_the_parts()
    {
        Image("train/1.png", "train/2.png", "val/3.png", "val/4.png");
        Text("labels.csv", "file,label\n1.png,10\n2.png,9\n3.png,9\n4.png,10\n");
        TrainingData data = Load();
        Assert.Equal(["9", "10"], data.Classes());
        Assert.Equal([1, 0], data.Train.Labels());
        Assert.Equal([0, 1], data.Validation.Labels());

        File.Delete(At("labels.csv"));
        Text("train.csv", "file,label\n1.png,x\n2.png,y\n");
        Text("test.csv", "file,label\n3.png,y\n4.png,x\n");
        Assert.Equal([1, 0], Load().Validation.Labels());
    }

    [Fact]
    public void What_a_table_and_the_files_do_not_share_is_said()
    {
        Image("1.png", "2.png", "3.png", "4.png", "5.png");
        Text("labels.csv", "file,label\n1.png,x\n2.png,y\n3.png,x\n4.png,y\n9.png,x\n");
        Assert.Collection(
            Load().Warnings,
            static warning => Assert.Contains("5.png", warning),
            static warning => Assert.Contains("9.png", warning));
    }

    [Theory]
    [InlineData("file,label\n1.png,x\n2.png,\n", "DataMissingValue")]
    [InlineData("file,label\n1.png,x\n2.png,y\n1.png,y\n", "DataLabel")]
    [InlineData("file,colour,size\n1.png,x,1\n2.png,y,2\n", "DataLabel")]
    [InlineData("file\n1.png\n2.png\n", "DataLabel")]
    [InlineData("x,y\n1.5,7\n", "DataLabel")]
    public void Images_without_sound_labels_are_refused(string table, string id)
    {
        Image("1.png", "2.png");
        Text("labels.csv", table);
        Assert.Equal(id, Assert.Throws<DataFormatException>(() => Load()).ErrorId);
    }

    [Theory]
    [InlineData("train/cat.1.png", "train/dog.1.png", "test/1.png")]
    [InlineData("train/1.png", "val/2.png", "test/3.png")]
    [InlineData("images/1.png", "images/2.png", "images/3.png")]
    [InlineData("1.png", "2.png", "3.png")]
    [InlineData("train_images/1.png", "test_images/2.png", "images/x/3.png")]
    public void Folders_of_parts_are_no_classes(params string[] names)
    {
        Image(names);
        Assert.Contains("without labels", Fault(DataErrors.Label).Message);
    }

    [Theory]
    [InlineData("valid", "invalid")]
    [InlineData("train", "bus")]
    [InlineData("valley", "oval")]
    public void Classes_may_be_called_almost_as_parts(string one, string other)
    {
        Image($"{one}/1.png", $"{one}/2.png", $"{other}/3.png");
        Assert.Equal([.. new[] { one, other }.Order(StringComparer.Ordinal)], Load().Classes());
    }

    [Fact]
    public void A_column_is_of_no_use_without_a_table()
    {
        Image("a/1.png", "b/1.png");
        Assert.Equal("DataOptionWithoutUse", Assert.Throws<InvalidParameterException>(() => Load(Raw with { LabelColumn = "label" })).ErrorId);
    }

    [Fact]
    public void Links_within_the_folder_are_followed()
    {
        RequireLinks();
        Image("a/1.png", "b/1.png");
        File.CreateSymbolicLink(At("a/2.png"), At("b/1.png"));
        Directory.CreateSymbolicLink(At("c"), At("b"));
        using var elsewhere = new TempFolder();
        string link = Path.Combine(elsewhere.Path, "link");
        Directory.CreateSymbolicLink(link, _folder.Path);
        Assert.Equal(4, Count(_folder.Path));
        Assert.Equal(4, Count(link));

        static long Count(string path) => DataCatalog.Default.Load(path, Raw) is var data ? data.Train.Count + data.Validation.Count : 0;
    }

    [Theory]
    [InlineData("a/3.png")]
    [InlineData("c")]
    [InlineData("a/deep")]
    [InlineData("train")]
    [InlineData("val")]
    [InlineData("a/through")]
    public void A_link_that_leads_out_is_refused(string place)
    {
        RequireLinks();
        using var other = new TempFolder();
        string prefix = place is "train" or "val" ? "train/" : "";
        Image($"{prefix}a/1.png", $"{prefix}b/1.png");
        foreach (string name in new[] { "x/1.png", "y/1.png" })
        {
            string file = Path.Combine(other.Path, name);
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            File.WriteAllBytes(file, ImageWriter.Png(1, 2, 1, 1, 2));
        }

        if (place == "train") Directory.Delete(At("train"), recursive: true);
        if (place == "a/through")
        {
            // A link to a place that lies inside by its name, and outside by the link above it.
            Directory.CreateDirectory(At(".hidden"));
            Directory.CreateSymbolicLink(At(".hidden/out"), other.Path);
            Directory.CreateSymbolicLink(At(place), At(".hidden/out/x"));
        }
        else if (place.EndsWith(".png", StringComparison.Ordinal)) File.CreateSymbolicLink(At(place), Path.Combine(other.Path, "x", "1.png"));
        else Directory.CreateSymbolicLink(At(place), other.Path);
        Assert.Equal(At(place), Fault(DataErrors.Outside).Path);
    }

    [Theory]
    [InlineData("a/back", "DataOutside")]
    [InlineData("a/self", "DataOutside")]
    [InlineData("a/gone.png", "DataMissing")]
    public void A_link_to_nowhere_is_refused(string place, string id)
    {
        RequireLinks();
        Image("a/1.png", "b/1.png");
        File.CreateSymbolicLink(At(place), place switch { "a/back" => _folder.Path, "a/self" => At("a/self"), _ => At("gone.png") });
        Assert.Equal(id, Assert.Throws<DataFormatException>(() => Load()).ErrorId);
    }

    [Fact]
    public void Reading_ends_where_it_is_asked_to()
    {
        Image("a/1.png", "b/1.png");
        using var stopped = new CancellationTokenSource();
        stopped.Cancel();
        Assert.ThrowsAny<OperationCanceledException>(() => DataCatalog.Default.Load(_folder.Path, Raw, cancellationToken: stopped.Token));
    }

    private static void RequireLinks()
    {
        if (OperatingSystem.IsWindows()) Assert.Skip("Links need a privilege there.");
    }

    private TrainingData Load(DataOptions? options = null) => DataCatalog.Default.Load(_folder.Path, options ?? Raw);

    private DataFormatException Fault(ErrorCause cause)
    {
        var error = Assert.Throws<DataFormatException>(() => Load());
        Assert.Equal(cause, error.Cause);
        return error;
    }

    private string At(string name) => Path.Combine(_folder.Path, name.Replace('/', Path.DirectorySeparatorChar));

    private void Image(params string[] names)
    {
        for (int i = 0; i < names.Length; i++) Write(names[i], ImageWriter.Png(1, 2, 1, (byte)i, 200));
    }

    private void Text(string name, string text) => Write(name, System.Text.Encoding.UTF8.GetBytes(text));

    private void Write(string name, byte[] bytes)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(At(name))!);
        File.WriteAllBytes(At(name), bytes);
    }
}
