using System.Buffers.Binary;
using System.IO.Compression;

namespace ClrEngine.Tests.Data.Images;

/// <summary>Writes small images.</summary>
internal static class ImageWriter
{
    /// <summary>A JPEG of 8×8 pixels, all red 250, green 100, blue 20.</summary>
    public static byte[] Jpeg { get; } = Convert.FromBase64String(
        "/9j/4AAQSkZJRgABAQAAAQABAAD/2wCEAAIBAQEBAQIBAQECAgICAgQDAgICAgUEBAMEBgUGBgYFBgYGBwkIBgcJBwYGCAsICQoKCgoKBggLDAsKDAkKCgoB" +
        "AgICAgICBQMDBQoHBgcKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCv/AABEIAAgACAMBEQACEQEDEQH/xAGiAAAB" +
        "BQEBAQEBAQAAAAAAAAAAAQIDBAUGBwgJCgsQAAIBAwMCBAMFBQQEAAABfQECAwAEEQUSITFBBhNRYQcicRQygZGhCCNCscEVUtHwJDNicoIJChYXGBkaJSYn" +
        "KCkqNDU2Nzg5OkNERUZHSElKU1RVVldYWVpjZGVmZ2hpanN0dXZ3eHl6g4SFhoeIiYqSk5SVlpeYmZqio6Slpqeoqaqys7S1tre4ubrCw8TFxsfIycrS09TV" +
        "1tfY2drh4uPk5ebn6Onq8fLz9PX29/j5+gEAAwEBAQEBAQEBAQAAAAAAAAECAwQFBgcICQoLEQACAQIEBAMEBwUEBAABAncAAQIDEQQFITEGEkFRB2FxEyIy" +
        "gQgUQpGhscEJIzNS8BVictEKFiQ04SXxFxgZGiYnKCkqNTY3ODk6Q0RFRkdISUpTVFVWV1hZWmNkZWZnaGlqc3R1dnd4eXqCg4SFhoeIiYqSk5SVlpeYmZqi" +
        "o6Slpqeoqaqys7S1tre4ubrCw8TFxsfIycrS09TV1tfY2dri4+Tl5ufo6ery8/T19vf4+fr/2gAMAwEAAhEDEQA/AN+v8+j/AFGP/9k=");

    /// <summary>A PNG of pixels with 1 channel (grey), 2 (grey and opacity), 3 (colours) or 4 (colours and opacity), row after row.</summary>
    public static byte[] Png(int height, int width, int channels, params byte[] pixels)
    {
        int row = width * channels;
        byte[] lines = [.. Enumerable.Range(0, height).SelectMany(y => (byte[])[0, .. pixels.AsSpan(y * row, row)])];
        return PngOf(height, width, 8, channels switch { 1 => 0, 2 => 4, 3 => 2, _ => 6 }, isInterlaced: false, lines);
    }

    /// <summary>A PNG of any form; the lines are unpacked ones, each with its filter before it. A palette is 256 greys.</summary>
    public static byte[] PngOf(int height, int width, byte depth, byte kind, bool isInterlaced, byte[] lines, params (string Type, byte[] Data)[] more)
    {
        var head = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(head, width);
        BinaryPrimitives.WriteInt32BigEndian(head.AsSpan(4), height);
        (head[8], head[9], head[12]) = (depth, kind, (byte)(isInterlaced ? 1 : 0));
        byte[] palette = [.. Enumerable.Range(0, 256).SelectMany(static i => Enumerable.Repeat((byte)i, 3))];
        return
        [
            0x89, .. "PNG\r\n\u001a\n"u8, .. Chunk("IHDR"u8, head), .. kind == 3 ? Chunk("PLTE"u8, palette) : [],
            .. more.SelectMany(static part => Chunk(System.Text.Encoding.ASCII.GetBytes(part.Type), part.Data)), .. Chunk("IDAT"u8, Zlib(lines)), .. Chunk("IEND"u8, []),
        ];
    }

    /// <summary>A PNG whose checksums of parts are made to fit, so that what is behind them is as hostile as it gets; other files as they are.</summary>
    public static byte[] WithChecksums(byte[] file)
    {
        if (!file.AsSpan().StartsWith((ReadOnlySpan<byte>)[0x89, (byte)'P'])) return file;
        byte[] fitting = [.. file];
        for (long place = 8; place + 12 <= file.Length;)
        {
            long length = BinaryPrimitives.ReadUInt32BigEndian(file.AsSpan((int)place));
            if (place + 12 + length > file.Length) break;
            BinaryPrimitives.WriteUInt32BigEndian(fitting.AsSpan((int)(place + 8 + length)), Crc(file[((int)place + 4)..(int)(place + 8 + length)]));
            place += 12 + length;
        }

        return fitting;
    }

    /// <summary>Packs as PNG does.</summary>
    public static byte[] Zlib(byte[] bytes)
    {
        using var packed = new MemoryStream();
        using (var zlib = new ZLibStream(packed, CompressionLevel.Fastest)) zlib.Write(bytes);
        return packed.ToArray();
    }

    /// <summary>A BMP of 24-bit pixels (red, green, blue), row after row.</summary>
    public static byte[] Bmp(int height, int width, params byte[] pixels)
    {
        int row = ((width * 3) + 3) / 4 * 4;
        var bytes = new byte[54 + (row * height)];
        (bytes[0], bytes[1]) = ((byte)'B', (byte)'M');
        int[] head = [bytes.Length, 0, 54, 40, width, -height, 1 | (24 << 16), 0, row * height, 2835, 2835, 0, 0];
        for (int i = 0; i < head.Length; i++) BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(2 + (4 * i)), head[i]);
        for (int i = 0; i < height * width; i++)
        {
            Span<byte> pixel = bytes.AsSpan(54 + (i / width * row) + (i % width * 3), 3);
            (pixel[0], pixel[1], pixel[2]) = (pixels[(3 * i) + 2], pixels[(3 * i) + 1], pixels[3 * i]);
        }

        return bytes;
    }

    /// <summary>A part of a PNG.</summary>
    public static byte[] Chunk(ReadOnlySpan<byte> type, byte[] data)
    {
        byte[] body = [.. type, .. data];
        var length = new byte[4];
        var check = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(length, data.Length);
        BinaryPrimitives.WriteUInt32BigEndian(check, Crc(body));
        return [.. length, .. body, .. check];
    }

    private static uint Crc(byte[] bytes)
    {
        uint crc = uint.MaxValue;
        foreach (byte value in bytes)
        {
            crc ^= value;
            for (int bit = 0; bit < 8; bit++) crc = (crc >> 1) ^ ((crc & 1) * 0xEDB88320);
        }

        return ~crc;
    }
}
