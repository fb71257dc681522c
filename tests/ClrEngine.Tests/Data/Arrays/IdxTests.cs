using System.Buffers.Binary;
using System.IO.Compression;
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
    public void Bytes_of_0_and_1_are_read_as_they_are_and_held_against_the_other_part()
    {
        using var folder = new TempFolder();
        folder.WriteSet("train", [0, 1]);
        TrainingData data = new IdxFolder().Load(folder.Path, Raw with { ForEvaluation = true });
        Assert.Equal(1, data.Train.Samples.ReadAll().Max());
        Assert.Contains("are 0 and 1 alone", Assert.Single(data.Warnings), StringComparison.Ordinal);
        folder.WriteSet("t10k", [.. Enumerable.Range(0, 30).Select(static i => (byte)(i % 2))]);
        Assert.Contains("has values up to 29, and those of train-images-idx3-ubyte go up to 1", Assert.Throws<DataFormatException>(() => new IdxFolder().Load(folder.Path, Raw)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_class_that_may_stand_for_no_label_is_said()
    {
        using var folder = new TempFolder();
        folder.WriteSet("train", [.. Enumerable.Range(0, 20).Select(static i => (byte)(i % 5 == 4 ? 255 : i % 2))]);
        Assert.Contains("'label' has the class 255 in 4 of 20 rows", string.Join('\n', new IdxFolder().Load(folder.Path, Raw).Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public void Labels_that_are_not_whole_are_refused_with_their_sample()
    {
        using var folder = new TempFolder();
        folder.WriteSet("train", [0, 1, 0, 1]);
        string labels = Directory.EnumerateFiles(folder.Path, "*labels*").Single();
        File.WriteAllBytes(labels, [0, 0, 0x0D, 1, 0, 0, 0, 4, .. new[] { 0f, 1f, 0.5f, 1f }.SelectMany(static value => BitConverter.GetBytes(value).Reverse())]);
        var refused = Assert.Throws<DataFormatException>(() => new IdxFolder().Load(folder.Path, Raw));
        Assert.Equal(DataErrors.Label, refused.Cause);
        Assert.Contains("has the label 0.5 at sample 2", refused.Message, StringComparison.Ordinal);
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

public sealed class IdxFaultTests
{
    private const string Images = "train-images-idx3-ubyte";
    private const string Labels = "train-labels-idx1-ubyte";

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Fewer_bytes_than_promised_are_refused_as_truncated(bool gzip) =>
        AssertImageFault(DataErrors.Truncated.Id, IdxWriter.Bytes([4, 2, 3], new byte[23]), gzip);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void More_bytes_than_promised_are_refused_as_trailing(bool gzip) =>
        AssertImageFault(DataErrors.Trailing.Id, IdxWriter.Bytes([4, 2, 3], new byte[25]), gzip);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_header_that_promises_gigabytes_is_refused_before_they_are_allocated(bool gzip)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        AssertImageFault(DataErrors.Truncated.Id, IdxWriter.Bytes([1_000_000, 28, 28], new byte[100]), gzip);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 4_000_000);
    }

    [Fact]
    public void A_gzip_header_that_promises_a_little_more_allocates_no_more_than_comes()
    {
        byte[] noise = new byte[100_000];
        new Random(1).NextBytes(noise);
        long before = GC.GetAllocatedBytesForCurrentThread();
        AssertImageFault(DataErrors.Truncated.Id, IdxWriter.Bytes([100, 1000, 1000], noise), gzip: true);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 10_000_000);
    }

    [Theory]
    [InlineData(-1, 2, 3, "DataDimension")]
    [InlineData(4, int.MinValue, 3, "DataDimension")]
    [InlineData(-1, -1, 1, "DataDimension")]
    [InlineData(0, 2, 3, "DataEmpty")]
    [InlineData(4, 0, 3, "DataEmpty")]
    [InlineData(int.MaxValue, int.MaxValue, int.MaxValue, "DataTooLarge")]
    [InlineData(65536, 65536, 1, "DataTruncated")]
    [InlineData(1, 65536, 65536, "DataTooLarge")]
    [InlineData(1 << 16, 1 << 16, 1 << 16, "DataTooLarge")]
    public void Dimensions_that_make_no_array_are_refused(int count, int height, int width, string id) =>
        AssertImageFault(id, IdxWriter.Bytes([count, height, width], new byte[24]));

    [Theory]
    [InlineData(0)]
    [InlineData(10)]
    [InlineData(15)]
    public void A_type_that_the_format_does_not_have_is_refused_by_its_magic(byte type) =>
        AssertImageFault(DataErrors.Magic.Id, IdxWriter.Bytes([4, 2, 3], new byte[24], type));

    [Fact]
    public void Labels_under_the_name_of_images_are_refused_by_their_magic() =>
        AssertImageFault(DataErrors.Magic.Id, IdxWriter.Bytes([4], new byte[4]));

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(15)]
    public void A_file_that_ends_in_its_header_is_refused_as_truncated(int length) =>
        AssertImageFault(DataErrors.Truncated.Id, IdxWriter.Bytes([4, 2, 3], new byte[24])[..length]);

    [Fact]
    public void A_gzip_file_with_a_flipped_bit_is_refused()
    {
        byte[] zipped = IdxWriter.Gzip(IdxWriter.Bytes([4, 2, 3], new byte[24]));
        zipped[^6] ^= 1; // in the checksum
        AssertImageFault(DataErrors.Compression.Id, zipped);
    }

    [Fact]
    public void A_gzip_file_that_is_cut_off_is_refused()
    {
        byte[] noise = new byte[60_000];
        new Random(1).NextBytes(noise);
        byte[] zipped = IdxWriter.Gzip(IdxWriter.Bytes([4, 100, 150], noise));
        AssertImageFault(DataErrors.Compression.Id, zipped[..30_000]);
    }

    [Fact]
    public void Another_number_of_labels_than_images_is_refused()
    {
        using var folder = new TempFolder();
        folder.WriteSet("train", [0, 0, 1, 1]);
        folder.WriteFile(Labels, IdxWriter.Bytes([3], [0, 0, 1]));
        AssertFault(DataErrors.CountMismatch.Id, folder, Labels);
    }

    [Fact]
    public void A_validation_label_that_training_never_saw_is_refused()
    {
        using var folder = new TempFolder();
        folder.WriteSet("train", [0, 0, 1, 1]);
        folder.WriteSet("t10k", [0, 2]);
        AssertFault(DataErrors.Label.Id, folder, "t10k-labels-idx1-ubyte");
    }

    [Fact]
    public void Validation_images_of_another_size_are_refused()
    {
        using var folder = new TempFolder();
        folder.WriteSet("train", [0, 0, 1, 1]);
        folder.WriteFile("t10k-images-idx3-ubyte", IdxWriter.Bytes([2, 3, 3], new byte[18]));
        folder.WriteFile("t10k-labels-idx1-ubyte", IdxWriter.Bytes([2], new byte[2]));
        AssertFault(DataErrors.ShapeMismatch.Id, folder, "");
    }

    [Theory]
    [InlineData("train", Images, Labels)]
    [InlineData("train", Labels, Images)]
    [InlineData("t10k", "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte")]
    [InlineData("t10k", "t10k-labels-idx1-ubyte", "t10k-images-idx3-ubyte")]
    public void A_part_without_one_of_its_files_is_refused_with_the_missing_name(string part, string missing, string present)
    {
        using var folder = new TempFolder();
        folder.WriteSet("train", [0, 0, 1, 1]);
        folder.WriteSet("t10k", [0, 1]);
        File.Delete(Path.Combine(folder.Path, missing));
        Assert.True(File.Exists(Path.Combine(folder.Path, present)), part);
        Assert.Contains(missing, AssertFault(DataErrors.Missing.Id, folder, "").Message);
    }

    [Fact]
    public void Too_few_samples_to_hold_one_out_are_refused()
    {
        using var folder = new TempFolder();
        folder.WriteSet("train", [0, 1]);
        AssertFault(DataErrors.TooFew.Id, folder, "");
    }

    private static void AssertImageFault(string id, byte[] images, bool gzip = false)
    {
        using var folder = new TempFolder();
        folder.WriteFile(Labels, IdxWriter.Bytes([4], [0, 0, 1, 1]));
        folder.WriteFile(Images, images, gzip);
        AssertFault(id, folder, gzip ? Images + ".gz" : Images);
    }

    private static DataFormatException AssertFault(string id, TempFolder folder, string file)
    {
        var error = Assert.Throws<DataFormatException>(() => new IdxFolder().Load(folder.Path, DataOptions.Default));
        Assert.Equal(id, error.ErrorId);
        Assert.Equal(Path.Combine(folder.Path, file), error.Path);
        Assert.Contains(error.Path, error.Message);
        return error;
    }
}

/// <summary>Writes IDX files, true ones and lying ones.</summary>
internal static class IdxWriter
{
    public static byte[] Bytes(int[] dimensions, byte[] payload, byte type = 8)
    {
        var bytes = new byte[4 + (4 * dimensions.Length) + payload.Length];
        bytes[2] = type;
        bytes[3] = (byte)dimensions.Length;
        for (int i = 0; i < dimensions.Length; i++)
            BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(4 + (4 * i)), dimensions[i]);
        payload.CopyTo(bytes, 4 + (4 * dimensions.Length));
        return bytes;
    }

    public static byte[] Gzip(byte[] bytes)
    {
        using var target = new MemoryStream();
        using (var gzip = new GZipStream(target, CompressionLevel.Fastest)) gzip.Write(bytes);
        return target.ToArray();
    }

    /// <summary>Writes a set of 2×3 images whose pixels are their index, with the given labels.</summary>
    public static void WriteSet(this TempFolder folder, string part, byte[] labels, bool gzip = false, bool dotted = false)
    {
        byte[] pixels = [.. labels.SelectMany(static (_, i) => Enumerable.Repeat((byte)i, 6))];
        folder.WriteFile($"{part}-images-idx3-ubyte", Bytes([labels.Length, 2, 3], pixels), gzip, dotted);
        folder.WriteFile($"{part}-labels-idx1-ubyte", Bytes([labels.Length], labels), gzip, dotted);
    }

    public static void WriteFile(this TempFolder folder, string name, byte[] bytes, bool gzip = false, bool dotted = false)
    {
        string spelling = (dotted ? name.Replace("-idx", ".idx", StringComparison.Ordinal) : name) + (gzip ? ".gz" : "");
        File.WriteAllBytes(Path.Combine(folder.Path, spelling), gzip ? Gzip(bytes) : bytes);
    }
}
