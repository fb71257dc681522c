using System.Runtime.InteropServices;
using ClrEngine.Data.Images;

namespace ClrEngine.Tests.Data.Images;

public sealed class ImageFolderTests : IDisposable
{
    private static readonly DataOptions Raw = new() { Standardize = false };
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Each_folder_is_a_class_in_alphabetical_order()
    {
        WriteGrey("dogs/a.png", 0, 51);
        WriteGrey("dogs/b.png", 0, 51);
        WriteGrey("cats/deep/er/c.png", 102, 255);
        WriteGrey("cats/d.PNG", 102, 255);

        TrainingData data = Load();

        Assert.Equal([1, 1, 2], data.Shape);
        Assert.Equal(["cats", "dogs"], data.Classes());
        Assert.Equal(4, data.Train.Count + data.Validation.Count);
        Assert.Equal(data.Train.Labels()[0] == 0 ? [0.4f, 1f] : [0f, 0.2f], data.Train.Samples.ReadRows(0));
    }

    [Fact]
    public void Photographs_as_large_as_they_were_taken_are_refused_until_that_is_said()
    {
        const int Side = 4_097;
        var lines = new byte[Side * (1 + ((Side + 7) / 8))];
        new Random(1).NextBytes(lines);
        for (int y = 0; y < Side; y++) lines[y * (1 + ((Side + 7) / 8))] = 0;
        foreach (string name in new[] { "a/1.png", "b/2.png", "b/3.png" })
            Write(name, ImageWriter.PngOf(Side, Side, 1, 0, isInterlaced: false, lines));
        string message = Assert.Throws<DataFormatException>(() => Load(Raw)).Message;
        Assert.Contains($"has {Side}×{Side} pixels", message, StringComparison.Ordinal);
        Assert.Contains("-ImageSize 224, or raise -MaxImagePixels above", message, StringComparison.Ordinal);
        Assert.Equal([1, 4, 4], Load(Raw with { ImageSize = new ImageSize(4, 4), ForEvaluation = true }).Shape);
    }

