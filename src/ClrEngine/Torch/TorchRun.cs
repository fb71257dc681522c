using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using ClrEngine.Data;
using ClrEngine.Torch.Learning;
using ClrEngine.Torch.Losses;
using ClrEngine.Torch.Models;
using ClrEngine.Torch.Native;
using ClrEngine.Torch.Optimizers;
using ClrEngine.Training;

namespace ClrEngine.Torch;

/// <summary>What a run on torch is, as a <see cref="RunDescription"/>, and the settings to learn so again.</summary>
public static class TorchRun
{
    private static readonly string[] MachineSettings = [nameof(LearnerOptions.Device), nameof(LearnerOptions.Threads)];

    private static readonly JsonSerializerOptions Json = new()
    {
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        Converters = { new JsonStringEnumConverter(namingPolicy: null, allowIntegerValues: false), new ClassWeightsConverter() },
    };

    /// <summary>The settings by which a described run learnt, on its device; those that the description does not hold have their defaults.</summary>
    /// <exception cref="InvalidParameterException">The description was changed, and is not one that this engine wrote.</exception>
    public static LearnerOptions SettingsOf(RunDescription run)
    {
        ArgumentNullException.ThrowIfNull(run);
        try
        {
            LearnerOptions settings = run.Learning is null ? new LearnerOptions() : JsonSerializer.Deserialize<LearnerOptions>(run.Learning, Json) ?? throw new JsonException("It is null.");
            if (settings is { Optimizer.ParameterGroups: not null, Loss: not null, Augmentation: not null, Plateau: not null, Freeze: not null, Metrics: not null })
                return settings with { Device = run.Device ?? settings.Device };
            throw new JsonException("A value is missing.");
        }
        catch (JsonException exception)
        {
            throw new InvalidParameterException("Run", run, $"The description of a run says how it learnt in words that are not known here ({exception.Message}); give the settings of the run themselves.");
        }
    }

    /// <summary>Describes a run that is about to begin, but for its schedule.</summary>
    internal static RunDescription Describe(ModelSource model, TrainingData data, LearnerOptions options, BatchPlan plan, string device) => RunDescription.FromPlan(plan) with
    {
        Model = model.Name,
        ModelIdentity = model.Identity(),
        Data = data.Name,
        DataIdentity = data.Identity,
        DataPath = data.Origin is { } origin && origin.Options == DataOptions.Default && Path.IsPathFullyQualified(origin.Text) ? origin.Text : null,
        Optimizer = OptimizerText(options.Optimizer),
        Loss = options.Loss.KindFor(data.Train.Targets).ToString(),
        Precision = options.Precision.ToString(),
        Learning = LearningJson(options),
        Device = device,
        Threads = options.Threads,
        Engine = TorchVersions.Engine,
        TorchSharp = TorchVersions.TorchSharp,
        Libtorch = LoadedLibtorch(),
        Runtime = RuntimeInformation.FrameworkDescription,
        Platform = RuntimeInformation.RuntimeIdentifier,
    };

    private static string LearningJson(LearnerOptions options)
    {
        JsonObject learning = JsonSerializer.SerializeToNode(options, Json)!.AsObject();
        foreach (string name in MachineSettings)
            learning.Remove(name);
        // What a run has none of is not told, as by those that were written before it could be.
        if (options.KnownWeights is null)
        {
            learning.Remove(nameof(LearnerOptions.Weights));
            learning.Remove(nameof(LearnerOptions.WeightsMatch));
        }
        if (options.Freeze.Count == 0)
            learning.Remove(nameof(LearnerOptions.Freeze));
        if (options.Metrics.Count == 0)
            learning.Remove(nameof(LearnerOptions.Metrics));
        if (options.Plateau.Patience is null)
            learning.Remove(nameof(options.Plateau));
        return learning.ToJsonString();
    }

    // A folder that somebody names, or the host, may hold any version and not say which; all other places hold the one of the build.
    private static string LoadedLibtorch()
    {
        TorchLibrary.EnsureLoaded();
        TorchLibrarySource loaded = TorchLibrary.Source!;
        return loaded.Version ?? (loaded.WasLoadedByHost || TorchEnvironment.Current().LibtorchFolder is not null ? "unknown" : TorchVersions.Libtorch);
    }

    private static string OptimizerText(OptimizerOptions options)
    {
        string own = options.Kind switch
        {
            OptimizerKind.Adam or OptimizerKind.AdamW => Text($"betas {options.Beta1} and {options.Beta2}"),
            OptimizerKind.RMSprop => Text($"alpha {options.Alpha}, momentum {options.OwnMomentum}"),
            _ => Text($"momentum {options.OwnMomentum}{(options.Nesterov ? " (Nesterov)" : "")}"),
        };
        string clip = options.ClipNorm is { } norm ? Text($", gradients clipped at {norm}") : "";
        return Text($"{options.Kind}, {own}, weight decay {options.OwnWeightDecay}{clip}");

        static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
    }

    private sealed class ClassWeightsConverter : JsonConverter<ClassWeights>
    {
        private const string Balanced = "balanced";

        public override ClassWeights Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            switch (reader.TokenType)
            {
                case JsonTokenType.String when reader.GetString() == Balanced:
                    return ClassWeights.Balanced;
                case JsonTokenType.StartArray:
                    return ClassWeights.From(JsonSerializer.Deserialize<double[]>(ref reader, options)!);
                case JsonTokenType.StartObject:
                    return ClassWeights.From(JsonSerializer.Deserialize<Dictionary<string, double>>(ref reader, options)!);
                default:
                    throw new JsonException("Class weights are the word balanced, a list or a table.");
            }
        }

        public override void Write(Utf8JsonWriter writer, ClassWeights value, JsonSerializerOptions options)
        {
            if (value.IsBalanced)
                writer.WriteStringValue(Balanced);
            else
                JsonSerializer.Serialize(writer, value.PerClass ?? (object)value.PerName!, options);
        }
    }
}
