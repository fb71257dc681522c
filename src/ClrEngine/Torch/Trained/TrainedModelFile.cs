using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using ClrEngine.Data;
using ClrEngine.Data.Preparation;
using ClrEngine.Files;
using ClrEngine.Json;
using ClrEngine.Torch.Losses;
using ClrEngine.Training;
using ClrEngine.Training.Checkpoints;
using ClrEngine.Training.Formats;

namespace ClrEngine.Torch.Trained;

/// <summary>What a file of weights says about them: enough to build the model again and to give it samples as it knows them.</summary>
public sealed record TrainedModelInfo : ISavedRecord
{
    internal const int CurrentVersion = 6, EarliestVersion = 2;

    // Until this version figures were numbers of single precision.
    private const int FirstInDouble = 4;

    /// <summary>The version of the format.</summary>
    public int FormatVersion { get; init; } = CurrentVersion;

    /// <summary>The run that it was trained in; a schedule that holds code is left out.</summary>
    public required RunDescription Run { get; init; }

    /// <summary>The shape of one sample.</summary>
    [Within(1)]
    public required IReadOnlyList<long> InputShape { get; init; }

    /// <summary>The loss that it was trained with, which says what its outputs mean.</summary>
    [Since(4)]
    public LossKind Loss { get; init; } = LossKind.CrossEntropy;

    /// <summary>The number that shapes the loss: gamma of the focal, delta of Huber's, the quantile; null of the others.</summary>
    [Since(6)]
    public double? LossShape { get; init; }

    /// <summary>Outputs of the model: one a class, one for two classes under binary cross-entropy, or one a value.</summary>
    [Within(1)]
    public required int Outputs { get; init; }

    /// <summary>The classes' names in the order of the outputs; none where values are predicted.</summary>
    public required IReadOnlyList<string> Classes { get; init; }

    /// <summary>The names of a sample's values in their order, where it is a row of a table; otherwise none.</summary>
    [Since(4)]
    public IReadOnlyList<string> Features { get; init; } = [];

    /// <summary>The name of the column that it predicts, where it learnt from a table, or from images with a table of their labels; null in others, and in files of before.</summary>
    [Since(5)]
    public string? Label { get; init; }

    /// <summary>The mean that was taken from each channel of a sample.</summary>
    [Within(double.MinValue)]
    public required IReadOnlyList<double> Means { get; init; }

    /// <summary>The standard deviation by which each channel was then divided.</summary>
    [Within(double.Epsilon)]
    public required IReadOnlyList<double> StandardDeviations { get; init; }

    /// <summary>Whether a channel is an index of a sample's last dimension, as the features of a sequence are; else of its first.</summary>
    [Since(4)]
    public bool ChannelsLast { get; init; }

    /// <summary>Whether samples are whole numbers that stay as they are, such as the tokens of a text.</summary>
    [Since(4)]
    public bool TakesWholeNumbers { get; init; }

    /// <summary>The mean of each value to predict, to which the model's output is brought back; none where it predicts classes, or values as they are.</summary>
    [Within(double.MinValue), Since(4)]
    public IReadOnlyList<double> TargetMeans { get; init; } = [];

    /// <summary>The standard deviation by which each output is first multiplied.</summary>
    [Within(double.Epsilon), Since(4)]
    public IReadOnlyList<double> TargetDeviations { get; init; } = [];

    /// <summary>The size of the largest value in the images, or the flat samples, that it was trained on, where these were left as they are; else null.</summary>
    [Within(0), Since(5)]
    public double? LargestValue { get; init; }

    /// <summary>Optimiser updates taken.</summary>
    public required long Step { get; init; }

    /// <summary>What the run's own metrics said of it; null where it has none, and of models that no epoch ended with.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<MetricValue>? Metrics { get; init; }

    /// <summary>Which model of its run it is.</summary>
    public required TrainedModelKind Kind { get; init; }

    /// <summary>The model's name with its arguments, such as <c>mlp:256,128</c>.</summary>
    [JsonIgnore]
    public string Model => Run.Model!;

    /// <summary>Whether it tells classes apart; else it predicts values.</summary>
    [JsonIgnore]
    public bool HasClasses => Classes.Count > 0;

    internal FeatureScaling Scaling => new([.. Means], [.. StandardDeviations]) { ChannelsLast = ChannelsLast };

    internal FeatureScaling? TargetScaling => TargetMeans.Count == 0 ? null : new FeatureScaling([.. TargetMeans], [.. TargetDeviations]);

    private bool HasRightOutputs => (Loss, HasClasses) switch
    {
        (var loss, true) when loss.IsOfSoftmax() => Outputs == Classes.Count,
        (LossKind.BinaryCrossEntropy, true) => Outputs == 1 && Classes.Count == 2,
        (_, true) => false,
        _ => Loss == LossKind.BinaryCrossEntropy || Loss.IsOfErrors(),
    };

