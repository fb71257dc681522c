using System.Buffers.Binary;
using System.Text.Json;
using System.Text.Json.Nodes;
using ClrEngine.Data;

namespace ClrEngine.Training.Formats;

/// <summary>
/// Reads safetensors (https://github.com/huggingface/safetensors): 8 bytes of header length, a JSON header, the tensors without holes.
/// Every size is checked against the file before anything is allocated for it; the format holds no code.
/// </summary>
internal static class SafetensorsReader
{
    // The longest header that the format allows, in bytes.
    private const long LongestHeader = 100_000_000;
    private const int LengthBytes = sizeof(ulong);

    /// <exception cref="SafetensorsException">The file is not a safetensors file that can be read.</exception>
    public static SafetensorsContent Read(string path)
    {
        using FileStream stream = DataStream.OpenFile(path);
        return Read(stream, path);
    }

    /// <summary>Reads a stream that knows its length from its beginning.</summary>
    public static SafetensorsContent Read(Stream stream, string path)
    {
        stream.Position = 0;
        if (stream.Length == 0)
            throw new SafetensorsException(SafetensorsErrors.Truncated, path, "it is empty.");
        ulong length = BinaryPrimitives.ReadUInt64LittleEndian(Take(stream, LengthBytes, path));
        // A zip archive begins so, as PyTorch's own files do.
        if ((length & 0xFFFF_FFFF) == 0x0403_4B50)
            throw new SafetensorsException(SafetensorsErrors.HeaderLength, path, "it is a zip archive, as TorchScript and other files of PyTorch are: give the .safetensors file that a training run wrote.");
        if (length > LongestHeader && Told(stream) is { } kind)
            throw new SafetensorsException(SafetensorsErrors.HeaderLength, path, $"it is {kind}.");
        if (length > LongestHeader)
            throw new SafetensorsException(SafetensorsErrors.HeaderLength, path, $"its header would have {length} bytes; the format allows {LongestHeader}.");
        long dataLength = stream.Length - LengthBytes - (long)length;
        if (dataLength < 0)
            throw new SafetensorsException(SafetensorsErrors.Truncated, path, $"its header would have {length} bytes, but the file has {stream.Length}.");
        var header = new SafetensorsHeader(Take(stream, (int)length, path), dataLength, path);
        var tensors = new List<StateTensor>(header.Entries.Count);
        foreach (SafetensorsEntry entry in header.Entries)
        {
            byte[] bytes = Take(stream, (int)(entry.End - entry.Begin), path);
            tensors.Add(new StateTensor(entry.Name, entry.Type, [.. entry.Shape], bytes));
        }
        return new SafetensorsContent(tensors, header.Metadata);
    }

    private static string? Told(Stream stream)
    {
        Span<byte> start = stackalloc byte[FileStart.TellingBytes];
        stream.Position = 0;
        return FileStart.Tell(start[..stream.ReadAtLeast(start, start.Length, throwOnEndOfStream: false)]);
    }

    private static byte[] Take(Stream stream, int count, string path)
    {
        if (stream.Length - stream.Position < count)
            throw new SafetensorsException(SafetensorsErrors.Truncated, path, $"{count} bytes are expected at {stream.Position}, but the file has {stream.Length}.");
        var bytes = new byte[count];
        stream.ReadExactly(bytes);
        return bytes;
    }
}

/// <summary>What a safetensors file holds: arrays in the order of their data, and texts by name.</summary>
internal sealed record SafetensorsContent(IReadOnlyList<StateTensor> Tensors, IReadOnlyDictionary<string, string> Metadata);

/// <summary>A file is not a safetensors file that can be read.</summary>
public sealed class SafetensorsException(ErrorCause cause, string path, string reason, Exception? innerException = null)
    : ClrException(cause, $"'{path}' is not a readable safetensors file: {reason} Save or copy it again.", innerException)
{
    /// <summary>The file.</summary>
    public string Path => path;
}

