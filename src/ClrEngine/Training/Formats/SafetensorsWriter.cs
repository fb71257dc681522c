using System.Buffers;
using System.Buffers.Binary;
using System.Text.Json;

namespace ClrEngine.Training.Formats;

/// <summary>Writes safetensors (https://github.com/huggingface/safetensors), so that Python reads what is trained here.</summary>
public static class SafetensorsWriter
{
    private const int Alignment = 8;

    /// <summary>Writes tensors and texts.</summary>
    /// <param name="stream">Where to; it stays open.</param>
    /// <param name="tensors">The arrays; their order in the file is by size of value, then by name, so that each is aligned.</param>
    /// <param name="metadata">Texts by name; none if null.</param>
    /// <exception cref="ArgumentException">Two arrays have the same name, or one has a name that the format keeps for itself.</exception>
    public static void Write(Stream stream, IEnumerable<StateTensor> tensors, IReadOnlyDictionary<string, string>? metadata = null)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(tensors);
        StateTensor[] ordered = [.. tensors.OrderByDescending(static t => t.Type.ByteSize()).ThenBy(static t => t.Name, StringComparer.Ordinal)];
        CheckNames(ordered);
        ReadOnlySpan<byte> header = Header(ordered, metadata);
        int padding = (Alignment - header.Length % Alignment) % Alignment;
        Span<byte> length = stackalloc byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64LittleEndian(length, (ulong)(header.Length + padding));
        stream.Write(length);
        stream.Write(header);
        stream.Write("        "u8[..padding]);
        foreach (StateTensor tensor in ordered)
            stream.Write(tensor.Bytes.Span);
    }

    private static ReadOnlySpan<byte> Header(StateTensor[] tensors, IReadOnlyDictionary<string, string>? metadata)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            if (metadata is { Count: > 0 })
                WriteMetadata(json, metadata);
            long begin = 0;
            foreach (StateTensor tensor in tensors)
            {
                WriteEntry(json, tensor, begin);
                begin += tensor.Bytes.Length;
            }
            json.WriteEndObject();
        }
        return buffer.WrittenSpan;
    }

    private static void WriteMetadata(Utf8JsonWriter json, IReadOnlyDictionary<string, string> metadata)
    {
        json.WriteStartObject(SafetensorsHeader.MetadataName);
        foreach ((string name, string text) in metadata.OrderBy(static m => m.Key, StringComparer.Ordinal))
            json.WriteString(name, text);
        json.WriteEndObject();
    }

    private static void WriteEntry(Utf8JsonWriter json, StateTensor tensor, long begin)
    {
        json.WriteStartObject(tensor.Name);
        json.WriteString("dtype", tensor.Type.Code());
        json.WriteStartArray("shape");
        foreach (long dimension in tensor.Shape)
            json.WriteNumberValue(dimension);
        json.WriteEndArray();
        json.WriteStartArray("data_offsets");
        json.WriteNumberValue(begin);
        json.WriteNumberValue(begin + tensor.Bytes.Length);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void CheckNames(StateTensor[] tensors)
    {
        var names = new HashSet<string>(StringComparer.Ordinal) { SafetensorsHeader.MetadataName };
        foreach (StateTensor tensor in tensors)
        {
            if (!names.Add(tensor.Name))
                throw new ArgumentException($"'{tensor.Name}' cannot be written: the name is taken. Give each tensor a name of its own.", nameof(tensors));
        }
    }
}
