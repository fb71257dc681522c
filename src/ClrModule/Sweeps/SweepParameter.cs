using System.Collections;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using ClrEngine.Torch.Models;
using ClrModule.Commands.RangeTests;
using ClrModule.Commands.Schedules;
using ClrModule.Commands.Training;

namespace ClrModule.Sweeps;

/// <summary>A parameter that the runs of a sweep can be given.</summary>
internal sealed class SweepParameter
{
    private static readonly ErrorCause SweepParameterInvalid = new(nameof(SweepParameterInvalid), ErrorKind.InvalidArgument,
        "A run of a sweep has a parameter that no cmdlet takes or that has no effect, or a value that its cmdlet does not take; a list of values is empty; or a run or a parameter is given twice.", "Give a parameter and a value of the cmdlets that a run goes through; see `Get-Help New-TrainingSweep`.");

    // The last one that has a parameter is the one whose type counts.
    private static readonly Type[] Cmdlets =
    [
        typeof(ImportTrainingDataCommand), typeof(InvokeLrRangeTestCommand), typeof(GetSuggestedLrBoundsCommand), typeof(NewCyclicScheduleCommand), typeof(StartCyclicTrainingCommand),
    ];

    // What no run of a sweep takes, and what to do in its place.
    private static readonly Dictionary<string, string> NotOfSweeps = new (string[] Names, string Instead)[]
    {
        (["CheckpointPath", "Resume", "Force", "DestinationPath", "OutPath"], "a sweep keeps the checkpoints and models of each run in the run's folder, and goes on from them by itself; leave it out"),
        (["TensorBoardPath", "MlflowPath"], "a sweep keeps the history of each run, and no other log; leave it out"),
        (["Repeats"], "each is one run, with one range test; give New-TrainingSweep several seeds, such as -Seed 0, 1, 2, and each combination is run with each"),
        (["LossFunction"], "it is code, and a job is a text that runs none; give Loss"),
        (["Metric"], "a training's is code, and a job is a text that runs none; leave it out, and BestBy takes one of the figures that each run has"),
        (["ScaleFunction", "ScaleMode"], "the function is code, and a job is a text that runs none; give Mode, or a Schedule without one"),
        (["Features", "Targets", "ValidationFeatures", "ValidationTargets", "ClassName"], "tensors are no text, which a job is; write them to a file, and give its path as Data"),
        (["LiteralPath"], "the path of the data is Data; give it there"),
        (["Run", "Definition", "Group", "RangeTest"], "objects bring it along down the pipeline; leave it out, or give what they make as Schedule"),
    }.SelectMany(static kind => kind.Names.Select(name => (name, kind.Instead))).ToDictionary(static refused => refused.name, static refused => refused.Instead, StringComparer.OrdinalIgnoreCase);

    // A name, or the path of a file or folder.
    private static readonly string[] PathNames = ["Model", "Data", "ValidationData", "Weights"];

    private static readonly Dictionary<string, SweepParameter> Known = Find();

    private readonly PropertyInfo _property;

    private SweepParameter(PropertyInfo property) => _property = property;

    public string Name => _property.Name;

    // For people, who need not know the names of types.
    private static string Taken(Type type) => type.IsArray ? $"{Taken(type.GetElementType()!)}, or several" : Type.GetTypeCode(Nullable.GetUnderlyingType(type) ?? type) switch
    {
        TypeCode.Int32 => $"a whole number, at most {int.MaxValue}",
        TypeCode.Int64 => "a whole number",
        TypeCode.Double => "a number",
        TypeCode.String => "a text",
        _ => "true or false",
    };

    public static SweepParameter Find(string name) => Known.TryGetValue(name, out SweepParameter? parameter) ? parameter
        : throw Refused(name, null, NotOfSweeps.TryGetValue(name, out string? instead) ? $"{name} is not for the runs of a sweep: {instead}."
            : $"'{name}' is no parameter of a sweep's runs: give those of Import-TrainingData, Invoke-LrRangeTest, Get-SuggestedLrBounds, New-CyclicSchedule and Start-CyclicTraining.");

    /// <summary>Whether a cmdlet has a parameter of this name.</summary>
    public static bool Takes(Type cmdlet, string name) => cmdlet.GetProperty(name)?.IsDefined(typeof(ParameterAttribute)) == true;

