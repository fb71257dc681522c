using ClrEngine.Data;
using ClrEngine.Data.Arrays;

namespace ClrEngine.Tests.Data.Arrays;

public sealed class IdxFolderTests
{
    private static readonly DataOptions Raw = new() { Standardize = false };

    [Theory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(true, true)]
    public void Given_both_parts_the_t10k_part_is_held_out(bool gzip, bool dotted)
    {
        using var folder = new TempFolder();
        folder.WriteSet("train", [0, 1, 2, 1], gzip, dotted);
        folder.WriteSet("t10k", [2, 0], gzip, dotted);

        TrainingData data = new IdxFolder().Load(folder.Path, Raw);

        Assert.Equal([1, 2, 3], data.Shape);
        Assert.Equal([0, 1, 2, 1], data.Train.Labels());
        Assert.Equal([2, 0], data.Validation.Labels());
        Assert.Equal(Enumerable.Repeat(3 / 255f, 6), data.Train.Samples.ReadRows(3));
        Assert.Equal(Enumerable.Repeat(1 / 255f, 6), data.Validation.Samples.ReadRows(1));
    }

    [Fact]
    public void Given_no_t10k_part_some_of_each_class_is_held_out()
    {
        using var folder = new TempFolder();
        folder.WriteSet("train", [.. Enumerable.Range(0, 20).Select(static i => (byte)(i % 2))]);
        TrainingData data = new IdxFolder().Load(folder.Path, Raw);
        Assert.Equal([0, 0, 1, 1], data.Validation.Labels().Order());
        Assert.Equal(16, data.Train.Count);
    }

    [Fact]
    public void A_path_to_one_of_the_files_loads_its_folder()
    {
        using var folder = new TempFolder();
        folder.WriteSet("train", [0, 0, 1, 1], gzip: true);
        string file = Path.Combine(folder.Path, "train-labels-idx1-ubyte.gz");
        Assert.True(new IdxFolder().Matches(file));
        Assert.Equal(folder.Path, new IdxFolder().Load(file, Raw).Source);
    }

    [Fact]
    public void The_folder_names_the_data_with_or_without_a_slash_behind()
    {
        using var folder = new TempFolder();
        folder.WriteSet("train", [0, 0, 1, 1]);
        string name = Path.GetFileName(folder.Path);
        Assert.Equal(name, new IdxFolder().Load(folder.Path, Raw).Name);
        Assert.Equal(name, new IdxFolder().Load(folder.Path + Path.DirectorySeparatorChar, Raw).Name);
    }

    [Fact]
    public void The_same_contents_have_the_same_identity_wherever_and_however_packed()
    {
        using TempFolder one = new(), other = new();
        one.WriteSet("train", [0, 0, 1, 1]);
        other.WriteSet("train", [0, 0, 1, 1], gzip: true, dotted: true);
        Assert.Equal(new IdxFolder().Load(one.Path, Raw).Identity, new IdxFolder().Load(other.Path, Raw).Identity);
    }

    [Fact]
    public void Other_labels_have_another_identity()
    {
        using TempFolder one = new(), other = new();
        one.WriteSet("train", [0, 0, 1, 1]);
        other.WriteSet("train", [0, 1, 0, 1]);
        Assert.NotEqual(new IdxFolder().Load(one.Path, Raw).Identity, new IdxFolder().Load(other.Path, Raw).Identity);
    }

    [Fact]
    public void A_folder_without_any_of_the_files_does_not_match()
    {
        using var folder = new TempFolder();
        folder.WriteFile("images.bin", [1]);
        Assert.False(new IdxFolder().Matches(folder.Path));
        Assert.False(new IdxFolder().Matches(Path.Combine(folder.Path, "images.bin")));
    }
}

public sealed class FashionMnistTests
{
    private const string Folder = "/usr/share/datasets/fashion-mnist";

    [Fact]
    public void Fashion_MNIST_loads_as_published()
    {
        if (!Directory.Exists(Folder)) Assert.Skip($"Needs the Debian package dataset-fashion-mnist ({Folder}).");

        TrainingData data = DataCatalog.Default.Load(Folder);

        Assert.Equal("fashion-mnist: 60000 + 10000 samples of [1, 28, 28], 10 classes", data.ToString());
        Assert.All(data.Train.Labels().CountBy(static label => label), static pair => Assert.Equal(6000, pair.Value));
        Assert.Equal([9, 0, 0, 3, 0], data.Train.Labels()[..5]);
        Assert.Equal([9, 2, 1, 1, 6], data.Validation.Labels()[..5]);

        // The figures everybody normalises Fashion-MNIST by.
        Assert.Equal(0.2860406, data.Scaling.Means.Single(), 1e-6);
        Assert.Equal(0.3530242, data.Scaling.StandardDeviations.Single(), 1e-6);
    }
}