    void ISavedRecord.Validate()
    {
        TrainedModelInfo written = AsWritten();
        Require(Run.Model is not null, "Run.Model", "null stands here; expected is the model's name.");
        Require(InputShape.Count > 0, nameof(InputShape), "the list is empty; expected is the shape of a sample.");
        Require(Classes.Distinct().Count() == Classes.Count, nameof(Classes), "two classes have the same name.");
        Require(LossShape is null == new LossOptions().ShapeFor(Loss) is null && LossShape is null or (>= 0 and < double.PositiveInfinity), nameof(LossShape), $"{Loss} is not shaped by {LossShape}.");
        Require(HasRightOutputs, nameof(Outputs), $"{Counted.Of(Outputs, "output")} {Counted.Form(Outputs, "does", "do")} not fit {Counted.Of(Classes.Count, "class", "classes")} under {Loss}.");
        long channels = InputShape[ChannelsLast ? ^1 : 0];
        Require(Means.Count == channels, nameof(Means), $"there {Counted.Form(Means.Count)} {Counted.Of(Means.Count, "mean")} for {Counted.Of(channels, "channel")}.");
        Require(AreFigures(written.Means, written.StandardDeviations), nameof(StandardDeviations), "these are no standard deviations above 0, one for each mean.");
        Require(TargetMeans.Count == 0 || (TargetMeans.Count == Outputs && Loss.IsOfErrors()), nameof(TargetMeans), $"there {Counted.Form(TargetMeans.Count)} {Counted.Of(TargetMeans.Count, "mean")} for {Counted.Of(Outputs, "output")} under {Loss}.");
        Require(AreFigures(written.TargetMeans, written.TargetDeviations), nameof(TargetDeviations), "these are no standard deviations above 0, one for each mean.");

        static void Require(bool isRight, string name, string reason)
        {
            if (!isRight)
                throw new InvalidParameterException(name, null, reason);
        }
    }

    internal static bool AreFigures(IReadOnlyList<double> means, IReadOnlyList<double> deviations) =>
        means.Count == deviations.Count && means.All(double.IsFinite) && deviations.All(static d => double.IsFinite(d) && d > 0);

    /// <summary>The figures to the bit as the writer had them: a text of single precision names the number next to it.</summary>
    internal TrainedModelInfo AsWritten()
    {
        return FormatVersion >= FirstInDouble ? this : this with { Means = Single(Means), StandardDeviations = Single(StandardDeviations), TargetMeans = Single(TargetMeans), TargetDeviations = Single(TargetDeviations) };

        static IReadOnlyList<double> Single(IReadOnlyList<double> figures) => [.. figures.Select(static figure => (double)(float)figure)];
    }

    /// <summary>Whether two models take the same samples and name the same classes, so that their answers can be averaged.</summary>
    internal bool AnswersAlike(TrainedModelInfo other) =>
        JsonSerializer.Serialize(this with { Run = other.Run, Step = other.Step, Kind = other.Kind, FormatVersion = other.FormatVersion, LargestValue = other.LargestValue, Label = other.Label is null ? null : Label ?? other.Label }, CheckpointJson.Options) == JsonSerializer.Serialize(other, CheckpointJson.Options);

    private static FeatureScaling? TargetScalingOf(TrainingData data, LossOptions loss) => loss.KindFor(data.Train.Targets).IsOfErrors() ? data.TargetScaling : null;

    internal static TrainedModelInfo FromRun(RunDescription run, TrainingData data, LossOptions loss) => new()
    {
        // A model is passed on to others, whom its maker's folders do not concern.
        Run = run.WithoutCode() with { DataPath = null },
        InputShape = data.Shape,
        Loss = loss.KindFor(data.Train.Targets),
        LossShape = loss.ShapeFor(loss.KindFor(data.Train.Targets)),
        Outputs = loss.OutputsFor(data.Train.Targets),
        Classes = data.Train.Targets is ClassTargets targets ? targets.ClassNames : [],
        Features = data.FeatureNames ?? [],
        Label = data.LabelName,
        Means = data.Scaling.Means,
        StandardDeviations = data.Scaling.StandardDeviations,
        ChannelsLast = data.Scaling.ChannelsLast,
        TakesWholeNumbers = data.Train.Samples is SampleReader { IsInteger: true },
        TargetMeans = TargetScalingOf(data, loss)?.Means ?? [],
        TargetDeviations = TargetScalingOf(data, loss)?.StandardDeviations ?? [],
        LargestValue = data is { Shape.Count: 1 or 3, Scaling.IsIdentity: true } ? SampleUnits.LargestOf(data.Train.Samples) : null,
        Step = 0,
        Kind = TrainedModelKind.Final,
    };
}

/// <summary>Which model of a run a file holds.</summary>
public enum TrainedModelKind
{
    /// <summary>The model at the run's end.</summary>
    Final,

    /// <summary>The model at the end of the best epoch.</summary>
    Best,

    /// <summary>The model at the end of a cycle.</summary>
    Snapshot,

    /// <summary>The mean of the weights of all snapshots.</summary>
    Average,

