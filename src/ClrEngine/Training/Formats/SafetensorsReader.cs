using System.Buffers.Binary;
using ClrEngine.Errors;

namespace ClrEngine.Training.Formats;

/// <summary>
/// Reads safetensors (https://github.com/huggingface/safetensors): 8 bytes of header length, a JSON header, the tensors without holes.
/// Every size is checked against the file before anything is allocated for it; the format holds no code.
/// </summary>
public static class SafetensorsReader
{
    /// <summary>The longest header that the format allows, in bytes.</summary>
    public const long LongestHeader = 100_000_000;

    private const int LengthBytes = sizeof(ulong);

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="SafetensorsException">The file is not a safetensors file that can be read.</exception>
    /// <exception cref="IOException">The file cannot be opened.</exception>
    public static SafetensorsContent Read(string path)
    {
        using FileStream stream = File.OpenRead(path);
        return Read(stream, path);
    }

    /// <summary>Reads a stream from its beginning.</summary>
    /// <param name="stream">A stream that knows its length.</param>
    /// <param name="path">Its name for messages.</param>
    /// <exception cref="SafetensorsException">The stream does not hold a safetensors file that can be read.</exception>
    public static SafetensorsContent Read(Stream stream, string path)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(path);
        stream.Position = 0;
        SafetensorsHeader header = ReadHeader(stream, path);
        var tensors = new List<StateTensor>(header.Entries.Count);
        foreach (SafetensorsEntry entry in header.Entries)
        {
            byte[] bytes = Take(stream, (int)(entry.End - entry.Begin), path);
            tensors.Add(new StateTensor(entry.Name, entry.Type, [.. entry.Shape], bytes));
        }
        return new SafetensorsContent(tensors, header.Metadata);
    }

    /// <summary>Reads the texts of a file and leaves its tensors.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="SafetensorsException">The file is not a safetensors file that can be read.</exception>
    public static IReadOnlyDictionary<string, string> ReadMetadata(string path)
    {
        using FileStream stream = File.OpenRead(path);
        return ReadHeader(stream, path).Metadata;
    }

    private static SafetensorsHeader ReadHeader(Stream stream, string path)
    {
        ulong length = BinaryPrimitives.ReadUInt64LittleEndian(Take(stream, LengthBytes, path));
        if (length > LongestHeader)
            throw new SafetensorsException(SafetensorsFault.HeaderLength, path, $"its header would have {length} bytes; the format allows {LongestHeader}.");
        long dataLength = stream.Length - LengthBytes - (long)length;
        if (dataLength < 0)
            throw new SafetensorsException(SafetensorsFault.Truncated, path, $"its header would have {length} bytes, but the file has {stream.Length}.");
        return SafetensorsHeader.Parse(Take(stream, (int)length, path), dataLength, path);
    }

    private static byte[] Take(Stream stream, int count, string path)
    {
        if (stream.Length - stream.Position < count)
            throw new SafetensorsException(SafetensorsFault.Truncated, path, $"{count} bytes are expected at {stream.Position}, but the file has {stream.Length}.");
        var bytes = new byte[count];
        stream.ReadExactly(bytes);
        return bytes;
    }
}

/// <summary>What a safetensors file holds.</summary>
/// <param name="Tensors">Its arrays, in the order of their data.</param>
/// <param name="Metadata">Its texts by name.</param>
public sealed record SafetensorsContent(IReadOnlyList<StateTensor> Tensors, IReadOnlyDictionary<string, string> Metadata);

/// <summary>A file is not a safetensors file that can be read.</summary>
public sealed class SafetensorsException : Exception, IClrError
{
    /// <summary>Reports a fault.</summary>
    /// <param name="fault">The cause.</param>
    /// <param name="path">The file.</param>
    /// <param name="reason">What was expected and what was found, without the path.</param>
    /// <param name="innerException">The error beneath, if there is one.</param>
    public SafetensorsException(SafetensorsFault fault, string path, string reason, Exception? innerException = null)
        : base($"'{path}' is not a readable safetensors file: {reason} Save or copy it again.", innerException)
    {
        Fault = fault;
        Path = path;
    }

    /// <summary>The cause.</summary>
    public SafetensorsFault Fault { get; }

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <inheritdoc/>
    public string ErrorId => "Safetensors" + Fault;
}

/// <summary>What is wrong with a safetensors file: one word a cause.</summary>
public enum SafetensorsFault
{
    /// <summary>The file ends before its header or its data does.</summary>
    Truncated,

    /// <summary>The header is longer than the format allows.</summary>
    HeaderLength,

    /// <summary>The header is not the JSON that the format asks for.</summary>
    Header,

    /// <summary>Two tensors have the same name.</summary>
    DuplicateName,

    /// <summary>A tensor's type is not known.</summary>
    TensorType,

    /// <summary>A shape is not a list of dimensions, or its size passes 64 bits.</summary>
    Shape,

    /// <summary>A tensor's place lies outside the file, overlaps another, leaves a hole, or has another size than type and shape ask for.</summary>
    Offsets,

    /// <summary>A tensor is larger than one array can hold.</summary>
    TooLarge,
}
