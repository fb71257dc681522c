namespace ClrEngine.Data.Images;

/// <summary>Reads one image file, whose kind its first bytes tell, whatever it is called.</summary>
internal static class ImageFile
{
    private const long LargestFile = 1 << 30;

    /// <summary>Reads an image's head, and holds what it claims against the file.</summary>
    /// <exception cref="DataFormatException">It is no image, or its head promises more than the file can hold, or the file is cut off.</exception>
    public static ImageHead Head(DataStream file, long mostPixels = DataOptions.UsualImagePixels) => Head(Bytes(file), file.Path, mostPixels);

    /// <summary>Reads an image's head; null for a text of notes, and where it may be anything but an image called so.</summary>
    /// <exception cref="DataFormatException">It is no image and no text of notes, or a damaged image.</exception>
    public static ImageHead? HeadOrNote(DataStream file, bool mayBeOther, long mostPixels)
    {
        if ((mayBeOther || ImageTree.IsNote(file.Path)) && !ImageKinds.HasEnding(file.Path))
        {
            using Stream stream = file.OpenRaw();
            Span<byte> start = stackalloc byte[ImageKinds.TellingBytes];
            if (ImageKinds.Tell(start[..stream.ReadAtLeast(start, start.Length, throwOnEndOfStream: false)]) is null) return null;
        }

        return Head(file, mostPixels);
    }

    /// <summary>Decodes an image whose head was read: red, green and blue, or grey, row after row; two bytes a value, the low one first, where it is deep. Opacity is dropped.</summary>
    /// <param name="file">The file.</param>
    /// <param name="head">Its head.</param>
    /// <param name="size">The size that it is brought to afterwards, so that no more is decoded than is needed; null where its own counts.</param>
    /// <param name="wasChecked">Whether its checksums and its end were held against the file before, and it is unchanged.</param>
    /// <returns>The pixels as they lie, and their size: the head's, or one between the head's and the wanted.</returns>
    /// <exception cref="DataFormatException">The image is damaged.</exception>
    public static (byte[] Pixels, int Height, int Width) Decode(DataStream file, ImageHead head, ImageSize? size = null, bool wasChecked = false)
    {
        byte[] bytes = Bytes(file);
        if (head.Kind == ImageKind.Png && ImageKinds.Tell(bytes) == ImageKind.Png)
        {
            var png = new PngImage(bytes, file.Path, checkSums: !wasChecked, long.MaxValue);
            return png.Head == head ? png.Decode(head.Lying(size)) : throw Changed(file.Path);
        }

        if (Head(bytes, file.Path, long.MaxValue) != head) throw Changed(file.Path);
        if (head.Kind == ImageKind.Jpeg && !wasChecked) JpegScans.Check(bytes, file.Path);
        // As in PNG, opacity is dropped, and not the colour beneath it.
        if (head.Kind == ImageKind.Gif) GifParts.DropTransparency(bytes);
        return SkiaImage.Decode(bytes, file.Path, head, size);
    }

    /// <summary>The error of an image that is no longer the one that was read first.</summary>
    public static DataFormatException Changed(string path) => new(DataErrors.Dimension, path, "was changed while it was read: leave it unchanged, and read it again.");

    private static ImageHead Head(byte[] bytes, string path, long mostPixels) => ImageKinds.Tell(bytes) switch
    {
        ImageKind.Png => new PngImage(bytes, path, checkSums: false, mostPixels).Head,
        ImageKind.Jpeg => JpegParts.Head(bytes, path).CheckPromise(path, bytes.Length, mostPixels),
        ImageKind.Gif => GifParts.Head(bytes, path).CheckPromise(path, bytes.Length, mostPixels),
        ImageKind.WebP => WebPParts.Head(bytes, path).CheckPromise(path, bytes.Length, mostPixels),
        _ => BmpParts.Head(bytes, path).CheckPromise(path, bytes.Length, mostPixels),
    };

    // What a file is that is no image that can be read.
    private static DataFormatException NoImage(string path, ReadOnlySpan<byte> start) =>
        start.IsEmpty ? new DataFormatException(DataErrors.Empty, path, "is empty, where an image is wanted: fetch it again, or remove it.")
        : ImageKinds.TellUnread(start) is { } kind ? ImageDamage.Unread(path, kind)
        : new DataFormatException(DataErrors.Magic, path, $"is no image ({ImageKinds.Read}): convert it, or remove it.");

    private static byte[] Bytes(DataStream file)
    {
        using Stream stream = file.OpenRaw();
        if (stream.Length > LargestFile)
            throw new DataFormatException(DataErrors.TooLarge, file.Path, $"has {stream.Length} bytes, images of at most {LargestFile} are read: make it smaller.");
        var bytes = new byte[stream.Length];
        // What is no image is not read to its end.
        int start = Math.Min(bytes.Length, ImageKinds.TellingBytes);
        stream.ReadExactly(bytes, 0, start);
        if (ImageKinds.Tell(bytes.AsSpan(0, start)) is null) throw NoImage(file.Path, bytes.AsSpan(0, start));
        stream.ReadExactly(bytes, start, bytes.Length - start);
        return bytes;
    }
}
