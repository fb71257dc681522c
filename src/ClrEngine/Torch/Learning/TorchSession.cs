using ClrEngine.Data;
using ClrEngine.Torch.Models;
using ClrEngine.Torch.Native;
using ClrEngine.Training;
using ClrEngine.Training.Cycles;
using static TorchSharp.torch;

namespace ClrEngine.Torch.Learning;

/// <summary>
/// All that a range test or a training run needs, opened together and freed together:
/// libtorch, seeded generators, a model, its data on the device, and a plan of batches.
/// </summary>
public sealed class TorchSession : IDisposable
{
    private readonly TorchRandom _random;
    private readonly nn.Module<Tensor, Tensor>? _owned;
    private readonly TorchLearner _learner;
    private readonly ModelSource _model;
    private readonly string? _modelIdentity;
    private readonly TrainingData _data;

    private TorchSession(TorchRandom random, nn.Module<Tensor, Tensor>? owned, TorchLearner learner, BatchPlan plan, ModelSource model, TrainingData data)
    {
        _model = model;
        _modelIdentity = model.Identity();
        _data = data;
        _random = random;
        _owned = owned;
        _learner = learner;
        Plan = plan;
    }

    /// <summary>What learns.</summary>
    public ILearner Learner => _learner;

    /// <summary>Which samples each update sees.</summary>
    public BatchPlan Plan { get; }

    /// <summary>An ensemble that takes the model at the ends of cycles; the caller disposes it.</summary>
    public ISnapshotEnsemble NewEnsemble() => _learner.NewEnsemble();

    /// <summary>The device's name.</summary>
    public string Device => _learner.Device;

    /// <summary>Where it takes place: device, threads and versions.</summary>
    public RunEnvironment Environment => TorchRunEnvironment.Current(Device) with { Threads = Threads };

    /// <summary>Threads of one operation on the CPU.</summary>
    public int Threads { get; private init; }

    /// <summary>Where the samples lie, for people.</summary>
    public string Residency => _learner.Residency;

    /// <summary>A history with what it was made of and where: model, data, device, threads, versions.</summary>
    /// <param name="history">The history of a run of this session.</param>
    public TrainingHistory Describe(TrainingHistory history)
    {
        ArgumentNullException.ThrowIfNull(history);
        return history with
        {
            Model = _model.Name,
            ModelIdentity = _modelIdentity,
            Data = _data.Name,
            DataIdentity = _data.Identity,
            Device = Device,
            Threads = Threads,
            Versions = EngineVersions.Line,
        };
    }

    /// <summary>Opens a session.</summary>
    /// <param name="model">Where the model comes from.</param>
    /// <param name="data">The data set.</param>
    /// <param name="options">How the model learns.</param>
    /// <param name="batchSize">Samples of a batch.</param>
    /// <param name="seed">The seed of weights, batch order and dropout.</param>
    /// <exception cref="TorchLibraryException">libtorch cannot be loaded.</exception>
    /// <exception cref="Errors.InvalidParameterException">A value cannot be used.</exception>
    /// <exception cref="ModelMismatchException">The model does not fit the data.</exception>
    /// <exception cref="ModelFileException">The model's file is missing or is not TorchScript.</exception>
    /// <exception cref="TorchOperationException">libtorch cannot make the model or its data ready, for want of memory above all.</exception>
    public static TorchSession Open(ModelSource model, TrainingData data, LearnerOptions options, int batchSize, int seed)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(data);
        ArgumentNullException.ThrowIfNull(options);
        var plan = new BatchPlan(data.Train.Count, batchSize, seed);
        TorchLibrary.EnsureLoaded();
        TorchRandom random = TorchRandom.Seeded(seed);
        nn.Module<Tensor, Tensor>? module = null;
        try
        {
            int outputs = options.Loss.OutputsFor(data.Train.Targets);
            using (random.Enter())
            {
                module = model.Open(data.Train.Samples.Shape, outputs);
                ModelFit.Require(module, model.Name, data.Train.Samples, outputs);
            }
            options = options with { Threads = options.Threads ?? OperationThreads.For(module, data.Train.Samples.Shape, plan.BatchSize) };
            return new TorchSession(random, model.IsBuilt ? module : null, new TorchLearner(module, data, options, random), plan, model, data) { Threads = options.Threads.Value };
        }
        catch (Exception failure)
        {
            if (model.IsBuilt)
                module?.Dispose();
            random.Dispose();
            if (TorchOperationException.IsRaw(failure))
                throw new TorchOperationException($"making model '{model.Name}' ready", failure);
            throw;
        }
    }

    /// <summary>Frees what the session made and gives the random state back; a model that was given stays.</summary>
    public void Dispose()
    {
        _learner.Dispose();
        _owned?.Dispose();
        _random.Dispose();
        HostMemory.GiveBack();
    }
}
