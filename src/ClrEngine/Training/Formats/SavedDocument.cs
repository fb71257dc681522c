using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using ClrEngine.Json;
using ClrEngine.Schedules;

namespace ClrEngine.Training.Formats;

/// <summary>A format of documents with a head: an object that names the format and its version, and has the content as its third field.</summary>
/// <param name="Format">The format's name.</param>
/// <param name="Content">The name of the third field.</param>
/// <param name="Version">The version that is written, and the newest that is read.</param>
/// <param name="Options">How the content is written.</param>
internal sealed record SavedDocument(string Format, string Content, int Version, JsonSerializerOptions Options)
{
    // A million epochs or steps take about 400 MB: no file that was written here is longer.
    public const long Longest = 512L << 20;

    /// <summary>How documents are written, but for what one of them leaves out.</summary>
    public static JsonSerializerOptions Usual { get; } = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        WriteIndented = true,
        IgnoreReadOnlyProperties = true,
        MaxDepth = StrictJson.Deepest,
        // A loss may be NaN or infinite: it is written as "NaN", "Infinity" and "-Infinity".
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        Converters = { new JsonStringEnumConverter(), new ScheduleConverter() },
        TypeInfoResolver = new DefaultJsonTypeInfoResolver(),
    };

    private static readonly JsonMember FormatMember = new("format", typeof(string)), VersionMember = new("version", typeof(int)) { Within = WithinAttribute.Finite };

    /// <summary>Writes the content, indented.</summary>
    public string Write(object content) =>
        JsonSerializer.Serialize(new Dictionary<string, object> { [FormatMember.Name] = Format, [VersionMember.Name] = Version, [Content] = content }, Options);

    /// <exception cref="JsonFault">It is of another format, a later version, or not whole.</exception>
    public T Read<T>(byte[] json, ScaleFunctionCompiler? compile = null)
    {
        // The head first: what a later version has beyond this one is no fault of the file.
        var text = new StrictJson(json);
        if (text.Peek(FormatMember) is not string format || format != Format)
            throw new JsonFault(JsonFaultKind.Invalid, "$.format", $"the format is another; expected is \"{Format}\".");
        var version = (int)text.Peek(VersionMember);
        if (version < 1 || version > Version)
            throw new JsonFault(JsonFaultKind.Version, "$.version", $"the version is {version}, and this engine reads 1 to {Version}: {(version < 1 ? "no engine wrote it" : "use a newer engine")}.");
        if (version < Version)
        {
            JsonObject document = text.Tree();
            EarlierFormat.Upgrade(document, Content, version, Version);
            text = new StrictJson(JsonSerializer.SerializeToUtf8Bytes(document, Options));
        }
        return (T)text.Read([FormatMember, VersionMember, new JsonMember(Content, typeof(T))], new JsonSchema(Options, version, Version), compile)[2]!;
    }
}

/// <summary>
/// Range tests and histories of earlier format versions, brought to the present one. Version 1 had what describes their run as fields of their
/// own; range tests of version 2 had no trials. What a version did not keep stays unknown.
/// </summary>
internal static class EarlierFormat
{
    private static readonly string[] Moved =
    [
        "model", "modelIdentity", "data", "dataIdentity", "stepsPerEpoch", "batchSize", "seed", "device", "threads", "optimizer", "schedule",
    ];

    private static readonly (string Name, string Prefix)[] Versions = [("engine", "Clr "), ("torchSharp", "TorchSharp "), ("libtorch", "libtorch "), ("runtime", "")];

    /// <summary>The document, whose range test or history is its field <paramref name="content"/>, as version <paramref name="present"/>; what is damaged stays so.</summary>
    public static void Upgrade(JsonObject document, string content, int version, int present)
    {
        if (document[content] is not JsonObject record)
            return;
        if (version == 1)
            Gather(record);
        if (content == "test")
            AddNoTrials(record);
        document["version"] = present;
    }

    private static void AddNoTrials(JsonObject test)
    {
        test["trials"] ??= new JsonArray();
        foreach (JsonObject repeat in (test["repeats"] as JsonArray ?? []).OfType<JsonObject>())
            AddNoTrials(repeat);
    }

    private static void Gather(JsonObject record)
    {
        if (record.ContainsKey("run"))
            throw new JsonFault(JsonFaultKind.Unknown, "$.version", "the version is 1, and there is a field run, which that version does not have: it was another.");
        var run = new JsonObject { ["sampleCount"] = 0, ["cycles"] = nameof(CycleUse.None) };
        foreach (string name in Moved)
        {
            if (record[name] is { } value)
                run[name] = value.DeepClone();
            record.Remove(name);
        }
        string[] versions = record["versions"] is JsonValue text && text.TryGetValue(out string? line) ? line.Split(", ") : [];
        foreach (((string name, string prefix), string version) in versions.Length == Versions.Length ? Versions.Zip(versions) : [])
            run[name] = version.StartsWith(prefix, StringComparison.Ordinal) ? version[prefix.Length..] : version;
        record.Remove("versions");
        record["run"] = run;
        foreach (JsonObject repeat in (record["repeats"] as JsonArray ?? []).OfType<JsonObject>())
            Gather(repeat);
    }
}
