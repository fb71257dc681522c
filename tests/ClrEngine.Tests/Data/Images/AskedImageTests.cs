namespace ClrEngine.Tests.Data.Images;

/// <summary>Images that a model of the classes x and y is asked about, or tested on.</summary>
public sealed class AskedImageTests : IDisposable
{
    private static readonly DataOptions Tested = new() { Standardize = false, ForEvaluation = true, Classes = ["x", "y"] }, Asked = Tested with { MayLackLabels = true };
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("2026-01-01/0.png", "2026-01-02/deep/1.png", "2.png")]
    [InlineData("x/0.png", "y/1.png", "2026-01-01/2.png")]
    [InlineData("x/0.png", "y/1.png", "2.png")]
    public void Folders_that_are_no_classes_of_the_model_label_no_image(params string[] names)
    {
        Images(names);
        Directory.CreateDirectory(_folder.At("2026-01-03"));
        TrainingData data = DataCatalog.Default.Load(_folder.Path, Asked);
        Assert.IsType<UnknownTargets>(data.Validation.Targets);
        Assert.Same(data.Train, data.Validation);
        Assert.Equal(3, data.Validation.Count);
        Assert.Empty(data.Warnings);
    }

    [Theory]
    [InlineData("file,label\n0.png,x\n1.png,y\n", "has no label for '2/2.png', so that no image counts as labelled")]
    [InlineData("file,label\n0.png,x\n1.png,y\n2.png,\n", "has no label for '2/2.png', so that no image counts as labelled")]
    [InlineData("file,when\n0.png,Monday\n1.png,Monday\n2.png,Tuesday\n", "calls images 'Monday', which is no class of the model")]
    public void Images_that_a_table_does_not_label_are_answered_all_the_same(string table, string said)
    {
        Images("1/0.png", "2/1.png", "2/2.png");
        File.WriteAllText(_folder.At("labels.csv"), table);
        TrainingData data = DataCatalog.Default.Load(_folder.Path, Asked);
        Assert.IsType<UnknownTargets>(data.Validation.Targets);
        Assert.Equal(3, data.Validation.Count);
        Assert.Contains(said, Assert.Single(data.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public void Labels_stay_where_they_are_those_of_the_model()
    {
        Images("x/0.png", "y/1.png", "train/x/2.png", "train/y/3.png", "test/4.png", "test/day/5.png");
        TrainingData data = DataCatalog.Default.Load(_folder.Path, Asked);
        Assert.Equal([0, 1], data.Train.Labels());
        Assert.IsType<UnknownTargets>(data.Validation.Targets);
        Assert.Equal(2, data.Validation.Count);
        Directory.Delete(_folder.At("train"), recursive: true);
        Directory.Delete(_folder.At("test"), recursive: true);
        Assert.Equal(["x", "y"], DataCatalog.Default.Load(_folder.Path, Asked).Classes());
    }

    [Fact]
    public void The_column_by_which_a_model_was_trained_is_found_again()
    {
        Images("x/0.png", "y/1.png", "x/2.png", "y/3.png");
        File.WriteAllText(_folder.At("labels.csv"), "file,colour,size\n0.png,y,s\n1.png,x,l\n2.png,x,s\n3.png,y,s\n");
        TrainingData learnt = DataCatalog.Default.Load(_folder.Path, new() { LabelColumn = "colour" });
        Assert.Equal("colour", learnt.LabelName);
        TrainingData data = DataCatalog.Default.Load(_folder.Path, Tested with { Label = learnt.LabelName });
        Assert.Equal([.. learnt.Train.Labels(), .. learnt.Validation.Labels()], [.. data.Train.Labels(), .. data.Validation.Labels()]);
        Assert.Equal("colour", data.LabelName);
    }

    private void Images(params string[] names)
    {
        for (int i = 0; i < names.Length; i++)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(_folder.At(names[i]))!);
            File.WriteAllBytes(_folder.At(names[i]), ImageWriter.Png(1, 2, 1, (byte)i, 200));
        }
    }
}
