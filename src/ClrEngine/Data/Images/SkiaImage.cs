using System.Runtime.InteropServices;
using SkiaSharp;

namespace ClrEngine.Data.Images;

/// <summary>Decodes images by Skia, which is told to give all of the pixels or none.</summary>
internal static class SkiaImage
{
    private const int Eighths = 8;

    public static (byte[] Pixels, int Height, int Width) Decode(byte[] file, string path, ImageHead head, ImageSize? size)
    {
        SkiaLibrary.EnsureLoaded();
        using SKData data = SKData.CreateCopy(file);
        using SKCodec codec = SKCodec.Create(data) ?? throw ImageDamage.Wrong(head.Kind, path, "no decoder takes it");
        if (codec.Info.Width != head.Width || codec.Info.Height != head.Height)
            throw ImageDamage.Wrong(head.Kind, path, $"it claims {head.Width} × {head.Height} pixels and has {codec.Info.Width} × {codec.Info.Height}");
        SKSizeI scaled = Scaled(codec, head, size);
        bool isGrey = codec.Info.ColorType == SKColorType.Gray8;
        // Without a colour space nothing is converted: pixels are what the file says.
        var info = new SKImageInfo(scaled.Width, scaled.Height, isGrey ? SKColorType.Gray8 : SKColorType.Rgba8888, isGrey ? SKAlphaType.Opaque : SKAlphaType.Unpremul, null);
        var pixels = new byte[info.BytesSize64];
        GCHandle pin = GCHandle.Alloc(pixels, GCHandleType.Pinned);
        try
        {
            SKCodecResult result = codec.GetPixels(info, pin.AddrOfPinnedObject());
            if (result == SKCodecResult.IncompleteInput) throw ImageDamage.CutOff(head.Kind, path);
            if (result != SKCodecResult.Success) throw ImageDamage.Wrong(head.Kind, path, $"{result}");
        }
        finally
        {
            pin.Free();
        }

        return (isGrey ? pixels : Pack(pixels, head.Channels), scaled.Height, scaled.Width);
    }

    // A JPEG decodes in eighths of its size, at a fraction of the work: the smallest that still has all the pixels wanted.
    private static SKSizeI Scaled(SKCodec codec, ImageHead head, ImageSize? size)
    {
        if (head.Kind != ImageKind.Jpeg || size is null) return codec.Info.Size;
        (int height, int width) = head.Turn > 4 ? (size.Width, size.Height) : (size.Height, size.Width);
        return Enumerable.Range(1, Eighths).Select(i => codec.GetScaledDimensions((float)i / Eighths)).FirstOrDefault(scaled => scaled.Height >= height && scaled.Width >= width, codec.Info.Size);
    }

    // Four bytes a pixel into three, or into one where all three are alike.
    private static byte[] Pack(byte[] pixels, int channels)
    {
        int count = pixels.Length / 4;
        if (channels == 1)
        {
            var grey = new byte[count];
            for (int i = 0; i < count; i++) grey[i] = pixels[4 * i];
            return grey;
        }

        // In place: what is written lies before what is read.
        for (int from = 0, to = 0; from < pixels.Length; from += 4, to += 3) (pixels[to], pixels[to + 1], pixels[to + 2]) = (pixels[from], pixels[from + 1], pixels[from + 2]);
        return pixels;
    }
}
