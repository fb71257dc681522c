using System.Collections;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using ClrEngine.Files;
using ClrEngine.Json;
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
        "A `job.json` is not what `New-TrainingSweep` writes, or a `trained.json` not what the training wrote; or it is gone or cannot be read.", "Mend it, or do as the message says; or remove the run's folder, and `New-TrainingSweep` makes the run anew.");

    private static readonly JsonMember[] Fields = [new("format", typeof(string)), new("version", typeof(int)), new("parameters", typeof(JsonObject))];

    private static readonly JsonMember[] TrainedFields =
    [
        .. Fields, new("history", typeof(string)) { MayBeNull = true }, new("schedule", typeof(string)) { MayBeNull = true, MayBeMissing = true }, new("measuredOn", typeof(string)) { MayBeNull = true, MayBeMissing = true },
    ];

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly JsonObject _parameters;
    private string? _text;

    /// <exception cref="InvalidParameterException">A value, or a part that the cmdlets need, is missing or wrong.</exception>
    public SweepJob(IEnumerable<KeyValuePair<string, object?>> values)
        : this(values.Select(entry => (Parameter: SweepParameter.Find(entry.Key), entry.Value)).GroupBy(entry => entry.Parameter.Name).Select(same => (same.Key, same.Last().Parameter.ToNode(same.Last().Value))))
    {
    }

    private SweepJob(IEnumerable<(string Name, JsonNode? Value)> given)
    {
        _parameters = new JsonObject(given.Where(entry => entry.Value is not null).OrderBy(entry => Order(entry.Name)).ThenBy(entry => entry.Name, StringComparer.Ordinal).Select(entry => KeyValuePair.Create(entry.Name, entry.Value)));
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

    /// <summary>Whether the job leaves the device to whoever trains it.</summary>
    public bool IsOnAnyDevice => Text("Device") is null or "auto";

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

    public override string ToString() => _text ??= ToText();

    public void Write(string path) => AtomicFile.Write(path, ToString());

    /// <summary>Writes down that a training began with this job, the schedule that its range test led to, and the hash of its history where it is over.</summary>
    public void WriteTrained(string path, MeasuredSchedule? schedule, string? history = null) => AtomicFile.Write(path, ToText(("history", history), ("schedule", schedule?.Hash), ("measuredOn", schedule?.On)));

    /// <summary>Reads a job. Nothing is guessed: what is missing, unknown, there twice, or not written as its parameter takes it, is an error.</summary>
    /// <exception cref="SweepException">The file is no job.</exception>
    public static SweepJob Read(string path) => Read(path, Fields, out _);

    /// <summary>What <see cref="WriteTrained"/> wrote.</summary>
    /// <exception cref="SweepException">The file is not that.</exception>
    public static (SweepJob Job, string? History, MeasuredSchedule? Schedule) ReadTrained(string path) =>
        (Read(path, TrainedFields, out object?[] fields), fields[Fields.Length] as string, fields[Fields.Length + 1] is string hash ? new MeasuredSchedule(hash, fields[Fields.Length + 2] as string) : null);

    /// <summary>The first parameter in which a job was another, and how; null where it is the same.</summary>
    public string? ChangedFrom(SweepJob earlier) => Names.Union(earlier.Names)
        .Where(name => !JsonNode.DeepEquals(_parameters[name], earlier._parameters[name]))
        .Select(name => $"{name} was {earlier.Text(name) ?? "not given"}, and is {Text(name) ?? "not given"} in {SweepRunFolder.JobFile}")
        .FirstOrDefault();

    /// <summary>The first parameter in which a history says by itself that its run was another, and how; null where there is none.</summary>
    public string? ContradictedBy(TrainingHistory history)
    {
        List<(string Name, object? Value)> trained = [(nameof(LearningCommand.Seed), history.Seed)];
        // Where a job wants more than there is, a batch is all that there is.
        if (history.BatchSize != history.Run.SampleCount || Convert.ToInt64(SweepParameter.FromNode(_parameters[nameof(LearningCommand.BatchSize)]), CultureInfo.InvariantCulture) < history.BatchSize)
            trained.Add((nameof(LearningCommand.BatchSize), history.BatchSize));
        if (history.Status == TrainingStatus.Completed && !Has(nameof(StartCyclicTrainingCommand.Cycles)))
            trained.Add((nameof(StartCyclicTrainingCommand.Epochs), history.Epochs.Count));
        if (history.Schedule is CyclicSchedule cyclic)
            trained.AddRange(ScheduleKind.Find(typeof(CyclicSchedule))!.Fields.Select(field => (ScheduleParameters.ParameterOf(typeof(NewCyclicScheduleCommand), field).Name, field.ValueIn(cyclic))));
        return trained
            .Where(item => Has(item.Name) && !SweepParameter.IsSame(_parameters[item.Name], SweepParameter.Find(item.Name).ToNode(item.Value)))
            .Select(item => $"{item.Name} is {Text(item.Name)} in {SweepRunFolder.JobFile}, and {string.Create(CultureInfo.InvariantCulture, $"{item.Value ?? "not given"}")} in the history itself")
            .FirstOrDefault();
    }

    private static SweepJob Read(string path, JsonMember[] members, out object?[] fields)
    {
        string at = "", remedy = members == Fields ? "" : $" Move it away, with {SweepRunFolder.HistoryFile} and {SweepRunFolder.ScheduleFile} beside it, and the run is trained anew.";
        try
        {
            fields = new StrictJson(StrictJson.File(path, Longest)).Read(members);
            if (fields is not [Format, Version, JsonObject parameters, ..])
                throw new FormatException($"$.format, $.version: \"{fields[0]}\" and {fields[1]} stand here; expected are \"{Format}\" and {Version}.");
            var given = new Dictionary<string, JsonNode?>();
            foreach ((string name, JsonNode? value) in parameters)
            {
                at = $"$.parameters.{name}: ";
                if (SweepParameter.Find(name) is var parameter && !given.TryAdd(parameter.Name, parameter.Strictly(value)))
                    throw new FormatException($"{parameter.Name} stands here twice, in another spelling; give it once.");
            }
            at = "$.parameters: ";
            return new SweepJob(given.Select(entry => (entry.Key, entry.Value)));
        }
        catch (Exception exception) when (exception is JsonFault or FormatException or InvalidParameterException or ScheduleFormatException or ScheduleScriptException)
        {
            throw new SweepException(SweepJobUnreadable, $"'{path}' is no job of a sweep: {at}{exception.Message}{remedy}", exception);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or DataFormatException)
        {
            throw new SweepException(SweepJobUnreadable, exception is FileNotFoundException ? $"'{path}' is not there, and says what the run is." : $"'{path}' cannot be read: {(Directory.Exists(path) ? "it is a folder." : exception.Message)}{remedy}", exception);
        }
    }

    private string ToText(params (string Name, string? Value)[] further)
    {
        var text = new JsonObject { ["format"] = Format, ["version"] = Version, ["parameters"] = _parameters.DeepClone() };
        foreach ((string name, string? value) in further)
            text[name] = value;
        return text.ToJsonString(Indented) + "\n";
    }

    private static int Order(string name) => name switch { "Model" => 0, "Data" => 1, _ => 2 };

    private void Require(params string[] names)
    {
        foreach (string name in names.Where(name => !Has(name)))
            throw SweepParameter.Refused(name, null, $"A run needs {name}{(name == "BaseLr" ? " beside MaxLr" : "")}.");
    }
}

/// <summary>The hash of the file with the schedule that a range test led to, and what recognises the data and the weights that it ran on; null where that is not known.</summary>
internal sealed record MeasuredSchedule(string Hash, string? On);

/// <summary>A sweep, or one of its runs, cannot be used.</summary>
public sealed class SweepException(ErrorCause cause, string message, Exception? innerException = null) : ClrException(cause, message, innerException);
