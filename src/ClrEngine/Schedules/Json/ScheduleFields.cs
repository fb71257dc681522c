using System.Text.Json;

namespace ClrEngine.Schedules.Json;

/// <summary>Every kind of schedule that has a JSON form.</summary>
internal static class ScheduleCodecs
{
    private static readonly ScheduleCodec[] All =
    [
        CyclicCodec.Codec,
        OneCycleCodec.Codec,
        CosineWarmRestartsCodec.Codec,
        .. SimpleCodecs.All,
        .. CompositeCodecs.All,
    ];

    public static ScheduleCodec Of(string kind) =>
        Array.Find(All, codec => codec.Kind == kind)
        ?? throw new ScheduleFormatException("UnknownScheduleKind", $"There is no schedule of kind \"{kind}\"; this library reads {string.Join(", ", All.Select(codec => codec.Kind))}.");

    public static ScheduleCodec Of(ILrSchedule schedule) =>
        Array.Find(All, codec => codec.Type == schedule.GetType())
        ?? throw new ScheduleNotSaveableException($"A {schedule.GetType().Name} has no JSON form; build the schedule from those of the library, or save what it is made of yourself.");

    /// <summary>Refuses what cannot be saved, before anything is written.</summary>
    public static void CheckSaveable(ILrSchedule schedule)
    {
        Of(schedule);
        if (schedule is CyclicSchedule { ScaleFunction: { Text: null } })
            throw new ScheduleNotSaveableException("The schedule's ScaleFunction is compiled code and cannot be saved; give the function its text (new ScaleFunction(function, mode, text), or a script block), or use Mode, Gamma and CycleDecay instead.");
        foreach (ILrSchedule part in CompositeCodecs.PartsOf(schedule))
            CheckSaveable(part);
    }
}

/// <summary>The JSON form of one kind of schedule.</summary>
/// <param name="kind">The value of the field <c>kind</c>.</param>
/// <param name="type">The schedule's type.</param>
internal abstract class ScheduleCodec(string kind, Type type)
{
    public string Kind => kind;

    public Type Type => type;

    /// <summary>Writes the schedule's own fields.</summary>
    public abstract void Write(ILrSchedule schedule, ScheduleFieldWriter writer);

    /// <summary>Reads the schedule's own fields.</summary>
    public abstract ILrSchedule Read(ScheduleFieldReader reader);
}

/// <summary>The JSON form of one type of schedule.</summary>
internal sealed class ScheduleCodec<T>(string kind, Action<T, ScheduleFieldWriter> write, Func<ScheduleFieldReader, T> read)
    : ScheduleCodec(kind, typeof(T))
    where T : ILrSchedule
{
    public override void Write(ILrSchedule schedule, ScheduleFieldWriter writer) => write((T)schedule, writer);

    public override ILrSchedule Read(ScheduleFieldReader reader) => read(reader);
}

internal static class CyclicCodec
{
    public static readonly ScheduleCodec Codec = new ScheduleCodec<CyclicSchedule>("cyclic", Write, Read);

    private static void Write(CyclicSchedule schedule, ScheduleFieldWriter writer)
    {
        writer.Number("baseLr", schedule.BaseLr);
        writer.Number("maxLr", schedule.MaxLr);
        writer.WholeNumber("stepSizeUp", schedule.StepSizeUp);
        writer.WholeNumber("stepSizeDown", schedule.StepSizeDown);
        writer.Word("mode", schedule.Mode);
        writer.Number("gamma", schedule.Gamma);
        writer.Flag("cycleMomentum", schedule.CycleMomentum);
        writer.Number("baseMomentum", schedule.BaseMomentum);
        writer.Number("maxMomentum", schedule.MaxMomentum);
        writer.Function("scaleFunction", schedule.ScaleFunction);
        writer.Number("cycleMul", schedule.CycleMul);
        writer.Number("cycleDecay", schedule.CycleDecay);
        writer.WholeNumber("cycleLimit", schedule.CycleLimit);
        writer.Flag("decayBase", schedule.DecayBase);
    }

