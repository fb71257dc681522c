using System.Text;
using ClrEngine.Data.Images;

namespace ClrEngine.Data;

/// <summary>Tells by its first bytes what a file is that was taken for another, for messages.</summary>
internal static class FileStart
{
    /// <summary>How many bytes tell.</summary>
    public const int TellingBytes = 64;

    /// <summary>What stands in the place of a file that was not fetched; null where it is something else.</summary>
    public static string? TellUnfetched(ReadOnlySpan<byte> start)
    {
        if (start.StartsWith("version https://git-lfs"u8))
            return "a pointer of Git LFS (git lfs pull fetches the file itself)";
        ReadOnlySpan<byte> text = (start.StartsWith("\uFEFF"u8) ? start[3..] : start).TrimStart(" \t\r\n"u8);
        return text is [(byte)'<', (byte)'!' or (byte)'?' or (>= (byte)'A' and <= (byte)'Z') or (>= (byte)'a' and <= (byte)'z'), ..] ? "a page of HTML or XML (a server sends one where there is no such file, or who asks must sign in)" : null;
    }

    /// <summary>What a file is; null where its bytes do not tell.</summary>
    public static string? Tell(ReadOnlySpan<byte> start)
    {
        if (start.IsEmpty)
            return "empty";
        if (TellUnfetched(start) is { } unfetched)
            return unfetched;
        return start switch
        {
            [0x1F, 0x8B, ..] => "packed with gzip",
            [(byte)'P', (byte)'K', 3 or 5, 4 or 6, ..] => "a zip archive",
            [(byte)'P', (byte)'A', (byte)'R', (byte)'1', ..] => "a Parquet file",
            [0x93, (byte)'N', (byte)'U', (byte)'M', ..] => "an array of NumPy",
            [0x89, (byte)'H', (byte)'D', (byte)'F', ..] => "an HDF5 file, as Keras writes",
            // The version of the format, then the program that wrote it, or the graph.
            [8, > 0 and < 32, 0x12 or 0x3A, ..] => "a model of ONNX",
            _ when ImageKinds.Tell(start) is not null => "an image",
            _ when !IsText(start) => null,
            [(byte)'{' or (byte)'[', ..] => "JSON",
            _ => "a text",
        };
    }

    private static bool IsText(ReadOnlySpan<byte> start) => Ascii.IsValid(start) && !start.ContainsAnyInRange<byte>(0, 8) && !start.ContainsAnyInRange<byte>(14, 31);
}
