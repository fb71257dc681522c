using System.Text.Json;
using System.Text.Json.Nodes;
using ClrEngine.Json;
using ClrEngine.Tests.RangeTest;
using ClrEngine.Tests.Training.Histories;
using ClrEngine.Torch.Losses;
using ClrEngine.Torch.Trained;
using ClrEngine.Training.Checkpoints;
using ClrEngine.Training.Histories;

namespace ClrEngine.Tests.Json;

/// <summary>One text of each kind that is saved as JSON, and how it is read and written again.</summary>
internal static class SavedTexts
{
    private static readonly RunDescription Run = TrainingHistoryFileTests.Sample().Run with { Schedule = null };

    private static readonly LrRangeTestResult Test = new()
    {
        Points = [new(0, 1e-7, 2.3, 2.3) { Accuracy = 50 }, new(1, 1e-3, 2.1, 2.2), new(2, 10, double.NaN, 2.4)],
        Options = new() { Iterations = 20, Groups = [new(1e-7, 10), new(1e-6, 1)] },
        StopReason = RangeTestStopReason.NonFiniteLoss,
        Run = Run,
        Trials = [new(0.1, 60, 0.5, 91, 360), new(1, 60, double.PositiveInfinity)],
        UntrainedLoss = 2.31,
        Seconds = 1.5,
    };

    private static readonly LrBounds Bounds = new(SuggestionMethod.Balanced, 0.01, 0.1, 0.02, double.NaN)
    {
        Run = Run,
        StepsPerEpoch = 23,
        Groups = [new(0.01, 0.1), new(0.001, 0.01)],
        Reasons = ["The trial at 0.1 lost least."],
        FallToNoise = double.PositiveInfinity,
        Spread = new(3, 0, 0.01, 0.01, 0.1, 0.3),
    };

    private static readonly CheckpointState State = new()
    {
        FormatVersion = CheckpointState.CurrentVersion,
        Progress = new()
        {
            Step = 30,
            Epochs = [TrainingHistoryFileTests.Sample().Epochs[0]],
            Epoch = new() { Steps = 7, LearningRateSum = 0.7, LossSum = double.NaN, Samples = 448, Correct = 300, LatestLoss = 0.5, Seconds = 1 },
            Cycles = [TrainingHistoryFileTests.Sample().Cycles[0] with { Step = 23 }],
        },
        Run = JsonSerializer.SerializeToNode(TrainingHistoryFileTests.Sample().Run, CheckpointJson.Options)!.AsObject(),
        Snapshots = [new("cycle-0001.safetensors", "00ff")],
    };

    private static readonly TrainedModelInfo Info = new()
    {
        Run = TrainingHistoryFileTests.Sample().Run,
        InputShape = [2, 8],
        Loss = LossKind.MeanSquaredError,
        Outputs = 2,
        Classes = [],
        Label = "weight",
        Means = [0.5, 0],
        StandardDeviations = [1, 0.25],
        TargetMeans = [3, 4],
        TargetDeviations = [1, 2],
        Step = 46,
        Kind = TrainedModelKind.Best,
    };

    /// <summary>The kinds by name.</summary>
    public static IReadOnlyDictionary<string, (string Text, Func<string, string> Again)> Kinds { get; } = new Dictionary<string, (string, Func<string, string>)>
    {
        ["schedule"] = (
            ScheduleJson.Write(new WarmupSchedule(new JoinedSchedule(
                [new CyclicSchedule(0.01, 0.1, 4, mode: CyclicMode.Custom, scaleFunction: new ScaleFunction(Scale, text: "1 / $_"), cycleLimit: 3), new OneCycleSchedule(0.1, 100), new ConstantSchedule(0.1)], [40, 90]), 5)),
            static text => ScheduleJson.Write(ScheduleJson.Read(text, Compile))),
        ["test"] = (LrRangeTestJson.ToJson(Test with { Repeats = [Test] }), static text => LrRangeTestJson.ToJson(LrRangeTestJson.FromJson(text))),
        ["history"] = (TrainingHistoryJson.ToJson(TrainingHistoryFileTests.Sample()), static text => TrainingHistoryJson.ToJson(TrainingHistoryJson.FromJson(text, Compile))),
        ["state"] = (JsonSerializer.Serialize(State, CheckpointJson.Options), static text => JsonSerializer.Serialize(CheckpointReader.ReadState("run", StrictJson.Bytes(text)), CheckpointJson.Options)),
        ["model"] = (JsonSerializer.Serialize(Info, CheckpointJson.Options), static text => JsonSerializer.Serialize(TrainedModelFile.ReadInfo("model", text), CheckpointJson.Options)),
        ["bounds"] = (LrBoundsJson.ToJson(Bounds), static text => LrBoundsJson.ToJson(LrBoundsJson.FromJson(text))),
    };

