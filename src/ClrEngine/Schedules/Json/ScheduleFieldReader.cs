using System.Text.Json;

namespace ClrEngine.Schedules.Json;

/// <summary>Reads one JSON object: each field must be there, of its type, and none may be left over.</summary>
internal sealed class ScheduleFieldReader
{
    private readonly Dictionary<string, JsonElement> _unread = [];
    private readonly ScaleFunctionCompiler? _compile;

    public ScheduleFieldReader(JsonElement element, ScaleFunctionCompiler? compile, string name = "schedule")
    {
        _compile = compile;
        if (element.ValueKind != JsonValueKind.Object)
            throw Unexpected(name, element, "an object");
        foreach (JsonProperty property in element.EnumerateObject())
        {
            if (!_unread.TryAdd(property.Name, property.Value))
                throw new ScheduleFormatException(ScheduleFormatErrors.DuplicateScheduleField, $"The field {property.Name} is there twice; keep one.");
        }
    }

    /// <summary>A schedule with its version.</summary>
    public ILrSchedule ReadWhole()
    {
        long version = (long)Value("version", typeof(long))!;
        return version == ScheduleJson.Version
            ? ReadSchedule()
            : throw new ScheduleFormatException(ScheduleFormatErrors.UnknownScheduleVersion, $"The schedule is of version {version} and this library reads version {ScheduleJson.Version}; read it with the library that wrote it.");
    }

    private ILrSchedule ReadSchedule()
    {
        var name = (string)Value("kind", typeof(string))!;
        ScheduleKind kind = ScheduleKind.All.FirstOrDefault(kind => kind.Name == name)
            ?? throw new ScheduleFormatException(ScheduleFormatErrors.UnknownScheduleKind, $"There is no schedule of kind \"{name}\"; this library reads {string.Join(", ", ScheduleKind.All.Select(kind => kind.Name))}.");
        ILrSchedule schedule = kind.Make(field => Value(field.JsonName, field.Type, field.CanBeNull));
        CheckAllRead($"A schedule of kind {name}");
        return schedule;
    }

    private ScaleFunction ReadFunction()
    {
        var mode = (ScaleMode)Value("mode", typeof(ScaleMode))!;
        var text = (string)Value("text", typeof(string))!;
        CheckAllRead("The field scaleFunction");
        return _compile is null ? throw new ScheduleScriptException(text) : new ScaleFunction(_compile(text), mode, text);
    }

    private object? Value(string name, Type type, bool canBeNull = false)
    {
        if (!_unread.Remove(name, out JsonElement json))
            throw new ScheduleFormatException(ScheduleFormatErrors.MissingScheduleField, $"The field {name} is missing; a schedule is read only whole, as ToJson or Export-LrSchedule wrote it.");
        if (json.ValueKind == JsonValueKind.Null && canBeNull)
            return null;
        if (type == typeof(ILrSchedule))
            return new ScheduleFieldReader(json, _compile, name).ReadSchedule();
        if (type == typeof(ScaleFunction))
            return new ScheduleFieldReader(json, _compile, name).ReadFunction();
        if (type == typeof(IReadOnlyList<ILrSchedule>))
            return json.ValueKind == JsonValueKind.Array
                ? json.EnumerateArray().Select(item => new ScheduleFieldReader(item, _compile, name).ReadSchedule()).ToArray()
                : throw Unexpected(name, json, "a list of schedules");
        if (type.IsEnum)
            return json.ValueKind == JsonValueKind.String && Array.IndexOf(Enum.GetNames(type), json.GetString()) >= 0
                ? Enum.Parse(type, json.GetString()!)
                : throw Unexpected(name, json, $"one of {string.Join(", ", Enum.GetNames(type))}");
        try
        {
            return json.Deserialize(type) ?? throw Unexpected(name, json, Expected(type));
        }
        catch (JsonException)
        {
            throw Unexpected(name, json, Expected(type));
        }
    }

    private void CheckAllRead(string what)
    {
        if (_unread.Count > 0)
            throw new ScheduleFormatException(ScheduleFormatErrors.UnknownScheduleField, $"{what} has no field {string.Join(", ", _unread.Keys)}; take it out, or read the schedule with the library that wrote it.");
    }

    private static string Expected(Type type) => Type.GetTypeCode(Nullable.GetUnderlyingType(type) ?? type) switch
    {
        TypeCode.Double => "a number",
        TypeCode.Int64 => "a whole number",
        TypeCode.Boolean => "true or false",
        TypeCode.String => "a text",
        _ => "a list of whole numbers",
    };

    private static ScheduleFormatException Unexpected(string name, JsonElement found, string expected) =>
        new(ScheduleFormatErrors.InvalidScheduleField, $"The field {name} is {found.GetRawText()}; expected is {expected}.");
}
