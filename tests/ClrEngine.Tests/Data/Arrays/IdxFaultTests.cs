using ClrEngine.Data;
using ClrEngine.Data.Arrays;

namespace ClrEngine.Tests.Data.Arrays;

public sealed class IdxFaultTests
{
    private const string Images = "train-images-idx3-ubyte";
    private const string Labels = "train-labels-idx1-ubyte";

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Fewer_bytes_than_promised_are_refused_as_truncated(bool gzip) =>
        AssertImageFault(DataFault.Truncated, IdxWriter.Bytes([4, 2, 3], new byte[23]), gzip);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void More_bytes_than_promised_are_refused_as_trailing(bool gzip) =>
        AssertImageFault(DataFault.Trailing, IdxWriter.Bytes([4, 2, 3], new byte[25]), gzip);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_header_that_promises_gigabytes_is_refused_before_they_are_allocated(bool gzip)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        AssertImageFault(DataFault.Truncated, IdxWriter.Bytes([1_000_000, 28, 28], new byte[100]), gzip);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 4_000_000);
    }

    [Fact]
    public void A_gzip_header_that_promises_a_little_more_allocates_no_more_than_comes()
    {
        byte[] noise = new byte[100_000];
        new Random(1).NextBytes(noise);
        long before = GC.GetAllocatedBytesForCurrentThread();
        AssertImageFault(DataFault.Truncated, IdxWriter.Bytes([100, 1000, 1000], noise), gzip: true);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 10_000_000);
    }

    [Theory]
    [InlineData(-1, 2, 3, DataFault.Dimension)]
    [InlineData(4, int.MinValue, 3, DataFault.Dimension)]
    [InlineData(-1, -1, 1, DataFault.Dimension)]
    [InlineData(0, 2, 3, DataFault.Empty)]
    [InlineData(4, 0, 3, DataFault.Empty)]
    [InlineData(int.MaxValue, int.MaxValue, int.MaxValue, DataFault.TooLarge)]
    [InlineData(65536, 65536, 1, DataFault.Truncated)]
    [InlineData(1, 65536, 65536, DataFault.TooLarge)]
    [InlineData(1 << 16, 1 << 16, 1 << 16, DataFault.TooLarge)]
    public void Dimensions_that_make_no_array_are_refused(int count, int height, int width, DataFault fault) =>
        AssertImageFault(fault, IdxWriter.Bytes([count, height, width], new byte[24]));

    [Theory]
    [InlineData(9)]
    [InlineData(13)]
    public void Another_type_than_unsigned_bytes_is_refused_by_its_magic(byte type) =>
        AssertImageFault(DataFault.Magic, IdxWriter.Bytes([4, 2, 3], new byte[24], type));

    [Fact]
    public void Labels_under_the_name_of_images_are_refused_by_their_magic() =>
        AssertImageFault(DataFault.Magic, IdxWriter.Bytes([4], new byte[4]));

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(15)]
    public void A_file_that_ends_in_its_header_is_refused_as_truncated(int length) =>
        AssertImageFault(DataFault.Truncated, IdxWriter.Bytes([4, 2, 3], new byte[24])[..length]);

    [Fact]
    public void A_gzip_file_with_a_flipped_bit_is_refused()
    {
        byte[] zipped = IdxWriter.Gzip(IdxWriter.Bytes([4, 2, 3], new byte[24]));
        zipped[^6] ^= 1; // in the checksum
        AssertImageFault(DataFault.Compression, zipped);
    }

    [Fact]
    public void A_gzip_file_that_is_cut_off_is_refused_as_truncated()
    {
        byte[] noise = new byte[60_000];
        new Random(1).NextBytes(noise);
        byte[] zipped = IdxWriter.Gzip(IdxWriter.Bytes([4, 100, 150], noise));
        AssertImageFault(DataFault.Truncated, zipped[..30_000]);
    }

    [Fact]
    public void Another_number_of_labels_than_images_is_refused()
    {
        using var folder = new TempFolder();
        folder.WriteSet("train", [0, 0, 1, 1]);
        folder.WriteFile(Labels, IdxWriter.Bytes([3], [0, 0, 1]));
        AssertFault(DataFault.CountMismatch, folder, Labels);
    }

    [Fact]
    public void A_validation_label_that_training_never_saw_is_refused()
    {
        using var folder = new TempFolder();
        folder.WriteSet("train", [0, 0, 1, 1]);
        folder.WriteSet("t10k", [0, 2]);
        AssertFault(DataFault.Label, folder, "t10k-labels-idx1-ubyte");
    }

    [Fact]
    public void Validation_images_of_another_size_are_refused()
    {
        using var folder = new TempFolder();
        folder.WriteSet("train", [0, 0, 1, 1]);
        folder.WriteFile("t10k-images-idx3-ubyte", IdxWriter.Bytes([2, 3, 3], new byte[18]));
        folder.WriteFile("t10k-labels-idx1-ubyte", IdxWriter.Bytes([2], new byte[2]));
        AssertFault(DataFault.ShapeMismatch, folder, "");
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
        Assert.Contains(missing, AssertFault(DataFault.Missing, folder, "").Message);
    }

    [Fact]
    public void Too_few_samples_to_hold_one_out_are_refused()
    {
        using var folder = new TempFolder();
        folder.WriteSet("train", [0, 1]);
        AssertFault(DataFault.TooFew, folder, "");
    }

    private static void AssertImageFault(DataFault fault, byte[] images, bool gzip = false)
    {
        using var folder = new TempFolder();
        folder.WriteFile(Labels, IdxWriter.Bytes([4], [0, 0, 1, 1]));
        folder.WriteFile(Images, images, gzip);
        AssertFault(fault, folder, gzip ? Images + ".gz" : Images);
    }

    private static DataFormatException AssertFault(DataFault fault, TempFolder folder, string file)
    {
        var error = Assert.Throws<DataFormatException>(() => new IdxFolder().Load(folder.Path, DataOptions.Default));
        Assert.Equal(fault, error.Fault);
        Assert.Equal(Path.Combine(folder.Path, file), error.Path);
        Assert.Contains(error.Path, error.Message);
        return error;
    }
}
