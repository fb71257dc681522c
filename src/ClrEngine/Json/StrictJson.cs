using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Unicode;
using ClrEngine.Schedules;

namespace ClrEngine.Json;

/// <summary>
/// The one reader of what is saved as JSON: schedules, range tests, bounds, histories, the state of checkpoints, the descriptions in files of
/// models. The types that are written are the schema. A field that is missing, unknown, there twice or of a value that it cannot have is
/// refused by its path in the file, and never a default.
/// </summary>
internal sealed class StrictJson
{
    // Deeper than any schedule that people nest, and far from the end of a thread's stack.
    public const int Deepest = 256;

    // The names of one object are held together, so that none comes twice.
    private const int MostFields = 100_000;
    private static readonly JsonReaderOptions Options = new() { MaxDepth = Deepest };
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);
    private static readonly object Absent = new();

    private readonly List<(string? Name, int Index)> _path = [];
    private readonly byte[] _json;
    private JsonSchema _schema = JsonSchema.Plain;
    private ScaleFunctionCompiler? _compile;
    private int _version;

    /// <summary>Takes a text that is read from its beginning once or several times.</summary>
    /// <exception cref="JsonFault">It is no JSON, or has a field twice.</exception>
    public StrictJson(byte[] json)
    {
        _json = json;
        if (!Utf8.IsValid(WithoutMark(json)))
            throw Fault(JsonFaultKind.NotJson, "the text is not in UTF-8: save it so.");
        var whole = new Utf8JsonReader(WithoutMark(json), Options);
        try
        {
            whole.Read();
            Check(ref whole);
            whole.Read();
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // Half a surrogate pair passes the reader, and fails as its text is taken.
            throw Fault(JsonFaultKind.NotJson, $"this is no JSON: {JsonFault.Said(exception)}", exception);
        }
    }

    /// <exception cref="JsonFault">It is longer than any of its kind.</exception>
    public static byte[] File(string path, long longest)
    {
        using FileStream file = Data.DataStream.OpenFile(path);
        if (file.Length > longest)
            throw TooLong();
        using var bytes = new MemoryStream((int)file.Length);
        var block = new byte[1 << 16];
        for (int read; (read = file.Read(block)) > 0; bytes.Write(block, 0, read))
        {
            // Devices have no length, and give bytes for ever.
            if (bytes.Length + read > longest)
                throw TooLong();
        }
        return bytes.Length == bytes.Capacity ? bytes.GetBuffer() : bytes.ToArray();

        JsonFault TooLong() => new(JsonFaultKind.NotJson, "$", $"the file is longer than {longest} bytes, more than any of its kind.");
    }

    /// <exception cref="JsonFault">It has half a surrogate pair.</exception>
    public static byte[] Bytes(string text)
    {
        try
        {
            return StrictUtf8.GetBytes(text);
        }
        catch (EncoderFallbackException exception)
        {
            throw new JsonFault(JsonFaultKind.NotJson, "$", $"letter {exception.Index} is half a surrogate pair.", exception);
        }
    }

    /// <summary>The text as a tree to be changed.</summary>
    public JsonObject Tree() => JsonNode.Parse(WithoutMark(_json), documentOptions: new JsonDocumentOptions { MaxDepth = Deepest })!.AsObject();

    /// <summary>Reads the whole text as one value.</summary>
    /// <param name="member">What it shall be.</param>
    /// <param name="schema">The records in it; none if omitted.</param>
    /// <param name="compile">Turns the script of a schedule into a function; a schedule that holds one is refused without.</param>
    /// <exception cref="JsonFault">It is not what the member asks for.</exception>
    public object? Read(JsonMember member, JsonSchema? schema = null, ScaleFunctionCompiler? compile = null)
    {
        Utf8JsonReader reader = Begin(schema, compile);
        return Value(ref reader, member);
    }

    /// <summary>Reads the whole text as an object of these fields.</summary>
    /// <inheritdoc cref="Read(JsonMember, JsonSchema?, ScaleFunctionCompiler?)"/>
    public object?[] Read(JsonMember[] members, JsonSchema? schema = null, ScaleFunctionCompiler? compile = null)
    {
        Utf8JsonReader reader = Begin(schema, compile);
        return Fields(ref reader, members);
    }

    /// <summary>The value of one field of the text, whatever else is in it.</summary>
    /// <exception cref="JsonFault">There is none, or it is not what the member asks for.</exception>
    public object Peek(JsonMember member)
    {
        Utf8JsonReader reader = Begin();
        return reader.TokenType == JsonTokenType.StartObject ? Peek(reader, member)! : throw Unexpected(ref reader, "an object");
    }

    private JsonFault Fault(JsonFaultKind kind, string reason, Exception? inner = null, string below = "")
    {
        var path = new StringBuilder("$");
        foreach ((string? name, int index) in _path)
            _ = name is null ? path.Append(CultureInfo.InvariantCulture, $"[{index}]") : path.Append(name.All(char.IsAsciiLetterOrDigit) ? $".{name}" : $"['{JsonFault.Printable(name)}']");
        return new JsonFault(kind, _schema.PathInFile(path.Append(below).ToString()), reason, inner);
    }

    private Utf8JsonReader Begin(JsonSchema? schema = null, ScaleFunctionCompiler? compile = null)
    {
        (_schema, _compile) = (schema ?? JsonSchema.Plain, compile);
        var reader = new Utf8JsonReader(WithoutMark(_json), Options);
        reader.Read();
        return reader;
    }

    private static ReadOnlySpan<byte> WithoutMark(byte[] json) => json.AsSpan()[(json.AsSpan().StartsWith(Encoding.UTF8.Preamble) ? Encoding.UTF8.Preamble.Length : 0)..];

    // All that is JSON's own: after this, nothing that is read can fail as text.
    private void Check(ref Utf8JsonReader reader)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.StartObject:
                var names = new HashSet<string>(StringComparer.Ordinal);
                while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
                {
                    string name = reader.GetString()!;
                    _path.Add((name, 0));
                    if (!names.Add(name))
                        throw Fault(JsonFaultKind.Duplicate, "the field is there twice: keep one.");
                    if (names.Count > MostFields)
                        throw Fault(JsonFaultKind.Unknown, $"the object has more than {MostFields} fields.");
                    reader.Read();
                    Check(ref reader);
                    Leave();
                }
                return;
            case JsonTokenType.StartArray:
                for (int i = 0; ; i++)
                {
                    _path.Add((null, i));
                    reader.Read();
                    bool isEnd = reader.TokenType == JsonTokenType.EndArray;
                    if (!isEnd)
                        Check(ref reader);
                    Leave();
                    if (isEnd)
                        return;
                }
            case JsonTokenType.String:
                _ = reader.GetString();
                return;
        }
    }

    private object? Value(ref Utf8JsonReader reader, JsonMember member)
    {
        JsonTokenType token = reader.TokenType;
        Type type = member.ValueType;
        if (token == JsonTokenType.Null && member.MayBeNull)
            return null;
        if (member.IsJson)
            return JsonNode.Parse(ref reader)?.ToJsonString();
        if (type == typeof(ILrSchedule))
            return Schedule(ref reader, member.HasVersion);
        if (type == typeof(ScaleFunction))
            return Function(ref reader);
        if (type == typeof(JsonObject) && token == JsonTokenType.StartObject)
            return JsonNode.Parse(ref reader);
        if (member.Element is { } element && token == JsonTokenType.StartArray)
            return List(ref reader, element);
        if (member.IsRecord)
            return Record(ref reader, type);
        object? value = (Type.GetTypeCode(type), token) switch
        {
            _ when type.IsEnum => token == JsonTokenType.String && Array.IndexOf(Enum.GetNames(type), reader.GetString()) >= 0 ? Enum.Parse(type, reader.GetString()!) : null,
            (TypeCode.String, JsonTokenType.String) => reader.GetString(),
            (TypeCode.Boolean, JsonTokenType.True or JsonTokenType.False) => reader.GetBoolean(),
            (TypeCode.Int64, JsonTokenType.Number) => reader.TryGetInt64(out long whole) && member.Allows(whole) ? whole : null,
            (TypeCode.Int32, JsonTokenType.Number) => reader.TryGetInt32(out int whole) && member.Allows(whole) ? whole : null,
            (TypeCode.Double, JsonTokenType.Number) => reader.TryGetDouble(out double number) && double.IsFinite(number) && member.Allows(number) ? number : null,
            (TypeCode.Double, JsonTokenType.String) => reader.GetString() is var word && member.Allows(double.NaN) ? word switch
            {
                "NaN" => double.NaN,
                "Infinity" => double.PositiveInfinity,
                "-Infinity" => double.NegativeInfinity,
                _ => null,
            }
            : null,
            _ => null,
        };
        return value ?? throw Unexpected(ref reader, member.Expected);
    }

    private Array List(ref Utf8JsonReader reader, JsonMember element)
    {
        var items = new List<object?>();
        for (int i = 0; reader.Read() && reader.TokenType != JsonTokenType.EndArray; i++)
        {
            _path.Add((null, i));
            items.Add(Value(ref reader, element));
            Leave();
        }
        // Arrays: PowerShell shows and copies their elements.
        var list = Array.CreateInstance(element.Type, items.Count);
        for (int i = 0; i < items.Count; i++)
            list.SetValue(items[i], i);
        return list;
    }

    private object Record(ref Utf8JsonReader reader, Type type)
    {
        JsonMember[] members = _schema.MembersOf(type);
        object?[] values = Fields(ref reader, members);
        object record = JsonSchema.New(type);
        for (int i = 0; i < members.Length; i++)
        {
            if (!ReferenceEquals(values[i], Absent))
                members[i].Set?.Invoke(record, values[i]);
        }
        if (record is ISavedRecord saved)
            Checked(members, () => { saved.Validate(); return record; });
        return record;
    }

    private ILrSchedule Schedule(ref Utf8JsonReader reader, bool hasVersion)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
            throw Unexpected(ref reader, "an object");
        // First: what is no schedule, such as a saved range test, counts versions of its own.
        var name = (string)Peek(reader, JsonSchema.ScheduleKindName)!;
        if (hasVersion && (_version = (int)Peek(reader, JsonSchema.ScheduleVersion)!) is < 1 or > ScheduleJson.Version)
            throw Fault(JsonFaultKind.Version, $"the version is {_version}, and this library reads versions 1 to {ScheduleJson.Version}: read it with the library that wrote it.", below: ".version");
        ScheduleKind kind = ScheduleKind.All.FirstOrDefault(kind => kind.Name == name)
            ?? throw Fault(JsonFaultKind.Kind, $"there is no schedule of kind \"{JsonFault.Printable(name)}\"; this library reads {string.Join(", ", ScheduleKind.All.Select(kind => kind.Name))}.", below: ".kind");
        JsonMember[] fields = [.. JsonSchema.MembersOf(kind, _version), JsonSchema.ScheduleKindName, .. hasVersion ? [JsonSchema.ScheduleVersion] : Array.Empty<JsonMember>()];
        object?[] values = Fields(ref reader, fields);
        return Checked(fields, () => kind.Make(field => Array.FindIndex(fields, member => member.Name == field.JsonName) is >= 0 and var at ? values[at] : field.Default));
    }

    private ScaleFunction Function(ref Utf8JsonReader reader)
    {
        object?[] values = Fields(ref reader, JsonSchema.ScaleFunctionMembers);
        (var mode, var text) = ((ScaleMode)values[0]!, (string)values[1]!);
        if (_compile is null)
            throw new ScheduleScriptException(text);
        try
        {
            return new ScaleFunction(_compile(text), mode, text);
        }
        catch (Exception exception) when (exception is not (IClrError or OperationCanceledException))
        {
            throw Fault(JsonFaultKind.Invalid, $"the script cannot be read: {exception.Message}", exception, ".text");
        }
    }

    private object?[] Fields(ref Utf8JsonReader reader, JsonMember[] members)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
            throw Unexpected(ref reader, "an object");
        var values = new object?[members.Length];
        Array.Fill(values, Absent);
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            string name = reader.GetString()!;
            _path.Add((name, 0));
            int at = Array.FindIndex(members, member => member.Name == name);
            if (at < 0)
                throw Fault(JsonFaultKind.Unknown, $"there is no such field; known here are {string.Join(", ", members.Select(static member => member.Name))}.");
            reader.Read();
            values[at] = Value(ref reader, members[at]);
            Leave();
        }
        for (int i = 0; i < members.Length; i++)
        {
            if (ReferenceEquals(values[i], Absent) && !members[i].MayBeMissing)
                throw Missing(members[i]);
        }
        return values;
    }

    // A reader is a place in the text: the copy looks ahead.
    private object? Peek(Utf8JsonReader ahead, JsonMember member)
    {
        while (ahead.Read() && ahead.TokenType == JsonTokenType.PropertyName)
        {
            bool isIt = ahead.ValueTextEquals(member.Name);
            ahead.Read();
            if (!isIt)
            {
                ahead.Skip();
                continue;
            }
            _path.Add((member.Name, 0));
            object? value = Value(ref ahead, member);
            Leave();
            return value;
        }
        throw Missing(member);
    }

    // What a type itself says of its values.
    private T Checked<T>(JsonMember[] members, Func<T> make)
    {
        try
        {
            return make();
        }
        catch (InvalidParameterException exception)
        {
            string parameter = exception.ParamName ?? "", field = string.Concat(parameter.TakeWhile(char.IsAsciiLetterOrDigit));
            JsonMember? member = members.FirstOrDefault(member => member.Name.Equals(field, StringComparison.OrdinalIgnoreCase))
                ?? members.FirstOrDefault(member => field.EndsWith(member.Name, StringComparison.OrdinalIgnoreCase));
            throw Fault(JsonFaultKind.Invalid, exception.Message, exception, member is null ? "" : $".{member.Name}{parameter[field.Length..]}");
        }
    }

    private JsonFault Missing(JsonMember member) => Fault(JsonFaultKind.Missing, $"the field {member.Name} is missing; expected is {member.Expected}.", below: "." + member.Name);

    private JsonFault Unexpected(ref Utf8JsonReader reader, string expected) => Fault(JsonFaultKind.Invalid, $"{Found(ref reader)} stands here; expected is {expected}.");

    private static string Found(ref Utf8JsonReader reader) => reader.TokenType switch
    {
        JsonTokenType.StartObject => "an object",
        JsonTokenType.StartArray => "a list",
        JsonTokenType.String => $"\"{JsonFault.Printable(reader.GetString()!)}\"",
        _ => JsonFault.Printable(Encoding.UTF8.GetString(reader.ValueSpan)),
    };

    private void Leave() => _path.RemoveAt(_path.Count - 1);
}