    /// <summary>A value as JSON, as the parameter takes it; null where there is none.</summary>
    public JsonNode? ToNode(object? value)
    {
        object? plain = value.Plain();
        if (plain is null or "" or DBNull)
            return null;
        if (Name == "Schedule")
            return OfSchedule(plain);
        try
        {
            foreach (ArgumentTransformationAttribute attribute in _property.GetCustomAttributes<ArgumentTransformationAttribute>())
                plain = attribute.Transform(null!, plain).Plain();
            if (plain is ValidationFigure figure && figure.IsOfMetric())
                throw Refused(Name, value, $"{Name} {figure} chooses by a metric of one's own, which is code, and a job is a text that runs none; give another figure.");
            return Node(_property.PropertyType == typeof(object) ? plain : LanguagePrimitives.ConvertTo(plain, _property.PropertyType, CultureInfo.InvariantCulture));
        }
        catch (PSInvalidCastException)
        {
            throw Refused(Name, value, $"{Name} does not take '{Written(plain)}': it takes {Taken(_property.PropertyType)}.");
        }
        catch (Exception exception) when (exception is MetadataException or NotSupportedException)
        {
            throw Refused(Name, value, $"{Name} does not take '{Written(plain)}': {exception.GetBaseException().Message}");
        }

        static string Written(object? value) => value is IList list ? string.Join(", ", list.Cast<object>()) : Convert.ToString(value, CultureInfo.InvariantCulture) ?? "";
    }

    /// <summary>The same of JSON that a person, or another program, wrote: a number stands there as a number, a switch as true or false, a path whole. Nothing else is taken for them.</summary>
    /// <exception cref="FormatException">It is another JSON than the value's.</exception>
    public JsonNode Strictly(JsonNode? written)
    {
        if (PathNames.Contains(Name) && written is not null && written.GetValueKind() != JsonValueKind.String)
            throw new FormatException($"{written.ToJsonString()} stands here; write a text.");
        if (written is null || ToNode(Name == "Schedule" ? written : FromNode(written)) is not { } taken)
            throw new FormatException($"{written?.ToJsonString() ?? "null"} stands here; give a value, or leave {Name} out.");
        // A number, a name or a table of them: no cmdlet looks at such texts before the training.
        if (!PathNames.Contains(Name) && _property.PropertyType is var type && (type == typeof(object) || type == typeof(object[])))
            taken = WithNumbers(taken);
        if (!IsSame(written, taken))
            throw new FormatException($"{written.ToJsonString()} stands here; write {taken.ToJsonString()}.");
        if (PathNames.Contains(Name) && written.GetValue<string>() is var text && !IsWhole(text) && !(Name switch { "Model" => ModelCatalog.IsName(text), "Weights" => false, _ => DataCatalog.Default.IsName(text) }))
            throw new FormatException($"\"{text}\" is neither a name that is known nor a full path; write the full path, since not every run starts in the same folder.");
        return taken;
    }

    /// <summary>The value that JSON stands for.</summary>
    public static object? FromNode(JsonNode? node) => node switch
    {
        null => null,
        JsonArray list => list.Select(FromNode).ToArray(),
        JsonObject table => new Hashtable(table.ToDictionary(entry => entry.Key, entry => FromNode(entry.Value))),
        _ => node.GetValueKind() switch
        {
            JsonValueKind.True => true,
            JsonValueKind.False => false,
            JsonValueKind.String => node.GetValue<string>(),
            _ when long.TryParse(node.ToJsonString(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long whole) => whole,
            _ => double.Parse(node.ToJsonString(), CultureInfo.InvariantCulture),
        },
    };

    /// <summary>Whether two values are the same as a parameter takes them: a list of one is its item, and letters may be large or small.</summary>
    public static bool IsSame(JsonNode? one, JsonNode? other) => (one, other) switch
    {
        (null, null) => true,
        (JsonArray { Count: 1 } list, not JsonArray) => IsSame(list[0], other),
        (JsonArray a, JsonArray b) => a.Count == b.Count && a.Zip(b).All(pair => IsSame(pair.First, pair.Second)),
        (JsonObject a, JsonObject b) => a.Count == b.Count && a.All(entry => IsSame(entry.Value, b[entry.Key])),
        (JsonValue a, JsonValue b) when a.GetValueKind() == b.GetValueKind() => a.GetValueKind() switch
        {
            JsonValueKind.Number => Convert.ToDouble(FromNode(a), CultureInfo.InvariantCulture).Equals(Convert.ToDouble(FromNode(b), CultureInfo.InvariantCulture)),
            JsonValueKind.String => a.GetValue<string>().Equals(b.GetValue<string>(), StringComparison.OrdinalIgnoreCase),
            _ => true,
        },
        _ => false,
    };

