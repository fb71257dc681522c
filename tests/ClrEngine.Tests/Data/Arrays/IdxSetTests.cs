using ClrEngine.Data.Arrays;

namespace ClrEngine.Tests.Data.Arrays;

/// <summary>Sets of the MNIST family as they are published, downloaded and unpacked.</summary>
public sealed class IdxSetTests
{
    private static readonly DataOptions Raw = new() { Standardize = false };

    [Fact]
    public void Names_of_EMNIST_are_read_and_labels_from_1_are_as_many_classes()
    {
        using var folder = new TempFolder();
        folder.WriteSet("emnist-letters-train", [1, 2, 3, 1], gzip: true);
        folder.WriteSet("emnist-letters-test", [3, 1], gzip: true);
        TrainingData data = DataCatalog.Default.Load(folder.Path, Raw);
        Assert.Equal("emnist-letters", data.Name);
        Assert.Equal(["1", "2", "3"], data.Classes());
        Assert.Equal([0, 1, 2, 0], data.Train.Labels());
        Assert.Equal([2, 0], data.Validation.Labels());
    }

    [Theory]
    [InlineData("MNIST/raw", "")]
    [InlineData("raw", "")]
    [InlineData("EMNIST/raw", "emnist-balanced-")]
    [InlineData("QMNIST/raw", "qmnist-")]
    public void The_folder_that_torchvision_was_given_is_the_set_in_it(string inner, string prefix)
    {
        using var folder = new TempFolder();
        using TempFolder raw = folder.Inner(inner);
        raw.WriteSet(prefix + "train", [0, 1, 0, 1]);
        raw.WriteSet(prefix + "train", [0, 1, 0, 1], gzip: true);
        raw.WriteSet(prefix + "test", [0, 1]);
        Assert.Equal(2, DataCatalog.Default.Load(folder.Path, Raw).Validation.Count);
        Assert.Equal(2, DataCatalog.Default.Load(folder.At(inner.Split('/')[0]), Raw).Validation.Count);
    }

    [Fact]
    public void Of_several_sets_each_is_named_and_one_is_read_by_one_of_its_files()
    {
        using var folder = new TempFolder();
        foreach (string set in new[] { "emnist-letters", "emnist-digits" }) folder.WriteSet(set + "-train", [1, 2, 1, 2]);
        var error = Assert.Throws<DataFormatException>(() => DataCatalog.Default.Load(folder.Path, Raw));
        Assert.Equal(DataErrors.SeveralSets, error.Cause);
        Assert.Contains("emnist-digits, emnist-letters", error.Message);
        Assert.Equal("emnist-letters", DataCatalog.Default.Load(folder.At("emnist-letters-train-labels-idx1-ubyte"), Raw).Name);

        using TempFolder root = new(), one = root.Inner("MNIST/raw"), other = root.Inner("FashionMNIST/raw");
        foreach (TempFolder raw in new[] { one, other }) raw.WriteSet("train", [1, 2, 1, 2]);
        Assert.Contains("FashionMNIST, MNIST", Assert.Throws<DataFormatException>(() => DataCatalog.Default.Load(root.Path, Raw)).Message);
        Assert.Equal("MNIST", DataCatalog.Default.Load(root.At("MNIST"), Raw).Name);
    }

    [Theory]
    [InlineData(9, 1)]
    [InlineData(11, 2)]
    [InlineData(12, 4)]
    [InlineData(13, 4)]
    [InlineData(14, 8)]
    public void Images_of_every_type_of_number_are_read(byte type, int size)
    {
        using var folder = new TempFolder();
        byte[] Value(int i) => type switch
        {
            13 => [.. BitConverter.GetBytes((float)i).Reverse()],
            14 => [.. BitConverter.GetBytes((double)i).Reverse()],
            _ => [.. new byte[size - 1], (byte)i],
        };
        folder.WriteFile("train-images-idx3-ubyte", IdxWriter.Bytes([4, 1, 2], [.. Enumerable.Range(0, 8).SelectMany(Value)], type));
        folder.WriteFile("train-labels-idx1-ubyte", IdxWriter.Bytes([4], [0, 1, 0, 1]));
        Assert.Equal([[0, 1], [2, 3], [4, 5], [6, 7]], DataCatalog.Default.Load(folder.Path, Raw).RowsInOrder());
    }

    [Fact]
    public void A_fourth_dimension_is_the_channels()
    {
        using var folder = new TempFolder();
        folder.WriteFile("train-images-idx3-ubyte", IdxWriter.Bytes([4, 3, 8, 8], [.. Enumerable.Range(0, 768).Select(static i => (byte)i)]));
        folder.WriteFile("train-labels-idx1-ubyte", IdxWriter.Bytes([4], [0, 1, 0, 1]));
        Assert.Equal([3, 8, 8], DataCatalog.Default.Load(folder.Path, Raw).Shape);
    }

    [Fact]
    public void Labels_of_QMNIST_are_the_first_number_of_each_row()
    {
        using var folder = new TempFolder();
        folder.WriteSet("qmnist-train", [0, 0, 0, 0]);
        File.Delete(folder.At("qmnist-train-labels-idx1-ubyte"));
        folder.WriteFile("qmnist-train-labels-idx2-int", IdxWriter.Bytes([4, 2], [0, 0, 0, 7, 0, 0, 0, 1, 0, 0, 0, 3, 0, 0, 0, 1, 0, 0, 0, 7, 0, 0, 0, 1, 0, 0, 0, 3, 0, 0, 0, 1], type: 12));
        Assert.Equal(["3", "7"], DataCatalog.Default.Load(folder.Path, Raw).Classes());
    }

    [Fact]
    public void A_folder_of_a_files_name_around_the_file_is_looked_into()
    {
        using var folder = new TempFolder();
        using (var scratch = new TempFolder())
        {
            scratch.WriteSet("train", [0, 1, 0, 1]);
            foreach (string file in Directory.EnumerateFiles(scratch.Path))
            {
                Directory.CreateDirectory(folder.At(Path.GetFileName(file)));
                File.Copy(file, Path.Combine(folder.At(Path.GetFileName(file)), Path.GetFileName(file)));
            }
        }

        Assert.Equal(["0", "1"], DataCatalog.Default.Load(folder.Path, Raw).Classes());
    }

    [Fact]
    public void What_is_not_finite_is_refused_by_its_place()
    {
        using var folder = new TempFolder();
        folder.WriteFile("train-images-idx3-ubyte", IdxWriter.Bytes([4, 1, 1], [0, 0, 0, 0, 0x3F, 0x80, 0, 0, 0x7F, 0xC0, 0, 0, 0x3F, 0x80, 0, 0], type: 13));
        folder.WriteFile("train-labels-idx1-ubyte", IdxWriter.Bytes([4], [0, 1, 0, 1]));
        Assert.Contains("NaN at [2, 0, 0]", Assert.Throws<DataFormatException>(() => DataCatalog.Default.Load(folder.Path, Raw)).Message, StringComparison.Ordinal);
    }
}
