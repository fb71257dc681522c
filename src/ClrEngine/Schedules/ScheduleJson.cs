using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using ClrEngine.Files;
using ClrEngine.Json;

namespace ClrEngine.Schedules;

/// <summary>
/// Schedules as JSON: the whole definition, so that what is read equals what was written, to the bit.
/// An object with <c>version</c>, <c>kind</c> and the schedule's own fields, which are those of its constructor; schedules inside it have no version.
/// </summary>
public static class ScheduleJson
{
    /// <summary>The newest version that is read. A schedule is written in the first version that can tell it: version 2 where a cyclic one holds its rate, else 1.</summary>
    public const int Version = 2;

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
        int version = VersionOf(schedule, 1);
        return Add(schedule, new JsonObject { ["version"] = version }, version, 1);
    }

    private static int VersionOf(ILrSchedule schedule, int depth) => depth > DeepestSchedule || ScheduleKind.Find(schedule.GetType()) is not { } kind ? 1
        : kind.Fields.Max(field => field.ValueIn(schedule) switch
        {
            ILrSchedule inner => VersionOf(inner, depth + 1),
            IEnumerable<ILrSchedule> many => many.Select(inner => VersionOf(inner, depth + 1)).DefaultIfEmpty(1).Max(),
            var value => Equals(value, field.Default) ? 1 : field.Since,
        });

    private static JsonObject Add(ILrSchedule schedule, JsonObject node, int version, int depth)
    {
        if (depth > DeepestSchedule)
            throw new ScheduleNotSaveableException($"The schedule lies {depth} deep in others, and {DeepestSchedule} are read; join schedules side by side.");
        ScheduleKind kind = ScheduleKind.Find(schedule.GetType())
            ?? throw new ScheduleNotSaveableException($"A {schedule.GetType().Name} has no JSON form; build the schedule from those of the library, or save what it is made of yourself.");
        node["kind"] = kind.Name;
        // People read the numbers of a schedule more easily before than after a long schedule inside it.
        foreach (ScheduleField field in kind.Fields.Where(field => field.Since <= version).OrderBy(field => field.Type == typeof(ILrSchedule)))
            node[field.JsonName] = Value(field.ValueIn(schedule), version, depth + 1);
        return node;
    }

    private static JsonNode? Value(object? value, int version, int depth) => value switch
    {
        ILrSchedule inner => Add(inner, [], version, depth),
        IEnumerable<ILrSchedule> many => new JsonArray([.. many.Select(inner => Add(inner, [], version, depth))]),
        ScaleFunction { Text: null } => throw new ScheduleNotSaveableException("The schedule's ScaleFunction is compiled code, or a script block that reads variables from outside, and cannot be saved; give the function its text (new ScaleFunction(function, mode, text), or a script block that has all values in it), or use Mode, Gamma and CycleDecay instead."),
        ScaleFunction function => new JsonObject { ["mode"] = function.Mode.ToString(), ["text"] = function.Text },
        Enum word => word.ToString(),
        _ => JsonSerializer.SerializeToNode(value),
    };
}

/// <summary>A schedule within a larger JSON document; <see cref="StrictJson"/> reads it.</summary>
internal sealed class ScheduleConverter : JsonConverter<ILrSchedule>
{
    public override ILrSchedule Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => throw new NotSupportedException();

    public override void Write(Utf8JsonWriter writer, ILrSchedule value, JsonSerializerOptions options) => ScheduleJson.ToNode(value).WriteTo(writer);
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
    public static ILrSchedule Read(string path, ScaleFunctionCompiler? compile = null)
    {
        Require.Exists(path, "the file of a schedule");
        return ScheduleJson.Read(() => StrictJson.File(path, Longest), compile, $"'{path}'");
    }
}

/// <summary>A text that is not a schedule. The message says what was found and what is expected.</summary>
public sealed class ScheduleFormatException(ErrorCause cause, string message, Exception? inner = null) : FormatException(message, inner), IClrError
{
    /// <inheritdoc/>
    public ErrorCause Cause => cause;

    /// <inheritdoc/>
    public string ErrorId => Cause.Id;
}

