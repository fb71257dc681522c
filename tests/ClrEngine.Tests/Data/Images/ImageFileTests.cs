using System.Buffers.Binary;
using ClrEngine.Data.Images;

namespace ClrEngine.Tests.Data.Images;

/// <summary>One image file: what is read of it, and what is refused.</summary>
public sealed class ImageFileTests
{
    private const int Height = 13, Width = 17;

    public static TheoryData<string> AllSamples { get; } =
    [
        nameof(SampleImages.Jpeg), nameof(SampleImages.JpegGrey), nameof(SampleImages.JpegProgressive), nameof(SampleImages.JpegCmyk), nameof(SampleImages.JpegRestarts), nameof(SampleImages.WebPLossless), nameof(SampleImages.WebPLossy),
        nameof(SampleImages.WebPAnimated), nameof(SampleImages.Gif), nameof(SampleImages.GifGrey), nameof(SampleImages.GifAnimated), nameof(SampleImages.BmpBits), nameof(SampleImages.PngDeep),
    ];

    [Theory]
    [InlineData(nameof(SampleImages.Jpeg), 12)]
    [InlineData(nameof(SampleImages.JpegRestarts), 12)]
    [InlineData(nameof(SampleImages.JpegProgressive), 60)]
    [InlineData(nameof(SampleImages.JpegCmyk), 60)]
    [InlineData(nameof(SampleImages.WebPLossless), 0)]
    [InlineData(nameof(SampleImages.WebPLossy), 60)]
    [InlineData(nameof(SampleImages.WebPAnimated), 0)]
    [InlineData(nameof(SampleImages.Gif), 60)]
    [InlineData(nameof(SampleImages.GifAnimated), 60)]
    public void Colours_are_those_that_were_saved_of_the_first_frame_at_any_size(string name, int tolerance)
    {
        (ImageHead head, byte[] pixels) = Read(Sample(name));
        Assert.True(head is { Height: Height, Width: Width, Channels: 3, IsDeep: false });
        Assert.InRange(Off(pixels, Height, Width), 0, tolerance / 4.0);
        foreach ((int height, int width) in new[] { (2 * Height, 3 * Width), (Height, 2 * Width), (5, 7) })
        {
            (byte[] scaled, int h, int w) = ImageFile.Decode(Table.Stream(Sample(name)), head, new ImageSize(height, width));
            // An edge has no neighbour to be blended with, so that it lies up to half of an old pixel, and of a new one, from its place.
            Assert.InRange(Off(ImageResize.To(scaled, (h, w), 3, isDeep: false, (height, width)), height, width), 0, (tolerance / 4.0) + 4);
        }

        static double Off(byte[] pixels, int height, int width) => Enumerable.Range(0, height * width).Average(i =>
        {
            (double y, double x) = ((((i / width) + 0.5) * Height / height) - 0.5, (((i % width) + 0.5) * Width / width) - 0.5);
            double[] saved = [x * 15, y * 19, (x * 7) + (y * 5)];
            return Enumerable.Range(0, 3).Average(channel => Math.Abs(pixels[(3 * i) + channel] - saved[channel]));
        });
    }

    [Theory]
    [InlineData(nameof(SampleImages.JpegGrey))]
    [InlineData(nameof(SampleImages.GifGrey))]
    [InlineData(nameof(SampleImages.BmpBits))]
    public void Grey_is_one_channel(string name) => Assert.Equal((1, Height * Width), (Read(Sample(name)).Head.Channels, Read(Sample(name)).Pixels.Length));