    [Theory]
    [InlineData("0.5", "1.5", "0.5")]
    [InlineData("0", "0.5", "0.5")]
    [InlineData("-1.25", "2", "-1.25")]
    [InlineData("0,5", "1,5", "0,5")]
    [InlineData("1e-3", "1", "1e-3")]
    public void Folders_named_by_measurements_are_classes_with_a_warning(string first, string second, string said)
    {
        WriteClasses(first, second);

        Assert.Contains($"numbers such as '{said}', and each of the 2 is a class", Assert.Single(Load().Warnings), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("seg_train", "seg_test")]
    [InlineData("asl-train", "asl-test")]
    [InlineData("my train", "my val")]
    [InlineData("x.training", "x.validation")]
    [InlineData("Images_Train", "Images_Valid")]
    public void Folders_named_like_parts_are_classes_with_a_warning(string first, string second)
    {
        WriteClasses(first, second);

        Assert.Contains("whose names are those of parts of the data", Assert.Single(Load().Warnings), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("steam train", "car")]
    [InlineData("contest", "training_shoes")]
    [InlineData("0", "1")]
    [InlineData("1.0", "2.0")]
    [InlineData("1.5", "many")]
    public void Other_names_of_folders_are_classes_without_a_word(string first, string second)
    {
        WriteClasses(first, second);

        Assert.Empty(Load().Warnings);
    }

    [Theory]
    [InlineData("train", "test")]
    [InlineData("Train", "Validation")]
    [InlineData("training", "val")]
    public void Folders_of_parts_bring_their_own_validation_part(string train, string validation)
    {
        WriteGrey($"{train}/a/1.png", 1, 1);
        WriteGrey($"{train}/b/1.png", 2, 2);
        WriteGrey($"{validation}/b/1.png", 3, 3);
        TrainingData data = Load();
        Assert.Equal([0, 1], data.Train.Labels());
        Assert.Equal([1], data.Validation.Labels());
        Assert.Equal([3 / 255f, 3 / 255f], data.Validation.Samples.ReadAll());
    }

    [Fact]
    public void A_class_may_be_called_train()
    {
        WriteGrey("train/1.png", 1, 2);
        WriteGrey("bus/1.png", 1, 1);
        WriteGrey("bus/2.png", 1, 1);
        Assert.Equal(["bus", "train"], Load().Classes());
    }

    [Fact]
    public void Png_bmp_and_jpeg_read_alike_with_their_channels_first()
    {
        byte[] pixels = [.. Enumerable.Repeat((byte[])[250, 100, 20], 64).SelectMany(static pixel => pixel)];
        Write("train/a/1.png", ImageWriter.Png(8, 8, 3, pixels));
        Write("train/a/2.bmp", ImageWriter.Bmp(8, 8, pixels));
        Write("train/b/3.jpg", ImageWriter.Jpeg);
        Write("test/b/3.jpeg", ImageWriter.Jpeg);
        TrainingData data = Load();
        Assert.Equal([3, 8, 8], data.Shape);
        float[] expected = [.. new[] { 250f, 100f, 20f }.SelectMany(static value => Enumerable.Repeat(value / 255, 64))];
        Assert.Equal(expected, data.Train.Samples.ReadRows(0));
        Assert.Equal(expected, data.Train.Samples.ReadRows(1));
        Assert.All(expected.Zip(data.Train.Samples.ReadRows(2)), static pair => Assert.Equal(pair.First, pair.Second, 2 / 255f));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_bmp_has_its_first_row_on_top_in_either_order(bool topDown)
    {
        byte[] bmp = ImageWriter.Bmp(2, 1, 1, 2, 3, 4, 5, 6);
        if (!topDown)
        {
            BitConverter.TryWriteBytes(bmp.AsSpan(22), 2);
            byte[] first = bmp[54..58];
            bmp.AsSpan(58, 4).CopyTo(bmp.AsSpan(54));
            first.CopyTo(bmp, 58);
        }

        DataStream file = Table.Stream(bmp);
        Assert.Equal([1, 2, 3, 4, 5, 6], ImageFile.Decode(file, ImageFile.Head(file)).Pixels[..6]);
    }

    [Fact]
    public void One_image_with_colours_makes_all_coloured()
    {
        WriteGrey("train/a/1.png", 51, 255);
        Write("train/b/2.png", ImageWriter.Png(1, 2, 3, 1, 2, 3, 4, 5, 6));
        WriteGrey("test/a/1.png", 51, 255);
        TrainingData data = Load();
        Assert.Equal([0.2f, 1, 0.2f, 1, 0.2f, 1], data.Train.Samples.ReadRows(0));
        Assert.Equal([0.2f, 1, 0.2f, 1, 0.2f, 1], data.Validation.Samples.ReadRows(0));
    }

    [Fact]
    public void Opacity_is_dropped()
    {
        Write("train/a/1.png", ImageWriter.Png(1, 2, 2, 51, 0, 255, 9));
        WriteGrey("train/b/1.png", 0, 0);
        WriteGrey("test/a/1.png", 0, 0);
        Assert.Equal([0.2f, 1], Load().Train.Samples.ReadRows(0));
    }

    [Fact]
    public void Images_of_another_size_are_refused_by_name_and_brought_to_one_where_told()
    {
        WriteGrey("train/a/1.png", 51, 51);
        Write("train/b/2.png", ImageWriter.Png(2, 4, 1, 0, 0, 100, 100, 0, 0, 100, 100));
        WriteGrey("test/a/1.png", 51, 51);
        Assert.Contains("-ImageSize", AssertFault(DataErrors.ShapeMismatch, "train/b/2.png").Message);

        TrainingData data = Load(Raw with { ImageSize = new ImageSize(1, 2) });
        Assert.Equal([1, 1, 2], data.Shape);
        Assert.Equal([0.2f, 0.2f], data.Train.Samples.ReadRows(0));
        Assert.Equal([13 / 255f, 88 / 255f], data.Train.Samples.ReadRows(1), (a, b) => Math.Abs(a - b) < 2 / 255f);
    }

    [Fact]
    public void Hidden_files_and_files_of_other_kinds_are_left_out()
    {
        WriteGrey("a/1.png", 1, 1);
        WriteGrey("a/2.png", 1, 1);
        WriteGrey("b/1.png", 1, 2);
        foreach (string name in new[] { "b/.png", ".cache/x.png", ".DS_Store", "a/.DS_Store", "a/Thumbs.db", "b/desktop.ini", "__MACOSX/a/._1.png", "b/@eaDir/1.png", "README.md" }) Write(name, [1]);
        TrainingData data = Load();
        Assert.Equal(3, data.Train.Count + data.Validation.Count);
        Assert.Empty(data.Warnings);

        foreach (string name in new[] { "a/boxes.txt", "b/1.xml", "b/LICENSE" }) Write(name, [1]);
        data = Load();
        Assert.Equal(3, data.Train.Count + data.Validation.Count);
        Assert.Matches("3 files .* are left out, '.*boxes.txt' the first", Assert.Single(data.Warnings));
    }

    [Theory]
    [InlineData("a/2.webp", "DataMagic")]
    [InlineData("a/2.jpg", "DataMagic")]
    [InlineData("a/film.mp4", "DataMagic")]
    [InlineData("a/2", "DataMagic")]
    [InlineData("2.png", "DataMagic")]
    public void A_file_that_is_no_image_is_named(string name, string id)
    {
        WriteGrey("a/1.png", 1, 1);
        WriteGrey("b/1.png", 1, 1);
        Write(name, [1, 2, 3]);
        Assert.Equal(id, Assert.Throws<DataFormatException>(() => Load()).ErrorId);
    }

    [Theory]
    [InlineData("49492A0008000000", "TIFF")]
    [InlineData("0000001C667479706176696600000000", "AVIF")]
    [InlineData("00000018667479706865696300000000", "HEIC")]
    [InlineData("0000010001001010", "icon")]
    [InlineData("50350A34", "PNM")]
    [InlineData("0000000C6A5020200D0A870A", "JPEG 2000")]
    public void Kinds_of_images_that_are_not_read_are_named_by_their_kind(string start, string kind)
    {
        WriteGrey("a/1.png", 1, 1);
        Write("a/2.png", Convert.FromHexString(start));
        Assert.Contains(kind, AssertFault(DataErrors.Type, "a/2.png").Message);
    }

    [Fact]
    public void A_class_without_an_image_is_refused()
    {
        WriteGrey("a/1.png", 1, 1);
        Write("b/notes.txt", [1]);
        AssertFault(DataErrors.Empty, "b");
    }

    [Fact]
    public void A_validation_class_that_training_does_not_have_is_refused()
    {
        WriteGrey("train/a/1.png", 1, 1);
        WriteGrey("train/b/1.png", 1, 1);
        WriteGrey("test/c/1.png", 1, 1);
        AssertFault(DataErrors.Label, "test/c");
    }

    [Fact]
    public void An_image_that_is_cut_off_or_none_is_refused_by_name()
    {
        WriteGrey("a/1.png", 1, 1);
        byte[] jpeg = ImageWriter.Jpeg;
        Write("b/1.jpg", jpeg[..30]);
        AssertFault(DataErrors.Truncated, "b/1.jpg");
        Write("b/1.jpg", "hello"u8.ToArray());
        AssertFault(DataErrors.Magic, "b/1.jpg");
    }

    [Fact]
    public void An_image_that_promises_gigabytes_is_refused_before_they_are_allocated()
    {
        byte[] png = ImageWriter.Png(1, 2, 1, 1, 1);
        (png[18], png[22]) = (0x1F, 0x1F); // 7,936 more of each side
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Equal(DataErrors.Truncated, Assert.Throws<DataFormatException>(() => ImageFile.Head(Table.Stream(png))).Cause);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1_000_000);
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(1, 16_385)]
    public void A_size_without_pixels_or_beyond_all_bounds_is_refused(int height, int width) =>
        Assert.Equal("InvalidImageSize", Assert.Throws<ClrEngine.Errors.InvalidParameterException>(() => new ImageSize(height, width)).ErrorId);

    private TrainingData Load(DataOptions? options = null) => DataCatalog.Default.Load(_folder.Path, options ?? Raw);

    // Two images of two pixels each.
    private void WriteClasses(params string[] names)
    {
        foreach (string name in names)
        {
            WriteGrey($"{name}/a.png", 0, 51);
            WriteGrey($"{name}/b.png", 102, 51);
        }
    }

    private void WriteGrey(string name, params byte[] pixels) => Write(name, ImageWriter.Png(1, pixels.Length, 1, pixels));

    private void Write(string name, byte[] bytes)
    {
        string path = Path.Combine(_folder.Path, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, bytes);
    }

    private DataFormatException AssertFault(ErrorCause cause, string name)
    {
        var error = Assert.Throws<DataFormatException>(() => Load());
        Assert.Equal(cause, error.Cause);
        Assert.Equal(Path.Combine(_folder.Path, name.Replace('/', Path.DirectorySeparatorChar)), error.Path);
        return error;
    }
}

public sealed class ImageResizeTests
{
    [Fact]
    public void The_same_size_changes_nothing() => Assert.Equal([1, 2, 3], To([1, 2, 3], (1, 3), 1, (1, 3)));

    [Theory]
    [InlineData(5, 7)]
    [InlineData(2, 1)]
    [InlineData(40, 3)]
    public void One_colour_stays_itself_at_any_size(int height, int width)
    {
        byte[] pixels = [.. Enumerable.Repeat((byte[])[10, 200, 255], 12).SelectMany(static pixel => pixel)];
        Assert.Equal(Enumerable.Repeat((byte[])[10, 200, 255], height * width).SelectMany(static pixel => pixel), To(pixels, (3, 4), 3, (height, width)));
    }

    [Fact]
    public void Half_the_size_weighs_neighbours_by_a_triangle() =>
        // From the middle outwards 3/8 and 1/8 on either side; at the border 3/7, 3/7, 1/7.
        Assert.Equal([14, 38, 0], To([0, 0, 100, 0, 0, 0], (1, 6), 1, (1, 3)));

    [Fact]
    public void Twice_the_size_blends_neighbours() => Assert.Equal([0, 25, 75, 100], To([0, 100], (1, 2), 1, (1, 4)));

    [Fact]
    public void Sixteen_bits_stay_so() =>
        Assert.Equal<ushort>([0, 15_000, 45_000, 60_000], MemoryMarshal.Cast<byte, ushort>(ImageResize.To([0, 0, 0x60, 0xEA], (1, 2), 1, isDeep: true, (1, 4))).ToArray());

    private static byte[] To(byte[] pixels, (int, int) from, int channels, (int, int) to) => ImageResize.To(pixels, from, channels, isDeep: false, to);
}
