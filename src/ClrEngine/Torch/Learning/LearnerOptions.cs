using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;
using ClrEngine.Torch.Augmentation;
using ClrEngine.Torch.Losses;
using ClrEngine.Torch.Optimizers;
using ClrEngine.Torch.Pretrained;
using ClrEngine.Training;

namespace ClrEngine.Torch.Learning;

/// <summary>How a model learns.</summary>
public sealed record LearnerOptions
{
    /// <summary>The device's name: <c>auto</c>, <c>cpu</c>, <c>cuda</c> or <c>cuda:N</c>.</summary>
    public string Device { get; init; } = "auto";

    /// <summary>The optimiser.</summary>
    public OptimizerOptions Optimizer { get; init; } = new();

    /// <summary>The loss.</summary>
    public LossOptions Loss { get; init; } = new();

    /// <summary>How training images are varied.</summary>
    public AugmentationOptions Augmentation { get; init; } = new();

    /// <summary>How the rate is lowered where the validation loss no longer falls.</summary>
    public PlateauOptions Plateau { get; init; } = new();

    /// <summary>Parts into which a batch is split, at least 1: their gradients add up to one update, and only one part is in memory at a time.</summary>
    public int AccumulationSteps { get; init; } = 1;

    /// <summary>The type of number that the model works in.</summary>
    public Precision Precision { get; init; } = Precision.Float32;

    /// <summary>Threads of one operation on the CPU, from 1 to four times the processors; null for as many as the work of a step occupies.</summary>
    public int? Threads { get; init; }

    /// <summary>The decay of an exponential moving average of the weights that is kept and evaluated beside them, above 0 and below 1, such as 0.999; null keeps none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public double? EmaDecay { get; init; }

    /// <summary>Metrics of one's own, which each validation of a training run gives beside loss and accuracy; none if empty.</summary>
    public IReadOnlyList<Metric> Metrics { get; init; } = [];

    /// <summary>Bytes of samples that may lie on the device as a whole; larger sets are read batch by batch. Null for half the memory on the CPU and 4 GiB on CUDA.</summary>
    [JsonIgnore]
    public long? ResidencyBudget { get; init; }

    /// <summary>A file of weights that the model begins with: a trained model, safetensors, or a state dict that Python's <c>torch.save</c> wrote, of which nothing is run; null for the weights that it has.</summary>
    [JsonIgnore]
    public string? Weights { get; init; }

    /// <summary>The SHA-256 that the file of weights has, in hex digits, so that another in its place is refused; null takes any.</summary>
    [JsonIgnore]
    public string? WeightsSha256 { get; init; }

    /// <summary>How exactly the file must fit the model.</summary>
    public WeightsMatch WeightsMatch { get; init; }

    /// <summary>Patterns of parameter names with <c>*</c> and <c>?</c>: those parameters stay as they are, and so do the statistics of a normalisation all of whose parameters are among them.</summary>
    public IReadOnlyList<string> Freeze { get; init; } = [];

    /// <summary>The file of weights as a run's description knows it, which names no folder.</summary>
    [JsonInclude, JsonPropertyName(nameof(Weights))]
    internal WeightsIdentity? KnownWeights { get; init; }

    /// <summary>The file of weights that the run began with whose checkpoint is gone on from: what the checkpoint has, the file need not be there for.</summary>
    [JsonIgnore]
    internal WeightsIdentity? ResumedWeights { get; init; }

    /// <summary>The SHA-256 that the file of weights must have; null where any will do.</summary>
    [JsonIgnore]
    internal string? WantedWeights => WeightsSha256?.ToLowerInvariant() ?? KnownWeights?.Sha256;

    internal void Validate()
    {
        TorchDevices.RequireName(Device);
        Require.AtLeast(AccumulationSteps, 1, nameof(AccumulationSteps));
        Require.Defined(Precision, nameof(Precision));
        Require.Defined(WeightsMatch, nameof(WeightsMatch));
        if (WeightsMatch != WeightsMatch.Head && Weights is null && KnownWeights is null)
            throw new InvalidParameterException(nameof(WeightsMatch), WeightsMatch, "WeightsMatch says how a file of weights must fit, and none is given: give Weights, or leave WeightsMatch out.");
        if (WeightsSha256 is { } sha256 && (sha256.Length != 64 || !sha256.All(char.IsAsciiHexDigit)))
            throw new InvalidParameterException(nameof(WeightsSha256), sha256, $"WeightsSha256 is '{sha256}'; give the 64 hex digits that sha256sum, or (Get-FileHash file).Hash, says of the file.");
        if (WeightsSha256 is not null && Weights is null && KnownWeights is null)
            throw new InvalidParameterException(nameof(WeightsSha256), WeightsSha256, "WeightsSha256 says which file of weights is meant, and none is given: give Weights, or leave WeightsSha256 out.");
        if (EmaDecay is not (null or > 0 and < 1))
            throw new InvalidParameterException(nameof(EmaDecay), EmaDecay, string.Create(CultureInfo.InvariantCulture, $"EmaDecay is {EmaDecay}; give a number above 0 and below 1, such as 0.999."));
        OperationThreads.Validate(Threads);
        Require.AtLeast(ResidencyBudget ?? 0, 0, nameof(ResidencyBudget));
        Metric.Validate(Metrics);
        Augmentation.Validate();
        Plateau.Validate();
        Optimizer.Validate();
        Loss.Validate();
    }
}

/// <summary>The type of number that a model works in.</summary>
[SuppressMessage("Naming", "CA1720", Justification = "The field calls these types of number so.")]
public enum Precision
{
    /// <summary>32 bits.</summary>
    Float32,

    /// <summary>Brain floats of 16 bits, with copies of the weights in 32 bits that updates add up in; batch normalisation stays in 32 bits.</summary>
    BFloat16,

    /// <summary>BFloat16 where it gains, for a net that convolves on a processor with AVX512_BF16 or AMX, or whose batches are much work for a GPU of compute capability 8.0 or more, and Float32 elsewhere. A run is described by what was taken.</summary>
    Auto,
}
