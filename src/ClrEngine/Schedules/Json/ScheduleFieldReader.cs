using System.Text.Json;

namespace ClrEngine.Schedules.Json;

/// <summary>Reads the fields of one schedule: each must be there, of its type, and none may be left over.</summary>
internal sealed class ScheduleFieldReader
{
    private readonly Dictionary<string, JsonElement> _unread = [];
    private readonly ScaleFunctionCompiler? _compile;

    public ScheduleFieldReader(JsonElement element, ScaleFunctionCompiler? compile)
    {
        _compile = compile;
        if (element.ValueKind != JsonValueKind.Object)
            throw Wrong("schedule", element, "an object");
        foreach (JsonProperty property in element.EnumerateObject())
        {
            if (!_unread.TryAdd(property.Name, property.Value))
                throw new ScheduleFormatException("DuplicateScheduleField", $"The field {property.Name} is there twice; keep one.");
        }
    }

    /// <summary>The schedule, once the caller has read what is not the schedule's own.</summary>
    public ILrSchedule ToSchedule()
    {
        string kind = Text("kind");
        ILrSchedule schedule = ScheduleCodecs.Of(kind).Read(this);
        CheckAllRead($"A schedule of kind {kind}");
        return schedule;
    }

    public double Number(string name) => OptionalNumber(name) ?? throw Null(name, "a number");

    public double? OptionalNumber(string name) => Take(name) switch
    {
        { ValueKind: JsonValueKind.Null } => null,
        { ValueKind: JsonValueKind.Number } number => number.GetDouble(),
        var other => throw Wrong(name, other, "a number"),
    };

    public long WholeNumber(string name) => OptionalWholeNumber(name) ?? throw Null(name, "a whole number");

    public long? OptionalWholeNumber(string name)
    {
        JsonElement value = Take(name);
        return value.ValueKind == JsonValueKind.Null ? null : Whole(name, value);
    }

    public bool Flag(string name) => Take(name) switch
    {
        { ValueKind: JsonValueKind.True } => true,
        { ValueKind: JsonValueKind.False } => false,
        var other => throw Wrong(name, other, "true or false"),
    };

    public T Word<T>(string name) where T : struct, Enum
    {
        string text = Text(name);
        return Array.IndexOf(Enum.GetNames<T>(), text) >= 0
            ? Enum.Parse<T>(text)
            : throw new ScheduleFormatException("InvalidScheduleField", $"The field {name} is \"{text}\"; expected is one of {string.Join(", ", Enum.GetNames<T>())}.");
    }

    public ScaleFunction? Function(string name)
    {
        JsonElement value = Take(name);
        if (value.ValueKind == JsonValueKind.Null)
            return null;
        var fields = new ScheduleFieldReader(value, _compile);
        ScaleMode mode = fields.Word<ScaleMode>("mode");
        string text = fields.Text("text");
        fields.CheckAllRead($"The field {name}");
        return _compile is null ? throw new ScheduleScriptException(text) : new ScaleFunction(_compile(text), mode, text);
    }

    public ILrSchedule Schedule(string name) => new ScheduleFieldReader(Take(name), _compile).ToSchedule();

    public IReadOnlyList<ILrSchedule> Schedules(string name) =>
        Items(name).Select(item => new ScheduleFieldReader(item, _compile).ToSchedule()).ToArray();

    public IReadOnlyList<long> WholeNumbers(string name) => Items(name).Select(item => Whole(name, item)).ToArray();

    private JsonElement[] Items(string name)
    {
        JsonElement value = Take(name);
        return value.ValueKind == JsonValueKind.Array ? value.EnumerateArray().ToArray() : throw Wrong(name, value, "a list");
    }

    private string Text(string name)
    {
        JsonElement value = Take(name);
        return value.ValueKind == JsonValueKind.String ? value.GetString()! : throw Wrong(name, value, "a text");
    }

    private JsonElement Take(string name) => _unread.Remove(name, out JsonElement value)
        ? value
        : throw new ScheduleFormatException("MissingScheduleField", $"The field {name} is missing; a schedule is read only whole, as ToJson or Export-LrSchedule wrote it.");

    private void CheckAllRead(string what)
    {
        if (_unread.Count > 0)
            throw new ScheduleFormatException("UnknownScheduleField", $"{what} has no field {string.Join(", ", _unread.Keys)}; take it out, or read the schedule with the library that wrote it.");
    }

    private static long Whole(string name, JsonElement value) =>
        value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out long whole) ? whole : throw Wrong(name, value, "a whole number");

    private static ScheduleFormatException Null(string name, string expected) =>
        new("InvalidScheduleField", $"The field {name} is null; expected is {expected}.");

    private static ScheduleFormatException Wrong(string name, JsonElement found, string expected) =>
        new("InvalidScheduleField", $"The field {name} is {found.GetRawText()}; expected is {expected}.");
}
