using System.Text.Json;
using System.Text.Unicode;
using ClrEngine.Json;

namespace ClrEngine.Training.Formats;

/// <summary>The JSON header of a safetensors file, read and checked.</summary>
internal sealed class SafetensorsHeader
{
    public const string MetadataName = "__metadata__";

    private const int LongestShown = 80;

    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = 4 };

    private readonly string _path;
    private readonly List<SafetensorsEntry> _entries = [];
    private readonly Dictionary<string, string> _metadata = new(StringComparer.Ordinal);

    /// <exception cref="SafetensorsException">The bytes are no header, or one that lies about the file.</exception>
    public SafetensorsHeader(ReadOnlyMemory<byte> json, long dataLength, string path)
    {
        _path = path;
        if (json.IsEmpty || json.Span[0] != (byte)'{' || !Utf8.IsValid(json.Span))
            throw Fault(SafetensorsErrors.Header, "the header is not a JSON object in UTF-8.");
        try
        {
            using JsonDocument document = JsonDocument.Parse(json, Strict);
            Read(document.RootElement);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // A string with half a surrogate pair passes the parser and fails as it is read.
            throw Fault(SafetensorsErrors.Header, "the header is not valid JSON.", exception);
        }
        CheckPlaces(dataLength);
    }

    /// <summary>The tensors, in the order of their data: without holes, from 0 to the end of the file.</summary>
    public IReadOnlyList<SafetensorsEntry> Entries => _entries;

    public IReadOnlyDictionary<string, string> Metadata => _metadata;

    private void Read(JsonElement root)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (JsonProperty property in root.EnumerateObject())
        {
            if (!names.Add(property.Name))
                throw Fault(SafetensorsErrors.DuplicateName, $"the header names '{Printable(property.Name)}' twice.");
            if (property.Name == MetadataName)
                ReadMetadata(property.Value);
            else
                _entries.Add(ReadEntry(property.Name, property.Value));
        }
    }

    private void ReadMetadata(JsonElement value)
    {
        if (value.ValueKind != JsonValueKind.Object)
            throw Fault(SafetensorsErrors.Header, $"{MetadataName} is not a JSON object.");
        foreach (JsonProperty property in value.EnumerateObject())
        {
            if (property.Value.ValueKind != JsonValueKind.String)
                throw Fault(SafetensorsErrors.Header, $"{MetadataName} has something else than text for '{Printable(property.Name)}'.");
            if (!_metadata.TryAdd(property.Name, property.Value.GetString()!))
                throw Fault(SafetensorsErrors.DuplicateName, $"{MetadataName} names '{Printable(property.Name)}' twice.");
        }
    }

    private SafetensorsEntry ReadEntry(string name, JsonElement value)
    {
        if (name.Length == 0 || value.ValueKind != JsonValueKind.Object)
            throw Fault(SafetensorsErrors.Header, $"'{Printable(name)}' is not described by a JSON object.");
        if (value.EnumerateObject().Select(static field => field.Name).Twice() is { } twice)
            throw Fault(SafetensorsErrors.DuplicateName, $"'{Printable(name)}' has {Printable(twice)} twice.");
        TensorType type = TensorTypeExtensions.FromCode(TextOf(value, "dtype"))
            ?? throw Fault(SafetensorsErrors.TensorType, $"'{Printable(name)}' has the type '{Printable(TextOf(value, "dtype") ?? "")}'; known are {TensorTypeExtensions.Codes}.");
        IReadOnlyList<long> shape = NumbersOf(value, "shape")
            ?? throw Fault(SafetensorsErrors.Shape, $"the shape of '{Printable(name)}' is not a list of whole numbers of at least 0.");
        if (NumbersOf(value, "data_offsets") is not [long begin, long end])
            throw Fault(SafetensorsErrors.Offsets, $"the data_offsets of '{Printable(name)}' are not two whole numbers of at least 0.");
        return new SafetensorsEntry(name, type, shape, begin, end);
    }

    private void CheckPlaces(long dataLength)
    {
        _entries.Sort(static (a, b) => (a.Begin, a.End).CompareTo((b.Begin, b.End)));
        long next = 0;
        foreach (SafetensorsEntry entry in _entries)
        {
            long bytes = entry.Type.TryByteCount(entry.Shape)
                ?? throw Fault(SafetensorsErrors.Shape, $"'{Printable(entry.Name)}' would have more than 2^63 bytes.");
            if (entry.Begin != next)
                throw Fault(SafetensorsErrors.Offsets, $"'{Printable(entry.Name)}' begins at {entry.Begin}, where {next} is expected.");
            if (entry.End < entry.Begin || entry.End - entry.Begin != bytes)
                throw Fault(SafetensorsErrors.Offsets, $"'{Printable(entry.Name)}' lies from {entry.Begin} to {entry.End}, but its type and shape ask for {bytes} bytes.");
            if (entry.End > dataLength)
                throw Fault(SafetensorsErrors.Truncated, $"'{Printable(entry.Name)}' ends at {entry.End}, but the file has {dataLength} bytes of data.");
            if (bytes > Array.MaxLength)
                throw Fault(SafetensorsErrors.TooLarge, $"'{Printable(entry.Name)}' has {bytes} bytes; at most {Array.MaxLength} can be read.");
            next = entry.End;
        }
        if (next != dataLength)
            throw Fault(SafetensorsErrors.Offsets, $"the tensors end at {next}, but the file has {dataLength} bytes of data.");
    }

    private static string? TextOf(JsonElement entry, string name) =>
        entry.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static long[]? NumbersOf(JsonElement entry, string name)
    {
        if (!entry.TryGetProperty(name, out JsonElement value) || value.ValueKind != JsonValueKind.Array)
            return null;
        long[] numbers = [.. value.EnumerateArray().Select(static item => item.ValueKind == JsonValueKind.Number && item.TryGetInt64(out long number) ? number : -1)];
        return numbers.All(static number => number >= 0) ? numbers : null;
    }

    /// <summary>A name from a file, for a message.</summary>
    public static string Printable(string name) => JsonFault.Printable(name, LongestShown);

    private SafetensorsException Fault(ErrorCause cause, string reason, Exception? inner = null) => new(cause, _path, reason, inner);
}

/// <summary>What a header says of one tensor, whose bytes lie from Begin to before End, counted from the end of the header.</summary>
internal sealed record SafetensorsEntry(string Name, TensorType Type, IReadOnlyList<long> Shape, long Begin, long End);
