using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using ClrEngine.Json;
using ClrEngine.Schedules;

namespace ClrEngine.Training;

/// <summary>
/// What a run was: all that decides what it computes, and where it took place. The range test's result, the history, the checkpoint and the
/// trained model's file hold the same. What is not known is null or 0.
/// </summary>
public sealed record RunDescription
{
    /// <summary>The model's name with its arguments, such as <c>mlp:256,128</c>.</summary>
    public string? Model { get; init; }

    /// <summary>What recognises the model: its name with its arguments where it is built by name, <c>sha256:</c> and the hash of its file; null where code made it.</summary>
    public string? ModelIdentity { get; init; }

    /// <summary>The data set's name.</summary>
    public string? Data { get; init; }

    /// <summary>The hash that recognises the data with its split and scaling.</summary>
    public string? DataIdentity { get; init; }

    /// <summary>The full path at which the data lay; null for a set that is known by name, for tensors, and for data that was read with options of its own.</summary>
    public string? DataPath { get; init; }

    /// <summary>Training samples.</summary>
    public long SampleCount { get; init; }

    /// <summary>Samples of a batch.</summary>
    public int BatchSize { get; init; }

    /// <summary>Optimiser updates of one epoch.</summary>
    public long StepsPerEpoch { get; init; }

    /// <summary>The seed of weights and batch order.</summary>
    [Within(int.MinValue)]
    public int Seed { get; init; }

    /// <summary>The schedule that the run followed; null for a range test, whose options are its schedule.</summary>
    public ILrSchedule? Schedule { get; init; }

    /// <summary>What the run did where a cycle ended.</summary>
    public CycleUse Cycles { get; init; }

    /// <summary>The figure by which the run chose its best epoch; null for the accuracy, or the loss where the task has no classes.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ValidationFigure? BestBy { get; init; }

    /// <summary>The optimiser and the settings that it used, on one line.</summary>
    public string? Optimizer { get; init; }

    /// <summary>The loss.</summary>
    public string? Loss { get; init; }

    /// <summary>The type of number that the model worked in.</summary>
    public string? Precision { get; init; }

    /// <summary>All settings by which the model learnt, as JSON: optimiser, loss, augmentation, accumulation, precision.</summary>
    [JsonConverter(typeof(JsonTextConverter))]
    public string? Learning { get; init; }

    /// <summary>The device's name, such as <c>cpu</c> or <c>cuda:0</c>.</summary>
    public string? Device { get; init; }

    /// <summary>Threads that one operation on the CPU could use: runs repeat to the bit only with the same number.</summary>
    public int? Threads { get; init; }

    /// <summary>The version of this engine.</summary>
    public string? Engine { get; init; }

    /// <summary>The version of TorchSharp.</summary>
    public string? TorchSharp { get; init; }

    /// <summary>The version of the libtorch that was loaded.</summary>
    public string? Libtorch { get; init; }

    /// <summary>The version of .NET.</summary>
    public string? Runtime { get; init; }

    /// <summary>The operating system and its processor.</summary>
    public string? Platform { get; init; }

    /// <summary>The file whose weights the model began with, by its name and SHA-256; null where it began with its own.</summary>
    [JsonIgnore]
    public string? Weights => Setting(nameof(Weights)) is JsonObject file ? $"{file["Name"]} (sha256:{file["Sha256"]})" : null;

    /// <summary>The SHA-256 of that file; null where there is none.</summary>
    [JsonIgnore]
    internal string? WeightsSha256 => Setting(nameof(Weights)) is JsonObject file ? $"{file["Sha256"]}" : null;

    /// <summary>The patterns of the parameters that stayed as they were.</summary>
    [JsonIgnore]
    public IReadOnlyList<string> Freeze => Setting(nameof(Freeze)) is JsonArray patterns ? patterns.Select(static pattern => $"{pattern}").ToArray() : [];

    /// <summary>The names of the run's own metrics, in their order.</summary>
    [JsonIgnore]
    public IReadOnlyList<string> Metrics => Setting(nameof(Metrics)) is JsonArray metrics ? metrics.Select(static metric => $"{(metric as JsonObject)?["Name"]}").ToArray() : [];

    /// <summary>The versions of the engine, TorchSharp, libtorch and .NET, on one line; null where they are not known.</summary>
    [JsonIgnore]
    public string? Versions => Engine is null ? null : $"Clr {Engine}, TorchSharp {TorchSharp}, libtorch {Libtorch}, {Runtime}";

    /// <summary>The loss with what shapes it, such as its gamma; its name alone where the settings are not known.</summary>
    internal string? LossText => Setting(nameof(Loss)) is JsonObject loss && loss.Where(static part => part.Key != "Kind" && part.Value is not null && part.Value.ToJsonString() != "0").Select(static part => $"{part.Key} {part.Value!.ToJsonString()}").ToArray() is [_, ..] parts
        ? $"{Loss} ({string.Join(", ", parts)})" : Loss;

    /// <summary>The code of a metric of the run's own; null where it is not known.</summary>
    internal string? MetricText(string name) => Setting(nameof(Metrics)) is JsonArray metrics ? metrics.OfType<JsonObject>().FirstOrDefault(metric => $"{metric["Name"]}" == name)?["Text"]?.ToString() : null;

    /// <summary>The first thing in which another run was set otherwise, its seed aside; null where there is none.</summary>
    internal string? SettingsDifference(RunDescription other) =>
        DifferencesFrom(other).FirstOrDefault()
        ?? OtherSetting(Learning, other.Learning)
        ?? (Schedule is null || other.Schedule is null || Schedule.Equals(other.Schedule) ? null : $"the schedule was {Schedule} and is {other.Schedule}");

