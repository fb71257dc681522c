using System.Buffers.Binary;

namespace ClrEngine.Data;

/// <summary>Checks that a PNG file's parts lie within it: a decoder makes room for what a part claims.</summary>
internal static class PngChunks
{
    private const int SignatureLength = 8;

    // A length and a type before a part's data, a checksum behind.
    private const int HeadLength = 8;
    private const int CheckLength = 4;

    /// <summary>Walks from part to part.</summary>
    /// <exception cref="DataFormatException">A part ends behind the file.</exception>
    public static void Check(Stream stream, string path)
    {
        Span<byte> head = stackalloc byte[HeadLength];
        for (long place = SignatureLength; place < stream.Length;)
        {
            stream.Position = place;
            if (stream.ReadAtLeast(head, HeadLength, throwOnEndOfStream: false) < HeadLength) throw CutOff(path);
            place += HeadLength + BinaryPrimitives.ReadUInt32BigEndian(head) + (long)CheckLength;
            if (place > stream.Length) throw CutOff(path);
            if (head[4..].SequenceEqual("IEND"u8)) return;
        }
    }

    private static DataFormatException CutOff(string path) => new(
        DataFault.Truncated, path, "is an image that is damaged or cut off (a part of it ends behind the file): fetch it again, or remove it.");
}
