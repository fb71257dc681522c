using System.Buffers.Binary;
using System.IO.Compression;

namespace ClrEngine.Tests.Data.Arrays;

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
