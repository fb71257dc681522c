using System.Text.Json;
using System.Text.Json.Nodes;
using ClrEngine.Files;
using ClrEngine.Json;

namespace ClrEngine.Schedules.Json;

/// <summary>
/// Schedules as JSON: the whole definition, so that what is read equals what was written, to the bit.
/// An object with <c>version</c>, <c>kind</c> and the schedule's own fields, which are those of its constructor; schedules inside it have no version.
/// </summary>
public static class ScheduleJson
{
    /// <summary>The version that is written, and the only one that is read.</summary>
    public const int Version = 1;

    // A schedule within a schedule takes two levels, and the files of runs put some around it.
    private const int DeepestSchedule = (StrictJson.Deepest - 16) / 2;

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, MaxDepth = StrictJson.Deepest };

    /// <summary>Writes a schedule as indented JSON.</summary>
    /// <exception cref="ScheduleNotSaveableException">It holds a function whose text is not known, or is of a type that is not this library's.</exception>
    public static string Write(ILrSchedule schedule) => ToNode(schedule).ToJsonString(Indented);

    /// <summary>Reads a schedule. Every value goes through the schedule's own checks again.</summary>
    /// <param name="json">What <see cref="Write"/> gave.</param>
    /// <param name="compile">Turns a saved script into a function; without it a schedule that holds a script is refused.</param>
    /// <exception cref="ScheduleFormatException">It is not JSON, of another version or kind, or a field is missing, unknown or of the wrong type.</exception>
    /// <exception cref="ScheduleScriptException">It holds a script and there is no <paramref name="compile"/>.</exception>
    /// <exception cref="Errors.InvalidParameterException">A value is outside its range.</exception>
    public static ILrSchedule Read(string json, ScaleFunctionCompiler? compile = null)
    {
        ArgumentNullException.ThrowIfNull(json);
        return Read(() => StrictJson.Bytes(json), compile);
    }

    internal static ILrSchedule Read(Func<byte[]> json, ScaleFunctionCompiler? compile, string subject = "This")
    {
        try
        {
            return (ILrSchedule)new StrictJson(json()).Read(new JsonMember("", typeof(ILrSchedule)) { HasVersion = true }, compile: compile)!;
        }
        catch (JsonFault fault)
        {
            throw ScheduleFormatErrors.From(fault, subject);
        }
    }

    internal static JsonObject ToNode(ILrSchedule schedule)
    {
        ArgumentNullException.ThrowIfNull(schedule);
        return Add(schedule, new JsonObject { ["version"] = Version }, 1);
    }

    private static JsonObject Add(ILrSchedule schedule, JsonObject node, int depth)
    {
        if (depth > DeepestSchedule)
            throw new ScheduleNotSaveableException($"The schedule lies {depth} deep in others, and {DeepestSchedule} are read; join schedules side by side.");
        ScheduleKind kind = ScheduleKind.Find(schedule.GetType())
            ?? throw new ScheduleNotSaveableException($"A {schedule.GetType().Name} has no JSON form; build the schedule from those of the library, or save what it is made of yourself.");
        node["kind"] = kind.Name;
        // People read the numbers of a schedule more easily before than after a long schedule inside it.
        foreach (ScheduleField field in kind.Fields.OrderBy(field => field.Type == typeof(ILrSchedule)))
            node[field.JsonName] = Value(field.ValueIn(schedule), depth + 1);
        return node;
    }

    private static JsonNode? Value(object? value, int depth) => value switch
    {
        ILrSchedule inner => Add(inner, [], depth),
        IEnumerable<ILrSchedule> many => new JsonArray([.. many.Select(inner => Add(inner, [], depth))]),
        ScaleFunction { Text: null } => throw new ScheduleNotSaveableException("The schedule's ScaleFunction is compiled code and cannot be saved; give the function its text (new ScaleFunction(function, mode, text), or a script block), or use Mode, Gamma and CycleDecay instead."),
        ScaleFunction function => new JsonObject { ["mode"] = function.Mode.ToString(), ["text"] = function.Text },
        Enum word => word.ToString(),
        _ => JsonSerializer.SerializeToNode(value),
    };
}

/// <summary>Turns the text of a saved script into a function; whoever gives one trusts what is read.</summary>
public delegate Func<double, double> ScaleFunctionCompiler(string text);

/// <summary>A schedule in a file of its own.</summary>
public static class ScheduleFile
{
    // Ten thousand schedules joined take half of it.
    private const long Longest = 16 << 20;

    /// <summary>Writes or replaces a file; a reader sees the whole file or the one before.</summary>
    /// <exception cref="ScheduleNotSaveableException">It holds a function whose text is not known; nothing has been written then.</exception>
    /// <exception cref="FileNotWrittenException">The file cannot be written.</exception>
    public static void Write(string path, ILrSchedule schedule) => AtomicFile.Write(path, ScheduleJson.Write(schedule));

    /// <summary>Reads a file, as <see cref="ScheduleJson.Read(string, ScaleFunctionCompiler?)"/> reads a text.</summary>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="ScheduleFormatException">It holds no schedule, or is longer than any.</exception>
    public static ILrSchedule Read(string path, ScaleFunctionCompiler? compile = null) => ScheduleJson.Read(() => StrictJson.File(path, Longest), compile, $"'{path}'");
}