    /// <summary>The exponential moving average of the weights over all updates.</summary>
    MovingAverage,
}

/// <summary>Trained weights as a safetensors file, which Python reads too; what is known about them lies in its metadata.</summary>
internal static class TrainedModelFile
{
    /// <summary>The text in which a model is described.</summary>
    public const string InfoName = OwnPrefix + "trained_model";

    private const string OwnPrefix = "clr.", ChecksumName = OwnPrefix + "sha256";

    /// <summary>Writes what of a learner's state is of the model; a reader sees the whole file or the one before.</summary>
    public static void Write(string path, IEnumerable<StateTensor> tensors, TrainedModelInfo info)
    {
        StateTensor[] weights = [.. tensors.Where(static t => t.IsOfModel).Select(CheckpointFiles.WithoutModelPrefix)];
        string text = JsonSerializer.Serialize(info, CheckpointJson.Options);
        var metadata = new Dictionary<string, string>(CheckpointFiles.PyTorchFormat) { [InfoName] = text, [ChecksumName] = Checksum(text, weights) };
        AtomicFile.Write(path, stream => SafetensorsWriter.Write(stream, weights, metadata));
    }

    /// <summary>Reads weights, with names that begin with <c>model.</c>, and what is known about them.</summary>
    public static (TrainedModelInfo Info, IReadOnlyList<StateTensor> Tensors) Read(string path)
    {
        Errors.Require.Exists(path, "a file of trained weights, such as best.safetensors, which training with -DestinationPath writes");
        SafetensorsContent content = SafetensorsReader.Read(path);
        return InfoIn(path, content) is { } info
            ? (info, [.. content.Tensors.Select(CheckpointFiles.WithModelPrefix)])
            : throw new TrainedModelException(TrainedModelErrors.NoInfo, $"'{path}' holds weights, but does not say of which model; give a file that training here wrote.");
    }

    /// <summary>What a file says of its weights, which are as they were written; null where it says nothing.</summary>
    public static TrainedModelInfo? InfoIn(string path, SafetensorsContent content)
    {
        if (!content.Metadata.TryGetValue(InfoName, out string? text))
            return null;
        // Files of before have none, and a mark that is damaged must not look like none.
        if (content.Metadata.Keys.FirstOrDefault(static key => key.StartsWith(OwnPrefix, StringComparison.Ordinal) && key is not (InfoName or ChecksumName)) is { } unknown)
            throw new TrainedModelException(TrainedModelErrors.Info, $"'{path}' describes its model in words that are not known here ({unknown}); write it again with this program.");
        if (content.Metadata.TryGetValue(ChecksumName, out string? checksum) && checksum != Checksum(text, content.Tensors))
            throw new TrainedModelException(TrainedModelErrors.Checksum, $"'{path}' is not as it was written: the SHA-256 of its weights and their description is not the one that it names. Copy it again; whoever changes weights on purpose leaves the text '{ChecksumName}' out.");
        return ReadInfo(path, text);
    }

    // The format has no checksum of its own.
    private static string Checksum(string info, IEnumerable<StateTensor> weights)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes(info));
        foreach (StateTensor tensor in weights.OrderBy(static tensor => tensor.Name, StringComparer.Ordinal))
        {
            hash.AppendData(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"\n{tensor.Name} {tensor.Type.Code()} {string.Join(',', tensor.Shape)}\n")));
            hash.AppendData(tensor.Bytes.Span);
        }
        return Convert.ToHexString(hash.GetHashAndReset()).ToLowerInvariant();
    }

    /// <summary>What the text in a file says of its model.</summary>
    public static TrainedModelInfo ReadInfo(string path, string text)
    {
        try
        {
            var json = new StrictJson(StrictJson.Bytes(text));
            var version = (int)json.Peek(CheckpointJson.FormatVersion);
            return version is < TrainedModelInfo.EarliestVersion or > TrainedModelInfo.CurrentVersion
                ? throw Another($"of format version {version}")
                : ((TrainedModelInfo)json.Read(new JsonMember("", typeof(TrainedModelInfo)), new JsonSchema(CheckpointJson.Options, version, TrainedModelInfo.CurrentVersion))!).AsWritten();
        }
        catch (JsonFault fault) when (fault is { Kind: JsonFaultKind.Missing, Path: "$." + nameof(TrainedModelInfo.FormatVersion) })
        {
            throw Another("without a format version");
        }
        catch (JsonFault fault)
        {
            throw new TrainedModelException(TrainedModelErrors.Info, $"'{path}' describes its model in words that are not known here ({fault.Message}); write it again with this program.", fault);
        }

        TrainedModelException Another(string which) =>
            new(TrainedModelErrors.Info, $"'{path}' was written by another version of this program, {which} ($.FormatVersion), and this one reads format versions {TrainedModelInfo.EarliestVersion} to {TrainedModelInfo.CurrentVersion}; use the program that wrote it, or train the model again.");
    }
}
