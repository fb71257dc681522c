using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using ClrEngine.Schedules;

namespace ClrEngine.Json;

/// <summary>Which fields an object has in JSON: those that its type is written with.</summary>
/// <param name="options">How it is written.</param>
/// <param name="version">The format version that is read.</param>
/// <param name="current">The one that is written now; in an earlier one a field that may be null may be missing too.</param>
internal sealed class JsonSchema(JsonSerializerOptions options, int version = 1, int current = 1)
{
    public static readonly JsonMember ScheduleVersion = new("version", typeof(int)) { Within = WithinAttribute.Finite }, ScheduleKindName = new("kind", typeof(string));

    public static readonly JsonMember[] ScaleFunctionMembers = [new("mode", typeof(ScaleMode)), new("text", typeof(string))];

    private static readonly Dictionary<ScheduleKind, JsonMember[]> Kinds = ScheduleKind.All.ToDictionary(
        kind => kind,
        kind => kind.Fields.Select(field => new JsonMember(field.JsonName, field.Type) { MayBeNull = field.CanBeNull, Within = WithinAttribute.Finite }).ToArray());

    private readonly Dictionary<Type, JsonMember[]> _members = [];

    /// <summary>A schema of values that are no records of this library.</summary>
    public static JsonSchema Plain { get; } = new(JsonSerializerOptions.Default);

    /// <summary>The fields that a kind of schedule has in a version of the format.</summary>
    public static IEnumerable<JsonMember> MembersOf(ScheduleKind kind, int version) => Kinds[kind].Where((_, at) => kind.Fields[at].Since <= version);

    public JsonMember[] MembersOf(Type type)
    {
        if (!_members.TryGetValue(type, out JsonMember[]? members))
            _members[type] = members = [.. options.GetTypeInfo(type).Properties.Where(static property => property.AttributeProvider is PropertyInfo && (property.Set is not null || IsDerived(property))).Select(MemberOf)];
        return members;
    }

    public static object New(Type type) => type.GetConstructor(Type.EmptyTypes)?.Invoke(null) ?? RuntimeHelpers.GetUninitializedObject(type);

    /// <summary>Where in the file stands what an object has at a path: version 1 had what describes a run beside it.</summary>
    public string PathInFile(string path) => version == 1 && current > 1 ? path.Replace(".run.", ".", StringComparison.Ordinal) : path;

    // A list that follows from the other fields is written for people, and made anew where it is read.
    private static bool IsDerived(JsonPropertyInfo property) => property is { Set: null, Get: not null } && property.PropertyType.IsAssignableTo(typeof(System.Collections.IEnumerable)) && property.PropertyType != typeof(string);

    private JsonMember MemberOf(JsonPropertyInfo member)
    {
        var property = (PropertyInfo)member.AttributeProvider!;
        bool mayBeNull = new NullabilityInfoContext().Create(property).WriteState == NullabilityState.Nullable;
        return new JsonMember(member.Name, member.PropertyType)
        {
            MayBeNull = mayBeNull,
            MayBeMissing = member.Set is null
                || property.GetCustomAttribute<SinceAttribute>()?.Version > version
                // What is not written where it is null.
                || property.GetCustomAttribute<JsonIgnoreAttribute>()?.Condition == JsonIgnoreCondition.WhenWritingNull
                || (mayBeNull && !property.IsDefined(typeof(RequiredMemberAttribute)) && (version < current || options.DefaultIgnoreCondition == JsonIgnoreCondition.WhenWritingNull)),
            Within = property.GetCustomAttribute<WithinAttribute>(),
            IsJson = property.IsDefined(typeof(JsonConverterAttribute)),
            HasVersion = true,
            Set = member.Set,
        };
    }
}

/// <summary>A field of an object in JSON, or an element of a list.</summary>
internal sealed class JsonMember(string name, Type type)
{
    private JsonMember? _element;

    public string Name => name;

    public Type Type => type;

    public Type ValueType { get; } = Nullable.GetUnderlyingType(type) ?? type;

    public bool MayBeNull { get; init; }

    public bool MayBeMissing { get; init; }

    /// <summary>Whether any JSON may stand there.</summary>
    public bool IsJson { get; init; }

    /// <summary>Whether a schedule that stands there has a version.</summary>
    public bool HasVersion { get; init; }