    private static CyclicSchedule Read(ScheduleFieldReader reader) => new(
        reader.Number("baseLr"),
        reader.Number("maxLr"),
        reader.WholeNumber("stepSizeUp"),
        reader.WholeNumber("stepSizeDown"),
        reader.Word<CyclicMode>("mode"),
        reader.Number("gamma"),
        reader.Flag("cycleMomentum"),
        reader.Number("baseMomentum"),
        reader.Number("maxMomentum"),
        reader.Function("scaleFunction"),
        reader.Number("cycleMul"),
        reader.Number("cycleDecay"),
        reader.OptionalWholeNumber("cycleLimit"),
        reader.Flag("decayBase"));
}

internal static class OneCycleCodec
{
    public static readonly ScheduleCodec Codec = new ScheduleCodec<OneCycleSchedule>("oneCycle", Write, Read);

    private static void Write(OneCycleSchedule schedule, ScheduleFieldWriter writer)
    {
        writer.Number("maxLr", schedule.MaxLr);
        writer.WholeNumber("totalSteps", schedule.TotalSteps);
        writer.Number("pctStart", schedule.PctStart);
        writer.Word("annealStrategy", schedule.AnnealStrategy);
        writer.Flag("threePhase", schedule.ThreePhase);
        writer.Number("divFactor", schedule.DivFactor);
        writer.Number("finalDivFactor", schedule.FinalDivFactor);
        writer.Flag("cycleMomentum", schedule.CycleMomentum);
        writer.Number("baseMomentum", schedule.BaseMomentum);
        writer.Number("maxMomentum", schedule.MaxMomentum);
        writer.Number("pctEnd", schedule.PctEnd);
    }

    private static OneCycleSchedule Read(ScheduleFieldReader reader) => new(
        reader.Number("maxLr"),
        reader.WholeNumber("totalSteps"),
        reader.Number("pctStart"),
        reader.Word<AnnealStrategy>("annealStrategy"),
        reader.Flag("threePhase"),
        reader.Number("divFactor"),
        reader.Number("finalDivFactor"),
        reader.Flag("cycleMomentum"),
        reader.Number("baseMomentum"),
        reader.Number("maxMomentum"),
        reader.OptionalNumber("pctEnd"));
}

internal static class CosineWarmRestartsCodec
{
    public static readonly ScheduleCodec Codec = new ScheduleCodec<CosineWarmRestartsSchedule>("cosineWarmRestarts", Write, Read);

    private static void Write(CosineWarmRestartsSchedule schedule, ScheduleFieldWriter writer)
    {
        writer.Number("maxLr", schedule.MaxLr);
        writer.WholeNumber("t0", schedule.T0);
        writer.Number("tMult", schedule.TMult);
        writer.Number("minLr", schedule.MinLr);
        writer.Number("cycleDecay", schedule.CycleDecay);
        writer.WholeNumber("cycleLimit", schedule.CycleLimit);
    }

    private static CosineWarmRestartsSchedule Read(ScheduleFieldReader reader) => new(
        reader.Number("maxLr"),
        reader.WholeNumber("t0"),
        reader.Number("tMult"),
        reader.Number("minLr"),
        reader.Number("cycleDecay"),
        reader.OptionalWholeNumber("cycleLimit"));
}

/// <summary>The schedules of two or three numbers.</summary>
internal static class SimpleCodecs
{
    public static readonly ScheduleCodec[] All =
    [
        new ScheduleCodec<ConstantSchedule>(
            "constant",
            (schedule, writer) =>
            {
                writer.Number("learningRate", schedule.LearningRate);
                writer.Number("momentum", schedule.Momentum);
            },
            reader => new ConstantSchedule(reader.Number("learningRate"), reader.OptionalNumber("momentum"))),
        new ScheduleCodec<ExponentialSweep>(
            "exponentialSweep",
            (sweep, writer) => Sweep(writer, sweep.StartLr, sweep.EndLr, sweep.Iterations),
            reader => new ExponentialSweep(reader.Number("startLr"), reader.Number("endLr"), reader.WholeNumber("iterations"))),
        new ScheduleCodec<LinearSweep>(
            "linearSweep",
            (sweep, writer) => Sweep(writer, sweep.StartLr, sweep.EndLr, sweep.Iterations),
            reader => new LinearSweep(reader.Number("startLr"), reader.Number("endLr"), reader.WholeNumber("iterations"))),
    ];

