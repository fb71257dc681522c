using System.Collections;
using System.Globalization;
using System.Reflection;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using ClrEngine.Files;
using ClrEngine.Json;
using ClrEngine.Schedules;
using ClrEngine.Schedules.Json;
using ClrModule.Commands.RangeTests;
using ClrModule.Commands.Schedules;
using ClrModule.Commands.Training;

namespace ClrModule.Sweeps;

/// <summary>One run of a sweep as plain data: values for parameters of the cmdlets that it goes through. Two jobs are equal where their texts are.</summary>
internal sealed class SweepJob
{
    private const string Format = "clr-sweep-run";
    private const int Version = 1;
    private const long Longest = 1 << 20;

    private static readonly ErrorCause SweepJobUnreadable = new(nameof(SweepJobUnreadable), ErrorKind.InvalidData,
        "A `job.json` is not what `New-TrainingSweep` writes.", "Mend it as the message says, or make the run anew with `New-TrainingSweep`.");

    private static readonly JsonMember[] Fields = [new("format", typeof(string)), new("version", typeof(int)), new("parameters", typeof(JsonObject))];

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly JsonObject _parameters;

    /// <exception cref="InvalidParameterException">A value, or a part that the cmdlets need, is missing or wrong.</exception>
    public SweepJob(IEnumerable<KeyValuePair<string, object?>> values)
    {
        var given = new Dictionary<string, JsonNode>();
        foreach ((string name, object? value) in values)
        {
            if (SweepParameter.Find(name) is var parameter && parameter.ToNode(value) is { } node)
                given[parameter.Name] = node;
            else
                given.Remove(parameter.Name);
        }
        _parameters = new JsonObject(given.OrderBy(entry => Order(entry.Key)).ThenBy(entry => entry.Key, StringComparer.Ordinal).Select(entry => KeyValuePair.Create<string, JsonNode?>(entry.Key, entry.Value)));
        Require("Model", "Data");
        if (Has(nameof(Schedule)))
            return;
        if (Has("StepSize") == Has("StepSizeEpochs"))
            throw SweepParameter.Refused("StepSizeEpochs", null, "A run needs one of StepSizeEpochs and StepSize, the length of half a cycle, or a Schedule.");
        if (Has("MaxLr"))
            Require("BaseLr");
    }

    /// <summary>The parameters, the model and the data first.</summary>
    public IEnumerable<string> Names => _parameters.Select(entry => entry.Key);

    /// <summary>Whether the bounds are to be found by a range test.</summary>
    public bool NeedsRangeTest => !Has("MaxLr") && !Has(nameof(Schedule));

    /// <summary>The cmdlets that the run goes through.</summary>
    public IEnumerable<Type> Cmdlets =>
    [
        typeof(ImportTrainingDataCommand),
        .. NeedsRangeTest ? [typeof(InvokeLrRangeTestCommand), typeof(GetSuggestedLrBoundsCommand)] : Type.EmptyTypes,
        .. Has(nameof(Schedule)) ? Type.EmptyTypes : [typeof(NewCyclicScheduleCommand)],
        typeof(StartCyclicTrainingCommand),
    ];

    /// <summary>The schedule, where it is given whole.</summary>
    public ILrSchedule? Schedule => _parameters[nameof(Schedule)] is { } json ? ScheduleJson.Read(json.ToJsonString()) : null;

    public bool Has(string name) => _parameters.ContainsKey(name);

    /// <summary>A value for people: lists with commas, a schedule as its line.</summary>
    public string? Text(string name) => Shown(name) switch
    {
        null => null,
        IEnumerable list and not string => string.Join(", ", list.Cast<object>().Select(item => Convert.ToString(item, CultureInfo.InvariantCulture))),
        var value => Convert.ToString(value, CultureInfo.InvariantCulture),
    };

    /// <summary>A value for tables: a number stays one.</summary>
    public object? Shown(string name) => !Has(name) ? null : name == nameof(Schedule) ? Schedule!.ToString() : SweepParameter.FromNode(_parameters[name]);

    /// <summary>The values that one cmdlet takes.</summary>
    public Dictionary<string, object?> For<T>() where T : Cmdlet =>
        Names.Where(name => name != nameof(Schedule) && SweepParameter.Takes(typeof(T), name)).ToDictionary(name => name, name => SweepParameter.FromNode(_parameters[name]));

    public override string ToString() =>
        new JsonObject { ["format"] = Format, ["version"] = Version, ["parameters"] = _parameters.DeepClone() }.ToJsonString(Indented) + "\n";