    [Theory]
    [InlineData(5, 7)]
    [InlineData(13, 5)]
    [InlineData(40, 3)]
    [InlineData(2, 60)]
    public void A_PNG_is_brought_to_a_size_row_by_row_as_it_is_in_whole(int height, int width)
    {
        byte[] noise = [.. Enumerable.Range(0, Height * Width * 3).Select(static i => (byte)(i * i * 31 >> 3))];
        foreach (byte[] file in new[] { ImageWriter.Png(Height, Width, 3, noise), ImageWriter.Png(Height, Width, 1, noise[..(Height * Width)]), SampleImages.PngDeep })
        {
            (ImageHead head, byte[] pixels) = Read(file);
            byte[] whole = ImageResize.To(pixels, (Height, Width), head.Channels, head.IsDeep, (height, width));
            (byte[] Pixels, int Height, int Width) resized = ImageFile.Decode(Table.Stream(file), head, new ImageSize(height, width));
            Assert.Equal(whole, resized.Pixels);
            Assert.Equal((height, width), (resized.Height, resized.Width));
        }
    }

    [Fact]
    public void Sixteen_bits_are_kept()
    {
        (ImageHead head, byte[] pixels) = Read(SampleImages.PngDeep);
        Assert.True(head is { IsDeep: true, Channels: 1 });
        Assert.Equal(Enumerable.Range(0, Height * Width).Select(static i => (i % Width * 3000) + (i / Width * 17)), Enumerable.Range(0, Height * Width).Select(i => pixels[2 * i] | (pixels[(2 * i) + 1] << 8)));
    }

    [Theory]
    [InlineData(1, new byte[] { 0, 0b0101_0000 }, new byte[] { 0, 255, 0, 255 })]
    [InlineData(2, new byte[] { 0, 0b0001_1011 }, new byte[] { 0, 85, 170, 255 })]
    [InlineData(4, new byte[] { 0, 0x03, 0x9F }, new byte[] { 0, 51, 153, 255 })]
    public void Few_bits_of_grey_span_the_same_range(byte depth, byte[] lines, byte[] grey) =>
        Assert.Equal(grey, Read(ImageWriter.PngOf(1, 4, depth, 0, isInterlaced: false, lines)).Pixels);

    [Theory]
    [InlineData(0, new byte[] { 10, 20, 30, 40, 50, 60, 70, 80 })]
    [InlineData(1, new byte[] { 10, 30, 60, 100, 50, 110, 180, 4 })]
    [InlineData(2, new byte[] { 10, 20, 30, 40, 60, 80, 100, 120 })]
    [InlineData(3, new byte[] { 10, 25, 42, 61, 55, 100, 141, 181 })]
    [InlineData(4, new byte[] { 10, 30, 60, 100, 60, 120, 190, 14 })]
    public void Rows_are_unfiltered_as_PNG_says(byte filter, byte[] pixels) =>
        Assert.Equal(pixels, Read(ImageWriter.PngOf(2, 4, 8, 0, isInterlaced: false, [filter, 10, 20, 30, 40, filter, 50, 60, 70, 80])).Pixels);

    [Fact]
    public void An_interlaced_PNG_comes_in_seven_passes() =>
        Assert.Equal(
            [1, 6, 4, 6, 7, 7, 7, 7, 5, 6, 5, 6],
            Read(ImageWriter.PngOf(3, 4, 8, 0, isInterlaced: true, [0, 1, 0, 4, 0, 5, 5, 0, 6, 6, 0, 6, 6, 0, 7, 7, 7, 7])).Pixels);

    [Fact]
    public void A_palette_of_greys_is_grey() => Assert.Equal([7, 200], Read(ImageWriter.PngOf(1, 2, 8, 3, isInterlaced: false, [0, 7, 200])).Pixels);

    [Theory]
    [InlineData(nameof(SampleImages.Gif))]
    [InlineData(nameof(SampleImages.GifGrey))]
    public void A_colour_that_is_transparent_stays_what_the_palette_says(string name)
    {
        byte[] gif = Sample(name);
        int blocks = 13 + (3 << ((gif[10] & 7) + 1));
        Assert.All(Enumerable.Range(0, 32), index => Assert.Equal(Read(gif).Pixels, Read([.. gif[..blocks], 0x21, 0xF9, 4, 1, 0, 0, (byte)index, 0, .. gif[blocks..]]).Pixels));
        Assert.Equal([10, 200, 30, 40, 50, 60], Read(ImageWriter.Png(1, 2, 4, 10, 200, 30, 0, 40, 50, 60, 255)).Pixels);
    }