    /// <summary>Whether a text says the same as another: a field that is null may be left out, and a number is the double next to it.</summary>
    public static bool SayTheSame(string one, string other) => JsonNode.DeepEquals(Plain(JsonNode.Parse(one)), Plain(JsonNode.Parse(other)));

    private static double Scale(double cycle) => 1 / cycle;

    private static Func<double, double> Compile(string text) => text.Length > 0 ? Scale : throw new InvalidDataException("It is empty.");

    // Warnings of a test follow from its points, and are made anew; what is read of an earlier version is written as one of this.
    private static JsonNode? Plain(JsonNode? node) => node switch
    {
        JsonObject fields => new JsonObject(fields.Where(field => field.Value is not null && !(field.Key == "warnings" && fields.ContainsKey("points")) && !(field.Key == "version" && fields.ContainsKey("format"))).Select(static field => KeyValuePair.Create(field.Key, Plain(field.Value)))),
        JsonArray list => new JsonArray([.. list.Select(Plain)]),
        JsonValue value when value.GetValueKind() == JsonValueKind.Number => JsonValue.Create(value.GetValue<double>()),
        _ => node?.DeepClone(),
    };
}

/// <summary>Changes one place of a JSON text, also into what is no JSON.</summary>
internal static class JsonEdit
{
    private const string Here = "@here@";

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    /// <summary>Every place of a text but the whole.</summary>
    public static IReadOnlyList<string> Places(string text) => [.. Below(JsonNode.Parse(text), "$").Skip(1)];

    /// <summary>What stands at a place.</summary>
    public static string At(string text, string path) =>
        Find(JsonNode.Parse(text)!, path) is var (parent, key, at) ? (key is null ? parent[at] : parent[key])?.ToJsonString() ?? "null" : "";

    /// <summary>The text with other words at a place; <c>{0}</c> in them is what stood there.</summary>
    public static string Replace(string text, string path, string words) => Edit(text, path, static (parent, key, at) => Set(parent, key, at, Here), words);

    /// <summary>The text without a field or element.</summary>
    public static string Remove(string text, string path) => Edit(text, path, static (parent, key, at) =>
    {
        if (key is null)
            parent.AsArray().RemoveAt(at);
        else
            parent.AsObject().Remove(key);
    });

    /// <summary>The text with a field by another name, which is written as given.</summary>
    public static string Rename(string text, string path, string name) =>
        Replace(text, path, $"{Here}, \"{name}\": {{0}}").Replace($"\"{NameOf(path)}\": {Here}, ", "", StringComparison.Ordinal);

    /// <summary>The text with a field or element twice.</summary>
    public static string Repeat(string text, string path) => Replace(text, path, path.EndsWith(']') ? "{0}, {0}" : $"{{0}}, \"{NameOf(path)}\": {{0}}");

    private static string NameOf(string path) => path[(path.LastIndexOf('.') + 1)..];

    private static IEnumerable<string> Below(JsonNode? node, string path) => node switch
    {
        JsonObject fields => fields.SelectMany(field => Below(field.Value, $"{path}.{field.Key}")).Prepend(path),
        JsonArray list => list.SelectMany((item, i) => Below(item, $"{path}[{i}]")).Prepend(path),
        _ => [path],
    };

    private static void Set(JsonNode parent, string? key, int at, string value)
    {
        if (key is null)
            parent.AsArray()[at] = value;
        else
            parent.AsObject()[key] = value;
    }

    private static string Edit(string text, string path, Action<JsonNode, string?, int> edit, string words = "")
    {
        JsonNode root = JsonNode.Parse(text)!;
        (JsonNode parent, string? key, int at) = Find(root, path);
        string old = (key is null ? parent[at] : parent[key])?.ToJsonString() ?? "null";
        edit(parent, key, at);
        return root.ToJsonString(Indented).Replace($"\"{Here}\"", words.Replace("{0}", old, StringComparison.Ordinal), StringComparison.Ordinal);
    }

    private static (JsonNode Parent, string? Key, int At) Find(JsonNode root, string path)
    {
        JsonNode parent = root;
        string[] steps = path.Replace("[", ".[", StringComparison.Ordinal).Split('.')[1..];
        foreach (string step in steps[..^1])
            parent = step[0] == '[' ? parent[Index(step)]! : parent[step]!;
        return steps[^1][0] == '[' ? (parent, null, Index(steps[^1])) : (parent, steps[^1], 0);

        static int Index(string step) => int.Parse(step[1..^1], CultureInfo.InvariantCulture);
    }
}