    /// <summary>By which others tell it from the next, such as <c>mlp:256,128 on digits, seed 1</c>.</summary>
    internal string RunName => string.Create(CultureInfo.InvariantCulture, $"{Model ?? "a model"} on {Data ?? "data"}, seed {Seed}");

    /// <summary>Whether the run may have lowered the rates of its schedule.</summary>
    internal bool LowersOnPlateau => Setting("Plateau") is not null;

    /// <summary>What is known of a run by its batches alone.</summary>
    internal static RunDescription FromPlan(BatchPlan plan, ILrSchedule? schedule = null) => new()
    {
        SampleCount = plan.SampleCount,
        BatchSize = plan.BatchSize,
        StepsPerEpoch = plan.StepsPerEpoch,
        Seed = plan.Seed,
        Schedule = schedule,
    };

    /// <summary>One sentence where bounds that were measured on this run may be wrong for another; null where nothing that moves bounds differs, or is not known.</summary>
    internal string? WarnOfBoundsFor(RunDescription other)
    {
        string[] differences = [.. Differences(other)];
        return differences.Length == 0
            ? null
            : $"The bounds of the schedule were measured under other settings: {string.Join("; ", differences)}. The best rates move with them: run Invoke-LrRangeTest under the settings of this training, or train under those of the test.";
    }

    /// <summary>In what a later run is of another kind than this one, so that their figures hardly compare; what is not known differs in nothing.</summary>
    internal string[] DifferencesFrom(RunDescription other)
    {
        return [.. Differences(other), .. Differs("loss", LossText, other.LossText), .. Differs("schedule's rate", Rates(this), Rates(other))];

        static string? Rates(RunDescription run) => run.Schedule is null ? null : run.Schedule is GroupedSchedule { Schedules: var groups } ? $"one for each of {Counted.Of(groups.Count, "parameter group")}" : "one for all parameters";
    }

    private IEnumerable<string> Differences(RunDescription other) =>
        [
            // The name of a model that code made tells nothing: it is that of a type, or of what made it.
            .. ModelIdentity is null || other.ModelIdentity is null || ModelIdentity == other.ModelIdentity ? []
                : Model == other.Model ? Differs("model's file", ModelIdentity, other.ModelIdentity) : Differs("model", Model, other.Model),
            .. DataIdentity is not null && DataIdentity == other.DataIdentity ? []
                : Data == other.Data ? Differs("data's identity", DataIdentity, other.DataIdentity) : Differs("data", Data, other.Data),
            .. Differs("optimizer", Optimizer, other.Optimizer),
            .. Differs("batch size", BatchSize, other.BatchSize),
            .. Differs("file of weights", BegunWith(this), BegunWith(other)),
            .. Differs("list of frozen parameters", Frozen(this), Frozen(other)),
            .. Differs("sparing of biases and norms", Spares(this), Spares(other)),
        ];

    private static string? BegunWith(RunDescription run) => run.Learning is null ? null : run.Weights ?? "none";

    private static string? Frozen(RunDescription run) => run.Learning is null ? null : run.Freeze is { Count: > 0 } patterns ? string.Join(", ", patterns) : "empty";

    private static bool? Spares(RunDescription run) => run.Setting("Optimizer") is JsonObject optimizer ? optimizer["ExcludeBiasAndNorm"] is JsonValue spares && spares.TryGetValue(out bool whether) && whether : null;

    // One of the settings by which the model learnt; in a file from elsewhere any JSON may stand for them.
    private JsonNode? Setting(string name) => Learning is not null && JsonNode.Parse(Learning) is JsonObject settings ? settings[name] : null;

    // Where a run was computed is none of what it is.
    private static string? OtherSetting(string? one, string? other)
    {
        if (one is null || other is null || JsonNode.Parse(one) is not JsonObject a || JsonNode.Parse(other) is not JsonObject b) return null;
        string? name = a.Concat(b).Select(static setting => setting.Key).FirstOrDefault(key => key is not ("Device" or nameof(Threads) or "ResidencyBudget") && !JsonNode.DeepEquals(a[key], b[key]));
        return name is null ? null : $"{name} was {a[name]?.ToJsonString() ?? "none"} and is {b[name]?.ToJsonString() ?? "none"}";
    }

    private static string[] Differs(string name, object? measured, object? now) =>
        measured is null or 0 || now is null or 0 || Equals(measured, now) ? [] : [string.Create(CultureInfo.InvariantCulture, $"the {name} was {measured} and is {now}")];

    /// <summary>The same without a schedule that cannot be read back without running code.</summary>
    internal RunDescription WithoutCode()
    {
        try
        {
            if (Schedule is not null)
                ScheduleJson.Read(ScheduleJson.Write(Schedule));
            return this;
        }
        catch (Exception exception) when (exception is ScheduleNotSaveableException or ScheduleScriptException)
        {
            return this with { Schedule = null };
        }
    }

    /// <summary>Whether a text is a description's line, as a table has it.</summary>
    internal static bool IsLine(string text) => text.Contains(", batch size ", StringComparison.Ordinal) && text.Contains(", seed ", StringComparison.Ordinal);

    /// <summary>A line for people.</summary>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{Model ?? "a model"} on {Data ?? "data"}, {Optimizer ?? "an optimizer"}, batch size {BatchSize}, seed {Seed}{(Device is null ? "" : $", {Device}")}");
}