/// <summary>Why a text is not a schedule.</summary>
internal static class ScheduleFormatErrors
{
    /// <summary>The error of a text, or of the file that a subject names, that shall be a schedule.</summary>
    public static Exception From(JsonFault fault, string subject = "This") => fault.InnerException is InvalidParameterException inner
        ? new InvalidParameterException(inner.ParamName!, inner.Value, fault.Message, inner.Cause)
        : new ScheduleFormatException(CauseOf(fault.Kind), $"{subject} is no schedule that can be read: {fault.Message} Give what ToJson or Export-LrSchedule wrote.", fault);

    private static ErrorCause CauseOf(JsonFaultKind kind) => kind switch
    {
        JsonFaultKind.Version => UnknownScheduleVersion,
        JsonFaultKind.Kind => UnknownScheduleKind,
        JsonFaultKind.Duplicate => DuplicateScheduleField,
        JsonFaultKind.Missing => MissingScheduleField,
        JsonFaultKind.Unknown => UnknownScheduleField,
        JsonFaultKind.Invalid => InvalidScheduleField,
        _ => ScheduleNotJson,
    };

    public static readonly ErrorCause DuplicateScheduleField = new(nameof(DuplicateScheduleField), ErrorKind.InvalidData,
        "A saved schedule has a field twice.", "Remove one of them.");

    public static readonly ErrorCause InvalidScheduleField = new(nameof(InvalidScheduleField), ErrorKind.InvalidData,
        "A field of a saved schedule has a value that cannot be used.", "Write the value as the message says.");

    public static readonly ErrorCause MissingScheduleField = new(nameof(MissingScheduleField), ErrorKind.InvalidData,
        "A saved schedule lacks a field.", "Add the field, or save the schedule again.");

    public static readonly ErrorCause ScheduleNotJson = new(nameof(ScheduleNotJson), ErrorKind.InvalidData,
        "The text is no JSON, or longer than any schedule.", "Give a file that `Export-LrSchedule` wrote.");

    public static readonly ErrorCause UnknownScheduleField = new(nameof(UnknownScheduleField), ErrorKind.InvalidData,
        "A saved schedule has a field that is not known.", "Remove it, or mend its name.");

    public static readonly ErrorCause UnknownScheduleKind = new(nameof(UnknownScheduleKind), ErrorKind.InvalidData,
        "A saved schedule is of a kind that is not known.", "Use one of the kinds in the message, or a newer version.");

    public static readonly ErrorCause UnknownScheduleVersion = new(nameof(UnknownScheduleVersion), ErrorKind.InvalidData,
        "A schedule was saved by a version that this one does not read.", "Update the module, or save the schedule again.");
}

/// <summary>A schedule that has no JSON form, because it holds code whose text is not known, or is of a type of the user's own.</summary>
public sealed class ScheduleNotSaveableException(string message) : NotSupportedException(message), IClrError
{
    private static readonly ErrorCause ScheduleNotSaveable = new(nameof(ScheduleNotSaveable), ErrorKind.NotImplemented,
        "The schedule holds code whose text is not known.", "Make it from a script block, or save the parts that are data.");

    /// <inheritdoc/>
    public ErrorCause Cause => ScheduleNotSaveable;

    /// <inheritdoc/>
    public string ErrorId => Cause.Id;
}

/// <summary>A saved schedule holds a script, and to read it would mean to run code from a file.</summary>
public sealed class ScheduleScriptException(string text) : InvalidOperationException(
    $"The schedule holds the script {{{text}}}, and reading it would run that code; look at it, and if you trust it read with -AllowScript (in C#: give Read a compiler)."), IClrError
{
    private static readonly ErrorCause ScheduleHoldsScript = new(nameof(ScheduleHoldsScript), ErrorKind.SecurityError,
        "A saved schedule holds a script, and to read it is to run it.", "Look at the script; where you trust it, read with `-AllowScript`.");

    /// <summary>The script's text.</summary>
    public string Text => text;

    /// <inheritdoc/>
    public ErrorCause Cause => ScheduleHoldsScript;

    /// <inheritdoc/>
    public string ErrorId => Cause.Id;
}