    // Two rows of three, told apart by their numbers; the upright image has what EXIF says of each way.
    [Theory]
    [InlineData(1, 3, new byte[] { 1, 2, 3, 4, 5, 6 })]
    [InlineData(2, 3, new byte[] { 3, 2, 1, 6, 5, 4 })]
    [InlineData(3, 3, new byte[] { 6, 5, 4, 3, 2, 1 })]
    [InlineData(4, 3, new byte[] { 4, 5, 6, 1, 2, 3 })]
    [InlineData(5, 2, new byte[] { 1, 4, 2, 5, 3, 6 })]
    [InlineData(6, 2, new byte[] { 4, 1, 5, 2, 6, 3 })]
    [InlineData(7, 2, new byte[] { 6, 3, 5, 2, 4, 1 })]
    [InlineData(8, 2, new byte[] { 3, 6, 2, 5, 1, 4 })]
    public void EXIF_turns_an_image_upright(byte turn, int width, byte[] upright)
    {
        byte[] exif = [.. "MM\0*"u8, 0, 0, 0, 8, 0, 1, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, turn, 0, 0, 0, 0, 0, 0];
        byte[] png = ImageWriter.PngOf(2, 3, 8, 0, isInterlaced: false, [0, 1, 2, 3, 0, 4, 5, 6], ("eXIf", exif));
        (ImageHead head, byte[] pixels) = Read(png);
        Assert.Equal(width, head.Upright.Width);
        Assert.Equal(upright, new ImageForm(head.Upright.Height, width, 1, IsDeep: false).Planes(pixels, head));

        byte[] jpeg = SampleImages.JpegGrey, part = [.. "Exif\0\0"u8, .. exif];
        byte[] turned = [.. jpeg[..2], 0xFF, 0xE1, 0, (byte)(part.Length + 2), .. part, .. jpeg[2..]];
        Assert.Equal(turn, ImageFile.Head(Table.Stream(turned)).Turn);
    }

    [Theory]
    [MemberData(nameof(AllSamples))]
    public void A_file_that_is_cut_off_anywhere_is_refused(string name)
    {
        byte[] whole = Sample(name);
        for (int length = 0; length < whole.Length; length++)
            Assert.IsAssignableFrom<IClrError>(Record.Exception(() => Read(whole[..length])));
    }

    // A decoder fills up what is missing before the end mark.
    [Theory]
    [InlineData(nameof(SampleImages.Jpeg))]
    [InlineData(nameof(SampleImages.JpegGrey))]
    [InlineData(nameof(SampleImages.JpegProgressive))]
    [InlineData(nameof(SampleImages.JpegCmyk))]
    [InlineData(nameof(SampleImages.JpegRestarts))]
    public void A_JPEG_that_lacks_pixels_before_its_end_mark_is_refused(string name)
    {
        byte[] whole = Sample(name);
        int scan = whole.AsSpan().IndexOf((ReadOnlySpan<byte>)[0xFF, 0xDA]) + 14;
        for (int length = scan; length < whole.Length - 3; length++)
            Assert.IsType<DataFormatException>(Record.Exception(() => Read([.. whole[..length], 0xFF, 0xD9])));
    }

    [Theory]
    [InlineData(new byte[] { 4, 7, 0, 0, 4, 9, 0, 1 }, true)]
    [InlineData(new byte[] { 4, 7, 0, 1 }, false)]
    [InlineData(new byte[] { 1, 7, 0, 2, 2, 1, 1, 9, 0, 1 }, false)]
    [InlineData(new byte[] { 4, 7, 0, 0, 4, 9 }, false)]
    public void A_packed_bitmap_sets_all_of_its_pixels_or_is_refused(byte[] packed, bool isWhole)
    {
        byte[] palette = [.. Enumerable.Range(0, 256).SelectMany(static i => (byte[])[(byte)i, (byte)i, (byte)i, 0])];
        int[] head = [54 + 1024 + packed.Length, 0, 54 + 1024, 40, 4, 2, 1 | (8 << 16), 1, packed.Length, 0, 0, 256, 0];
        byte[] bmp = [.. "BM"u8, .. head.SelectMany(BitConverter.GetBytes), .. palette, .. packed];
        if (isWhole) Assert.Equal([9, 9, 9, 9, 7, 7, 7, 7], Read(bmp).Pixels);
        else Assert.IsType<DataFormatException>(Record.Exception(() => Read(bmp)));
    }