    public void Write(string path) => AtomicFile.Write(path, ToString());

    /// <summary>Reads a job. Nothing is guessed: a member that is missing, unknown or of the wrong kind is an error.</summary>
    /// <exception cref="SweepException">The file is no job.</exception>
    public static SweepJob Read(string path)
    {
        try
        {
            object?[] fields = new StrictJson(StrictJson.File(path, Longest)).Read(Fields);
            if (fields is not [Format, Version, JsonObject parameters])
                throw new FormatException($"$.format, $.version: \"{fields[0]}\" and {fields[1]} stand here; expected are \"{Format}\" and {Version}.");
            return new SweepJob(parameters.Select(entry => KeyValuePair.Create(entry.Key, entry.Key == nameof(Schedule) ? entry.Value : SweepParameter.FromNode(entry.Value) ?? throw new FormatException($"$.parameters.{entry.Key}: null stands here; leave it out."))));
        }
        catch (Exception exception) when (exception is JsonFault or FormatException or InvalidParameterException or ScheduleFormatException or ScheduleScriptException)
        {
            throw new SweepException(SweepJobUnreadable, $"'{path}' is no job of a sweep: {exception.Message}", exception);
        }
    }

    private static int Order(string name) => name switch { "Model" => 0, "Data" => 1, _ => 2 };

    private void Require(params string[] names)
    {
        foreach (string name in names.Where(name => !Has(name)))
            throw SweepParameter.Refused(name, null, $"A run needs {name}{(name == "BaseLr" ? " beside MaxLr" : "")}.");
    }
}

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

    // Files, which the sweep keeps in the run's folder; what the pipeline hands on; and what is no plain data.
    private static readonly string[] NotOfSweeps =
    [
        "CheckpointPath", "Resume", "Force", "DestinationPath", "TensorBoardPath", "Run", "Definition", "Group", "RangeTest", "LiteralPath", "Features", "Targets", "ValidationFeatures", "ValidationTargets", "ClassName", "ScaleFunction", "ScaleMode",
    ];

    private static readonly Dictionary<string, SweepParameter> Known = Find();

    private readonly PropertyInfo _property;

    private SweepParameter(PropertyInfo property) => _property = property;

    public string Name => _property.Name;

    private bool TakesWhole => Type.GetTypeCode(Nullable.GetUnderlyingType(_property.PropertyType) ?? _property.PropertyType) is TypeCode.Int32 or TypeCode.Int64;

    public static SweepParameter Find(string name) => Known.TryGetValue(name, out SweepParameter? parameter) ? parameter
        : throw Refused(name, null, $"'{name}' is no parameter of a sweep's runs: give those of Import-TrainingData, Invoke-LrRangeTest, Get-SuggestedLrBounds, New-CyclicSchedule and Start-CyclicTraining, but for files and code.");

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
            // As a cell of a table has it.
            if ((_property.PropertyType == typeof(bool) || _property.PropertyType == typeof(SwitchParameter)) && bool.TryParse(plain as string, out bool flag))
                plain = flag;
            // PowerShell would round one, and take the other for 1.
            if (TakesWhole && (plain is bool || (plain is double number && number % 1 != 0)))
                throw Refused(Name, value, $"{Name} does not take '{plain}': it is a whole number.");
            return Node(_property.PropertyType == typeof(object) ? plain : LanguagePrimitives.ConvertTo(plain, _property.PropertyType, CultureInfo.InvariantCulture));
        }
        catch (Exception exception) when (exception is PSInvalidCastException or MetadataException or NotSupportedException)
        {
            throw Refused(Name, value, $"{Name} does not take '{plain}': {exception.GetBaseException().Message}");
        }
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
        // One that holds a script is refused here: a job runs no code.
        ScheduleJson.Read(json);
        return JsonNode.Parse(json)!;
    }

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
        foreach (PropertyInfo property in Cmdlets.SelectMany(cmdlet => cmdlet.GetProperties()).Where(property => property.IsDefined(typeof(ParameterAttribute)) && !NotOfSweeps.Contains(property.Name)))
        {
            foreach (string name in property.GetCustomAttribute<AliasAttribute>()?.AliasNames.Where(alias => alias is not ("Path" or "FullName")).Append(property.Name) ?? [property.Name])
                found[name] = new SweepParameter(property);
        }
        return found;
    }
}

/// <summary>A sweep, or one of its runs, cannot be used.</summary>
public sealed class SweepException(ErrorCause cause, string message, Exception? innerException = null) : ClrException(cause, message, innerException);
