using ClrEngine.Data;
using ClrEngine.Torch.Losses;
using ClrEngine.Torch.Models;
using ClrEngine.Torch.Native;
using ClrEngine.Torch.Pretrained;
using ClrEngine.Training;
using static TorchSharp.torch;

namespace ClrEngine.Torch.Learning;

/// <summary>
/// All that a range test or a training run needs, opened together and freed together:
/// libtorch, seeded generators, a model, its data on the device, and a plan of batches.
/// </summary>
public sealed class TorchSession : IDisposable
{
    private readonly TorchRandom _random;
    private readonly nn.Module<Tensor, Tensor>? _built;
    private readonly ModuleModes? _modes;
    private readonly (nn.Module Module, IReadOnlyList<StateTensor> Weights)? _before;

    private TorchSession(ModelSource model, TrainingData data, LearnerOptions options, BatchPlan plan)
    {
        Plan = plan;
        _random = TorchRandom.Seeded(plan.Seed);
        try
        {
            int outputs = options.Loss.OutputsFor(data.Train.Targets);
            nn.Module<Tensor, Tensor> module;
            using (_random.Enter())
            {
                module = model.Open(data.Train.Samples.Shape, outputs);
                _built = model.IsBuilt ? module : null;
            }
            _modes = model.IsBuilt ? null : new ModuleModes(module);
            IReadOnlyList<StateTensor>? before = model.IsBuilt || options.Weights is null ? null : ModelWeights.Export(module);
            InitialWeights? begun = InitialWeights.Load(module, model.Name, outputs, options, data);
            _before = before is null ? null : (module, before);
            Warnings = [.. begun?.Warnings ?? [], .. FreshAndFrozen(model, begun, options), .. ModelFit.Require(module, model.Name, data.Train.Samples, outputs, _random, data.Validation.Samples, areLogits: options.Loss.KindFor(data.Train.Targets) is var kind && !kind.IsOfErrors())];
            PrecisionChoice? chosen = options.Precision == Precision.Auto ? PrecisionChoice.For(module, TorchDevices.Resolve(options.Device), data.Train.Samples, plan.BatchSize) : null;
            options = options with { KnownWeights = begun?.Identity, Precision = chosen?.Precision ?? options.Precision, Threads = options.Threads ?? OperationThreads.For(module, data.Train.Samples.Shape, plan.BatchSize) };
            TorchLearner = new TorchLearner(module, data, options, _random);
            if (plan.BatchSize == 1)
                TorchLearner.RequireOneSuffices();
            string?[] ofLearner = [TorchLearner.Frozen.Remark, chosen?.Remark, TorchLearner.Residency, $"Threads of one operation on the CPU: {TorchLearner.Threads}."];
            Remarks = [.. begun?.Remarks ?? [], .. ofLearner.OfType<string>()];
            Description = TorchRun.Describe(model, data, options, plan, TorchLearner.Device);
            GivesWeightsBack = false;
        }
        catch (Exception failure)
        {
            Dispose();
            if (TorchOperationException.IsRaw(failure) || (failure is not IClrError && TorchOperationException.IsOutOfMemory(failure)))
                throw new TorchOperationException($"making model '{model.Name}' ready", failure);
            throw;
        }
    }

    // The weights of a name are drawn, and those of a file or a module of one's own may be worth keeping.
    private static IEnumerable<string> FreshAndFrozen(ModelSource model, InitialWeights? begun, LearnerOptions options) =>
        begun is null && options.Freeze.Count > 0 && ModelCatalog.IsName(model.Name)
            ? [$"Freeze keeps layers of model '{model.Name}' as they are drawn, and they never learn: give -Weights, or leave {string.Join(", ", options.Freeze)} out."]
            : [];

    /// <summary>What learns.</summary>
    public ILearner Learner => TorchLearner;

    /// <summary>Which samples each update sees.</summary>
    public BatchPlan Plan { get; }

    /// <summary>What a run of this session is, but for its schedule.</summary>
    public RunDescription Description { get; }

    /// <summary>What people should know of the model, one sentence each: that it was traced in one mode, for example.</summary>
    public IReadOnlyList<string> Warnings { get; }

    internal TorchLearner TorchLearner { get; }

    /// <summary>What is worth a remark, one sentence each: which weights the model begins with, what is frozen, where the data lies.</summary>
    internal IReadOnlyList<string> Remarks { get; }

    /// <summary>Whether a module that somebody made gets back the weights that it had before those of a file, as after a range test and where nothing came of the session.</summary>
    internal bool GivesWeightsBack { get; set; } = true;

    /// <summary>Threads of one operation on the CPU.</summary>
    public int Threads => Description.Threads!.Value;

    /// <summary>Where the samples lie, for people.</summary>
    public string Residency => TorchLearner.Residency;

    /// <summary>Opens a session; the seed is that of weights, batch order and dropout.</summary>
    /// <exception cref="TorchLibraryException">libtorch cannot be loaded.</exception>
    /// <exception cref="Errors.InvalidParameterException">A value cannot be used.</exception>
    /// <exception cref="ModelMismatchException">The model does not fit the data.</exception>
    /// <exception cref="ModelFileException">The model's file is missing or is not TorchScript.</exception>
    /// <exception cref="WeightsException">The file of weights cannot be read, or does not fit the model.</exception>
    /// <exception cref="TorchOperationException">libtorch cannot make the model or its data ready, for want of memory above all.</exception>
    public static TorchSession Open(ModelSource model, TrainingData data, LearnerOptions options, int batchSize, int seed)
    {
        ArgumentNullException.ThrowIfNull(data);
        return Open(model, data, options, new BatchPlan(data.Train.Count, batchSize, seed));
    }

    /// <summary>Opens a session over batches that are planned already; their seed is also that of weights and dropout.</summary>
    /// <inheritdoc cref="Open(ModelSource, TrainingData, LearnerOptions, int, int)"/>
    public static TorchSession Open(ModelSource model, TrainingData data, LearnerOptions options, BatchPlan plan)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(data);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(plan);
        TorchLibrary.EnsureLoaded();
        return new TorchSession(model, data, options, plan);
    }

    /// <summary>Frees what the session made and gives the random state back; a model that was given stays, in the mode that it had.</summary>
    public void Dispose()
    {
        TorchLearner?.Dispose();
        if (GivesWeightsBack && _before is var (module, weights))
            ModelWeights.Load(module, weights);
        _modes?.PutBack();
        _built?.Dispose();
        _random.Dispose();
        HostMemory.GiveBack();
    }
}