    [Fact]
    public void A_GIF_that_lacks_pixels_before_its_end_mark_is_refused()
    {
        byte[] whole = SampleImages.GifGrey;
        int data = whole.AsSpan().LastIndexOf((ReadOnlySpan<byte>)[0x2C, 0, 0, 0, 0]) + 11;
        for (int length = 1; length < whole[data] - 2; length++)
            Assert.IsType<DataFormatException>(Record.Exception(() => Read([.. whole[..data], (byte)length, .. whole[(data + 1)..(data + 1 + length)], 0, 0x3B])));
    }

    [Theory]
    [InlineData(nameof(SampleImages.Jpeg))]
    [InlineData(nameof(SampleImages.JpegProgressive))]
    [InlineData(nameof(SampleImages.JpegRestarts))]
    public void A_JPEG_with_more_data_than_pixels_is_refused(string name)
    {
        byte[] whole = Sample(name);
        Assert.Equal(DataErrors.Compression, Refused([.. whole[..^2], .. new byte[20], .. whole[^2..]]).Cause);
    }

    [Fact]
    public void A_PNG_that_was_changed_anywhere_is_refused()
    {
        byte[] whole = ImageWriter.Png(9, 7, 3, [.. Enumerable.Range(0, 189).Select(static i => (byte)(i * 37))]);
        for (int bit = 64; bit < whole.Length * 8; bit++)
        {
            byte[] changed = [.. whole];
            changed[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.IsAssignableFrom<IClrError>(Record.Exception(() => Read(changed)));
        }
    }

    [Fact]
    public void Pixels_that_were_changed_behind_the_checksum_of_their_part_are_refused()
    {
        byte[] lines = [0, 1, 2, 3, 4], packed = [0x78, 1, 1, 5, 0, 0xFA, 0xFF, .. lines, 0, 0x19, 0, 0x0B];
        Assert.Equal([1, 2, 3, 4], Read(Parts(packed)).Pixels);
        packed[8] ^= 1;
        Assert.Equal(DataErrors.Checksum, Refused(Parts(packed)).Cause);
        Assert.Equal(DataErrors.Truncated, Refused(Parts(packed[..9])).Cause);

        static byte[] Parts(byte[] packed)
        {
            byte[] png = ImageWriter.PngOf(1, 4, 8, 0, isInterlaced: false, []);
            int data = png.AsSpan().IndexOf("IDAT"u8) - 4;
            return [.. png[..data], .. ImageWriter.Chunk("IDAT"u8, packed), .. png[^12..]];
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(100)]
    [InlineData(20_000_000)]
    public void Data_that_goes_on_behind_the_pixels_is_refused_and_not_unpacked(int more)
    {
        byte[] png = ImageWriter.PngOf(8, 8, 8, 0, isInterlaced: false, new byte[72 + more]);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Equal(DataErrors.Trailing, Refused(png).Cause);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1_000_000);
    }

    [Fact]
    public void Claims_are_held_against_the_file_before_anything_is_allocated()
    {
        byte[] png = ImageWriter.Png(1, 2, 1, 1, 1), jpeg = [.. SampleImages.Jpeg], gif = [.. SampleImages.Gif], bmp = [.. SampleImages.BmpBits], webp = [.. SampleImages.WebPLossless];
        BinaryPrimitives.WriteInt32BigEndian(png.AsSpan(16), 8000);
        BinaryPrimitives.WriteInt32BigEndian(png.AsSpan(20), 8000);
        int frame = jpeg.AsSpan().IndexOf((ReadOnlySpan<byte>)[0xFF, 0xC0]);
        BinaryPrimitives.WriteInt32BigEndian(jpeg.AsSpan(frame + 5), (8000 << 16) | 8000);
        BinaryPrimitives.WriteInt32LittleEndian(gif.AsSpan(6), (8000 << 16) | 8000);
        BinaryPrimitives.WriteInt32LittleEndian(bmp.AsSpan(18), 8000);
        BinaryPrimitives.WriteInt32LittleEndian(bmp.AsSpan(22), 8000);
        BinaryPrimitives.WriteUInt32LittleEndian(webp.AsSpan(21), (8000u << 14) | 8000);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.All([png, jpeg, gif, bmp, webp], static file => Assert.Equal(DataErrors.Truncated, Refused(file).Cause));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1_000_000);
        Assert.All([jpeg, gif, bmp, webp], static file => Assert.InRange(ImageFile.Head(Table.Stream(file), 1 << 27).Width, 8000, 8001));
        Assert.Equal(DataErrors.Truncated, Assert.Throws<DataFormatException>(() => ImageFile.Head(Table.Stream(png), 1 << 27)).Cause);
    }