    /// <summary>Sets it in a record; null where it follows from other fields.</summary>
    public Action<object, object?>? Set { get; init; }

    /// <summary>The numbers that may stand there; null for all, also those that are not finite, and for all whole ones from 0.</summary>
    public WithinAttribute? Within { get; init; }

    /// <summary>What a list has as elements; null where it is none.</summary>
    public JsonMember? Element => type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IReadOnlyList<>)
        ? _element ??= new JsonMember("", type.GetGenericArguments()[0]) { Within = Within }
        : null;

    public bool IsRecord => ValueType.IsClass && ValueType != typeof(string) && ValueType != typeof(JsonObject);

    /// <summary>What may stand there, for people.</summary>
    public string Expected => Kind + (MayBeNull ? " or null" : "");

    private string Kind => Type.GetTypeCode(ValueType) switch
    {
        _ when ValueType.IsEnum => $"one of {EnumName.List(ValueType)}",
        TypeCode.Int32 or TypeCode.Int64 => "a whole number" + (Within?.Text ?? " of at least 0"),
        TypeCode.Double => Within is null ? "a number, or \"NaN\", \"Infinity\" or \"-Infinity\"" : "a finite number" + Within.Text,
        TypeCode.Boolean => "true or false",
        TypeCode.String => "a text",
        _ => Element is null ? "an object" : $"a list, each element {Element.Expected}",
    };

    public bool Allows(double number) => Within is null ? ValueType == typeof(double) || number >= 0 : number >= Within.Minimum && number <= Within.Maximum;
}

/// <summary>Which numbers a saved field may have; none of them is NaN.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class WithinAttribute(double minimum, double maximum = double.MaxValue) : Attribute
{
    public static readonly WithinAttribute Finite = new(double.MinValue);

    public double Minimum => minimum;

    public double Maximum => maximum;

    public string Text => (minimum, maximum) switch
    {
        (double.MinValue, double.MaxValue) => "",
        (double.Epsilon, double.MaxValue) => " above 0",
        (_, double.MaxValue) => string.Create(CultureInfo.InvariantCulture, $" of at least {minimum}"),
        _ => string.Create(CultureInfo.InvariantCulture, $" from {minimum} to {maximum}"),
    };
}

/// <summary>The first format version that has a field; it may be missing in those before.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class SinceAttribute(int version) : Attribute
{
    public int Version => version;
}

/// <summary>A record that looks at its values, and how they fit each other, when it has been read.</summary>
internal interface ISavedRecord
{
    /// <exception cref="InvalidParameterException">A value cannot be; its name is that of the property, or a path that begins with it.</exception>
    void Validate();
}

/// <summary>A text that is JSON stands in a document as what it says, not as a text; <see cref="StrictJson"/> reads it.</summary>
internal sealed class JsonTextConverter : JsonConverter<string>
{
    public override string? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => throw new NotSupportedException();

    public override void Write(Utf8JsonWriter writer, string value, JsonSerializerOptions options) => writer.WriteRawValue(value);
}

/// <summary>What is wrong with a saved text, and where in it.</summary>
internal sealed class JsonFault(JsonFaultKind kind, string path, string reason, Exception? inner = null) : Exception($"{path}: {reason}", inner)
{
    private const int LongestShown = 60;

    public JsonFaultKind Kind => kind;

    public string Path => path;

    /// <summary>A text from a file, for a message: the beginning of it, without what would break the line.</summary>
    public static string Printable(string text, int longest = LongestShown) =>
        string.Concat((text.Length > longest ? text[..longest] + "…" : text).Select(static letter => char.IsControl(letter) || char.IsSurrogate(letter) ? '?' : letter));

    /// <summary>What the reader of JSON says, with the place as people count it: it counts lines from 0, and says so behind its sentence.</summary>
    public static string Said(Exception exception) => exception is not JsonException { LineNumber: { } line, BytePositionInLine: { } at } ? exception.Message
        : string.Create(CultureInfo.InvariantCulture, $"line {line + 1}, byte {at + 1}: {exception.Message.Split(" LineNumber: ")[0].Replace(", when isFinalBlock is true", "", StringComparison.Ordinal)}");
}

/// <summary>The ways in which a saved text can be wrong.</summary>
internal enum JsonFaultKind
{
    NotJson,
    Version,
    Kind,
    Duplicate,
    Missing,
    Unknown,
    Invalid,
}
