using System.Buffers.Binary;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace ClrEngine.Training.Formats;

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