/// <summary>What is wrong with a safetensors file.</summary>
internal static class SafetensorsErrors
{
    public static readonly ErrorCause Truncated = new("SafetensorsTruncated", ErrorKind.InvalidData,
        "The file ends before its header or its data does.", "Copy it again.");

    public static readonly ErrorCause HeaderLength = new("SafetensorsHeaderLength", ErrorKind.InvalidData,
        "The header is longer than the format allows.", "Check that the file is a safetensors file.");

    public static readonly ErrorCause Header = new("SafetensorsHeader", ErrorKind.InvalidData,
        "The header is not the JSON that the format asks for.", "Save the file again.");

    public static readonly ErrorCause DuplicateName = new("SafetensorsDuplicateName", ErrorKind.InvalidData,
        "Two tensors, or two fields of one, have the same name.", "Save the file again with one of each.");

    public static readonly ErrorCause TensorType = new("SafetensorsTensorType", ErrorKind.InvalidData,
        "A tensor's type is not known.", "Save it as one of the types in the message.");

    public static readonly ErrorCause Shape = new("SafetensorsShape", ErrorKind.InvalidData,
        "A shape is not a list of dimensions, or too large.", "Save the file again.");

    public static readonly ErrorCause Offsets = new("SafetensorsOffsets", ErrorKind.InvalidData,
        "A tensor's place in the file is wrong.", "Copy or save the file again.");

    public static readonly ErrorCause TooLarge = new("SafetensorsTooLarge", ErrorKind.InvalidData,
        "A tensor is larger than one array can hold.", "Split it.");
}

/// <summary>Writes safetensors (https://github.com/huggingface/safetensors), so that Python reads what is trained here.</summary>
internal static class SafetensorsWriter
{
    private const int Alignment = 8;

    /// <summary>Writes arrays, ordered by size of value and then by name, so that each is aligned, and texts by name. The stream stays open.</summary>
    /// <exception cref="ArgumentException">Two arrays have the same name, or one has a name that the format keeps for itself.</exception>
    public static void Write(Stream stream, IEnumerable<StateTensor> tensors, IReadOnlyDictionary<string, string>? metadata = null)
    {
        StateTensor[] ordered = [.. tensors.OrderByDescending(static t => t.Type.ByteSize()).ThenBy(static t => t.Name, StringComparer.Ordinal)];
        byte[] header = JsonSerializer.SerializeToUtf8Bytes(Header(ordered, metadata ?? new Dictionary<string, string>()));
        int padding = (Alignment - header.Length % Alignment) % Alignment;
        Span<byte> length = stackalloc byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64LittleEndian(length, (ulong)(header.Length + padding));
        stream.Write(length);
        stream.Write(header);
        stream.Write("        "u8[..padding]);
        foreach (StateTensor tensor in ordered)
            stream.Write(tensor.Bytes.Span);
    }

    private static JsonObject Header(StateTensor[] tensors, IReadOnlyDictionary<string, string> metadata)
    {
        var texts = new JsonObject(metadata.OrderBy(static m => m.Key, StringComparer.Ordinal).Select(static m => KeyValuePair.Create(m.Key, (JsonNode?)m.Value)));
        var header = new JsonObject { [SafetensorsHeader.MetadataName] = texts };
        long begin = 0;
        foreach (StateTensor tensor in tensors)
        {
            if (header.ContainsKey(tensor.Name))
                throw new ArgumentException($"'{tensor.Name}' cannot be written: the name is taken. Give each tensor a name of its own.", nameof(tensors));
            long end = begin + tensor.Bytes.Length;
            header[tensor.Name] = new JsonObject
            {
                ["dtype"] = tensor.Type.Code(),
                ["shape"] = new JsonArray([.. tensor.Shape.Select(static dimension => (JsonNode)dimension)]),
                ["data_offsets"] = new JsonArray(begin, end),
            };
            begin = end;
        }
        if (metadata.Count == 0)
            header.Remove(SafetensorsHeader.MetadataName);
        return header;
    }
}
