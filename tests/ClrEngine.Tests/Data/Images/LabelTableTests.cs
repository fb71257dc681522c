namespace ClrEngine.Tests.Data.Images;

/// <summary>Which columns of a table beside images name them and label them, as programs write such tables.</summary>
public sealed class LabelTableTests : IDisposable
{
    private static readonly DataOptions Raw = new() { Standardize = false };
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(",id,label\n0,3,x\n1,2,y\n2,1,x\n3,0,x\n")]
    [InlineData("Unnamed: 0,id,breed\n0,3,x\n1,2,y\n2,1,x\n3,0,x\n")]
    [InlineData("index,id,label\n0,3,x\n1,2,y\n2,1,x\n3,0,x\n")]
    [InlineData("row,id,label\n0,3,x\n1,2,y\n2,1,x\n3,0,x\n")]
    [InlineData("id,img,label\n0,3,x\n1,2,y\n2,1,x\n3,0,x\n")]
    [InlineData("id,filename,label\n0,3.png,x\n1,2.png,y\n2,1.png,x\n3,0.png,x\n")]
    [InlineData("id,picture,label\n0,a/3.png,x\n1,a/2.png,y\n2,a/1.png,x\n3,a/0.png,x\n")]
    [InlineData("\"id\",\"label\"\n\"0\",3,\"x\"\n\"1\",2,\"y\"\n\"2\",1,\"x\"\n\"3\",0,\"x\"\n")]
    [InlineData("#TYPE System.Management.Automation.PSCustomObject\n\"id\",\"label\"\n\"3\",\"x\"\n\"2\",\"y\"\n\"1\",\"x\"\n\"0\",\"x\"\n")]
    [InlineData("sep=;\nid;label\n3;x\n2;y\n1;x\n0;x\n")]
    [InlineData("id,label,class_id\n3,x,0\n2,y,1\n1,x,0\n0,x,0\n")]
    public void The_column_that_names_images_is_told_from_those_that_count_rows(string table)
    {
        Images("0.png", "1.png", "2.png", "3.png", "4.png", "5.png");
        Text("train.csv", table);
        Text("test.csv", "id,label\n4,x\n5,y\n");
        TrainingData data = DataCatalog.Default.Load(_folder.Path, Raw);
        Assert.Equal(["x", "y"], data.Classes());
        Assert.Equal([0, 0, 1, 0], data.Train.Labels());
        Assert.Empty(data.Warnings);
    }

    [Theory]
    [InlineData("id,code,label\n0,3,x\n1,2,y\n2,1,x\n3,0,x\n", "DataColumn", "('id', 'code')")]
    [InlineData("id,target,label\n0,1,x\n1,0,y\n2,0,x\n3,1,x\n", "DataColumn", "('target', 'label')")]
    [InlineData("id,label\n0.png,red, round\n1.png,blue\n2.png,red\n3.png,blue\n", "DataRowLength", "3 fields in row 2, 2 were expected")]
    [InlineData("id,x,y\n0,1,0\n1,0,0\n2,0,1\n3,1,0\n", "DataLabel", "has no 1 in row 3, where 3 of 4 rows have a single 1")]
    [InlineData("id,x,y\n0,1,0\n1,0,1\n2,1,1\n3,1,0\n", "DataLabel", "has a 1 in 'x', 'y' in row 4")]
    [InlineData("id,x,y\n0,1,0\n1,0,1\n2,0,1\n3,2,0\n", "DataLabel", "has '2' in 'x' in row 5")]
    [InlineData("id,x,y\n0,1,0\n1,0\n2,0,1\n3,1,0\n", "DataLabel", "has nothing in 'y' in row 3")]
    [InlineData(",filename,label\n0,q.png,x\n1,r.png,y\n2,s.png,x\n3,t.png,x\n", "DataLabel", "none is called 'q.png'")]
    public void A_table_that_may_mean_several_things_is_refused_by_name(string table, string id, string what)
    {
        Images("0.png", "1.png", "2.png", "3.png");
        Text("labels.csv", table);
        AssertFault(id, what);
    }

    [Theory]
    [InlineData("a/0.png,x\na/1.png,y\na/2.png,x\n", "b")]
    [InlineData("a/images/0.png,x\na/images/1.png,y\na/images/2.png,x\n", "b/images")]
    [InlineData("/data/a/0.png,x\n/data/a/1.png,y\n/data/a/2.png,x\n", "b")]
    public void A_folder_in_a_table_is_that_of_the_image(string rows, string folder)
    {
        Images($"{folder}/0.png", $"{folder}/1.png", $"{folder}/2.png", "c/4.png", "c/5.png");
        Text("labels.csv", "file,label\n" + rows);
        TrainingData data = DataCatalog.Default.Load(_folder.Path, Raw);
        Assert.Equal(["b", "c"], data.Classes());
        Assert.Contains("does not name the images", Assert.Single(data.Warnings), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("train", "val_images")]
    [InlineData("test", "train")]
    public void A_part_in_a_table_is_that_of_the_image(string written, string folder)
    {
        Images($"{folder}/0.png", $"{folder}/1.png", $"{folder}/2.png");
        Text("labels.csv", $"file,label\n{written}/0.png,x\n{written}/1.png,y\n{written}/2.png,x\n");
        AssertFault("DataLabel", "does not name the images");
    }

    [Fact]
    public void Images_that_two_tables_name_stay_in_both_parts_and_are_said()
    {
        Images("0.png", "1.png", "2.png", "3.png", "4.png", "5.png");
        Text("train.csv", "id,label\n0,x\n1,y\n2,x\n3,y\n");
        Text("test.csv", "id,label\n2,x\n3,y\n4,x\n5,y\n");
        TrainingData data = DataCatalog.Default.Load(_folder.Path, Raw);
        Assert.Equal([0, 1, 0, 1], data.Validation.Labels());
        Assert.Contains("2 images are named in", Assert.Single(data.Warnings), StringComparison.Ordinal);
        Text("test.csv", "id,label\n2,x\n3,y\n4,z\n5,y\n");
        AssertFault("DataLabel", "does not have");
    }

    [Fact]
    public void A_table_of_labels_is_read_with_its_encoding_and_delimiter_and_words_for_none()
    {
        Images("0.png", "1.png", "2.png", "3.png");
        File.WriteAllBytes(_folder.At("labels.csv"), Encoding.Latin1.GetBytes("file,label\n0,gr\u00FCn\n1,rot\n2,gr\u00FCn\n3,rot\n"));
        AssertFault("DataText", "-Encoding");
        Assert.Equal(["gr\u00FCn", "rot"], DataCatalog.Default.Load(_folder.Path, Raw with { Encoding = "windows-1252" }).Classes());
        File.Move(_folder.At("labels.csv"), _folder.At("labels.txt"));
        AssertFault("DataLabel", "-Encoding");
        File.Delete(_folder.At("labels.txt"));
        Text("labels.csv", "file|label\n0|a,b\n1|NA\n2|a,b\n3|NA\n");
        Assert.Equal(["NA", "a,b"], DataCatalog.Default.Load(_folder.Path, Raw with { Delimiter = "|", MissingValues = [] }).Classes());
        Assert.Contains("has no label in row 3", Assert.Throws<DataFormatException>(() => DataCatalog.Default.Load(_folder.Path, Raw with { Delimiter = "|", MissingValues = ["na"] })).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Such_options_are_refused_where_folders_are_the_classes()
    {
        Images("a/0.png", "a/1.png", "b/2.png", "b/3.png");
        Assert.All([Raw with { Encoding = "latin1" }, Raw with { Delimiter = ";" }, Raw with { MissingValues = [] }], options =>
            Assert.Equal("DataOptionWithoutUse", Assert.Throws<InvalidParameterException>(() => DataCatalog.Default.Load(_folder.Path, options)).ErrorId));
    }

    [Fact]
    public void Paths_of_the_system_and_those_that_lead_out_and_back_are_those_of_images()
    {
        Images("u/0.png", "u/1.png", "v/0.png", "v/1.png");
        string root = Path.GetFileName(_folder.Path);
        Text("labels.csv", $"file,label\n{_folder.At("u/0.png")},x\n../{root}/u/1.png,y\n{_folder.At("v/0.png")},x\n../{root}/v/1.png,y\n");
        TrainingData data = DataCatalog.Default.Load(_folder.Path, Raw with { LabelColumn = "label" });
        Assert.Equal(["x", "y"], data.Classes());
        Assert.Equal(4, data.Train.Count + data.Validation.Count);
    }

    [Theory]
    [InlineData("file")]
    [InlineData("0")]
    public void The_column_that_names_the_images_is_refused_as_their_label(string column)
    {
        Images("0.png", "1.png", "2.png", "3.png");
        Text("labels.csv", "file,label\n0.png,x\n1.png,y\n2.png,x\n3.png,y\n");
        Assert.Contains($"names the images by its column '{column}', which so is no label", Assert.Throws<DataFormatException>(() => DataCatalog.Default.Load(_folder.Path, Raw with { LabelColumn = column })).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/elsewhere/")]
    [InlineData("../elsewhere/")]
    [InlineData("C:\\elsewhere\\")]
    public void Paths_to_other_folders_are_refused_with_where_the_image_lies(string folder)
    {
        Images("u/0.png", "u/1.png", "u/2.png", "u/3.png");
        Text("labels.csv", "f,label\n" + string.Concat(Enumerable.Range(0, 4).Select(i => $"{folder}{i}.png,{i % 2}\n")));
        AssertFault("DataLabel", $"none is called '{folder}0.png', with an ending or without, and that of this name is 'u/0.png': write its folders as they are, or none");
        Text("labels.csv", File.ReadAllText(_folder.At("labels.csv")).Replace(folder, "u/", StringComparison.Ordinal));
        Assert.Equal(["0", "1"], DataCatalog.Default.Load(_folder.Path, Raw).Classes());
    }

    [Fact]
    public void Names_with_endings_and_without_may_stand_in_one_table()
    {
        Images("0.png", "1.png", "2.png", "3.png", "4.png", "5.png");
        Text("labels.csv", "id,label\n0,x\n1,y\n2,x\n3.png,y\n4.png,x\n5.png,y\n");
        TrainingData data = DataCatalog.Default.Load(_folder.Path, Raw);
        Assert.Equal(6, data.Train.Count + data.Validation.Count);
        Assert.Empty(data.Warnings);
    }

    private void AssertFault(string id, string what)
    {
        var error = Assert.Throws<DataFormatException>(() => DataCatalog.Default.Load(_folder.Path, Raw));
        Assert.Contains(what, error.Message, StringComparison.Ordinal);
        Assert.Equal(id, error.ErrorId);
    }

    private void Images(params string[] names)
    {
        for (int i = 0; i < names.Length; i++)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(_folder.At(names[i]))!);
            File.WriteAllBytes(_folder.At(names[i]), ImageWriter.Png(1, 2, 1, (byte)i, 200));
        }
    }

    private void Text(string name, string text) => File.WriteAllText(_folder.At(name), text);
}