    public static InvalidParameterException Refused(string name, object? value, string message, ErrorCause? cause = null) => new(name, value, message, cause ?? SweepParameterInvalid);

    private JsonNode OfSchedule(object value)
    {
        if (value is IList { Count: 1 } list)
            value = list[0].Plain()!;
        string json = value switch
        {
            LrSchedule schedule => schedule.ToJson(),
            JsonNode node => node.ToJsonString(),
            _ => throw Refused(Name, value, $"Schedule takes a schedule, such as New-OneCycleSchedule makes, and not a {value.GetType().Name}."),
        };
        try
        {
            ScheduleJson.Read(json);
        }
        catch (ScheduleScriptException script)
        {
            throw Refused(Name, value, $"Schedule has the ScaleFunction {{{script.Text}}}, and a job runs no code; give a schedule without one, such as New-CyclicSchedule makes with a Mode.");
        }
        return JsonNode.Parse(json)!;
    }

    // Also a path of another system, where the run may go.
    private static bool IsWhole(string path) => Path.IsPathFullyQualified(path) || path[0] is '/' or '\\' || path is [_, ':', '/' or '\\', ..];

    private static JsonNode WithNumbers(JsonNode node) => node switch
    {
        JsonArray list => new JsonArray([.. list.Select(item => item is null ? null : WithNumbers(item))]),
        JsonObject table => new JsonObject(table.Select(entry => KeyValuePair.Create(entry.Key, entry.Value is null ? null : WithNumbers(entry.Value)))),
        _ when node.GetValueKind() == JsonValueKind.String && LanguagePrimitives.TryConvertTo(node.GetValue<string>(), CultureInfo.InvariantCulture, out double number) && double.IsFinite(number) => JsonValue.Create(number),
        _ => node.DeepClone(),
    };

    private static JsonNode? Node(object? value) => value.Plain() switch
    {
        null => null,
        SwitchParameter on => JsonValue.Create(on.IsPresent),
        bool or int or long or string => JsonSerializer.SerializeToNode(value.Plain()),
        double number => double.IsFinite(number) ? JsonValue.Create(number) : throw new NotSupportedException("it is no finite number."),
        Enum word => JsonValue.Create(word.ToString()),
        IDictionary table => new JsonObject(table.Keys.Cast<object>().Select(key => KeyValuePair.Create(Convert.ToString(key, CultureInfo.InvariantCulture)!, Node(table[key])))),
        IList { Count: 1 } one => Node(one[0]),
        IList list => new JsonArray([.. list.Cast<object>().Select(Node)]),
        ILrSchedule or ScriptBlock or TorchSharp.torch.nn.Module or ClrEngine.Data.TrainingData => throw new NotSupportedException("a job is a text that other machines read; give a name or a path."),
        var other when other.GetType() is { IsGenericType: true } choice && choice.GetGenericTypeDefinition() == typeof(Choice<>) => JsonValue.Create(other.ToString()),
        IConvertible number when Type.GetTypeCode(number.GetType()) is >= TypeCode.SByte and <= TypeCode.Decimal => Node(Convert.ToDouble(number, CultureInfo.InvariantCulture)),
        var other => throw new NotSupportedException($"a {other.GetType().Name} cannot be written as text."),
    };

    private static Dictionary<string, SweepParameter> Find()
    {
        var found = new Dictionary<string, SweepParameter>(StringComparer.OrdinalIgnoreCase);
        foreach (PropertyInfo property in Cmdlets.SelectMany(cmdlet => cmdlet.GetProperties()).Where(property => property.IsDefined(typeof(ParameterAttribute)) && !NotOfSweeps.ContainsKey(property.Name)))
        {
            foreach (string name in property.GetCustomAttribute<AliasAttribute>()?.AliasNames.Where(alias => alias is not ("Path" or "FullName")).Append(property.Name) ?? [property.Name])
                found[name] = new SweepParameter(property);
        }
        return found;
    }
}