    [Fact]
    public void An_image_of_too_many_pixels_is_refused_until_more_are_allowed()
    {
        byte[] png = ImageWriter.Png(4, 5, 1, new byte[20]);
        Assert.Contains("-MaxImagePixels", Assert.Throws<DataFormatException>(() => ImageFile.Head(Table.Stream(png), mostPixels: 19)).Message);
        Assert.Equal(4, ImageFile.Head(Table.Stream(png), mostPixels: 20).Height);
        Assert.Equal("InvalidMaxImagePixels", Assert.Throws<InvalidParameterException>(() => new DataOptions { MaxImagePixels = 0 }).ErrorId);
    }

    [Fact]
    public void A_JPEG_of_very_many_scans_is_refused()
    {
        byte[] jpeg = SampleImages.JpegProgressive;
        int scan = jpeg.AsSpan().IndexOf((ReadOnlySpan<byte>)[0xFF, 0xDA]);
        int next = scan + 2 + jpeg.AsSpan(scan + 2).IndexOf((ReadOnlySpan<byte>)[0xFF, 0xC4]);
        byte[] many = [.. jpeg[..next], .. Enumerable.Repeat(jpeg[scan..next], 200).SelectMany(static part => part), .. jpeg[next..]];
        Assert.Equal(DataErrors.TooLarge, Refused(many).Cause);
    }

    [Theory]
    [InlineData(1, 1, 2, 3)]
    [InlineData(8, 8, 10, 10)]
    [InlineData(7, 9, 8, 11)]
    public void A_JPEG_is_decoded_no_larger_than_needed(int height, int width, int atLeastHeight, int atLeastWidth)
    {
        (byte[] pixels, int decodedHeight, int decodedWidth) = ImageFile.Decode(Table.Stream(SampleImages.JpegGrey), ImageFile.Head(Table.Stream(SampleImages.JpegGrey)), new ImageSize(height, width));
        Assert.InRange(decodedHeight, height, atLeastHeight);
        Assert.InRange(decodedWidth, width, atLeastWidth + 1);
        Assert.Equal(decodedHeight * decodedWidth, pixels.Length);
    }

    private static byte[] Sample(string name) => (byte[])typeof(SampleImages).GetProperty(name)!.GetValue(null)!;

    private static (ImageHead Head, byte[] Pixels) Read(byte[] file)
    {
        ImageHead head = ImageFile.Head(Table.Stream(file));
        return (head, ImageFile.Decode(Table.Stream(file), head).Pixels[..(head.Height * head.Width * head.Channels * (head.IsDeep ? 2 : 1))]);
    }

    private static DataFormatException Refused(byte[] file) => Assert.Throws<DataFormatException>(() => Read(file));
}