    private static void Sweep(ScheduleFieldWriter writer, double startLr, double endLr, long iterations)
    {
        writer.Number("startLr", startLr);
        writer.Number("endLr", endLr);
        writer.WholeNumber("iterations", iterations);
    }
}

/// <summary>The schedules that are made of others.</summary>
internal static class CompositeCodecs
{
    public static readonly ScheduleCodec[] All =
    [
        new ScheduleCodec<GroupedSchedule>(
            "grouped",
            (schedule, writer) => writer.Schedules("schedules", schedule.Schedules),
            reader => new GroupedSchedule(reader.Schedules("schedules"))),
        new ScheduleCodec<JoinedSchedule>(
            "joined",
            (schedule, writer) =>
            {
                writer.Schedules("schedules", schedule.Schedules);
                writer.WholeNumbers("boundaries", schedule.Boundaries);
            },
            reader => new JoinedSchedule(reader.Schedules("schedules"), reader.WholeNumbers("boundaries"))),
        new ScheduleCodec<WarmupSchedule>(
            "warmup",
            (schedule, writer) =>
            {
                writer.WholeNumber("steps", schedule.Steps);
                writer.Number("startFactor", schedule.StartFactor);
                writer.Schedule("schedule", schedule.Schedule);
            },
            reader => Warmup(reader.WholeNumber("steps"), reader.Number("startFactor"), reader.Schedule("schedule"))),
    ];

    /// <summary>The schedules that a schedule is made of.</summary>
    public static IReadOnlyList<ILrSchedule> PartsOf(ILrSchedule schedule) => schedule switch
    {
        GroupedSchedule grouped => grouped.Schedules,
        JoinedSchedule joined => joined.Schedules,
        WarmupSchedule warmup => [warmup.Schedule],
        _ => [],
    };

    private static WarmupSchedule Warmup(long steps, double startFactor, ILrSchedule schedule) => new(schedule, steps, startFactor);
}

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

/// <summary>Writes the fields of schedules, each type of value in one way.</summary>
internal sealed class ScheduleFieldWriter(Utf8JsonWriter writer)
{
    /// <summary>The kind and the fields of a schedule, within an object that is open.</summary>
    public void Fields(ILrSchedule schedule)
    {
        ScheduleCodec codec = ScheduleCodecs.Of(schedule);
        writer.WriteString("kind", codec.Kind);
        codec.Write(schedule, this);
    }

    public void Number(string name, double? value)
    {
        if (value is { } number)
            writer.WriteNumber(name, number);
        else
            writer.WriteNull(name);
    }

    public void WholeNumber(string name, long? value)
    {
        if (value is { } number)
            writer.WriteNumber(name, number);
        else
            writer.WriteNull(name);
    }

    public void Flag(string name, bool value) => writer.WriteBoolean(name, value);

    public void Word<T>(string name, T value) where T : struct, Enum => writer.WriteString(name, value.ToString());

    public void Function(string name, ScaleFunction? function)
    {
        if (function is null)
        {
            writer.WriteNull(name);
            return;
        }
        writer.WriteStartObject(name);
        writer.WriteString("mode", function.Mode.ToString());
        writer.WriteString("text", function.Text);
        writer.WriteEndObject();
    }

    public void Schedule(string name, ILrSchedule schedule)
    {
        writer.WriteStartObject(name);
        Fields(schedule);
        writer.WriteEndObject();
    }

    public void Schedules(string name, IReadOnlyList<ILrSchedule> schedules)
    {
        writer.WriteStartArray(name);
        foreach (ILrSchedule schedule in schedules)
        {
            writer.WriteStartObject();
            Fields(schedule);
            writer.WriteEndObject();
        }
        writer.WriteEndArray();
    }

    public void WholeNumbers(string name, IReadOnlyList<long> values)
    {
        writer.WriteStartArray(name);
        foreach (long value in values)
            writer.WriteNumberValue(value);
        writer.WriteEndArray();
    }
}
