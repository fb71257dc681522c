using ClrEngine.Data;
using ClrEngine.Schedules;
using ClrEngine.Torch.Augmentation;
using ClrEngine.Torch.Cycles;
using ClrEngine.Torch.Losses;
using ClrEngine.Torch.Models;
using ClrEngine.Torch.Native;
using ClrEngine.Torch.Optimizers;
using ClrEngine.Torch.Pretrained;
using ClrEngine.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace ClrEngine.Torch.Learning;

/// <summary>A torch module that learns a data set.</summary>
internal sealed class TorchLearner : ILearner, IDisposable
{
    private static readonly ErrorCause BatchOfOne = new(nameof(BatchOfOne), ErrorKind.InvalidArgument,
        "The model has batch normalisation, and a batch has one sample, over which there is no variance.", "Give a `-BatchSize` of at least 2.");

    private const int EvaluationBatch = 1024;
    private const int CudaReadInterval = 8;

    private readonly Device _device;
    private readonly LearnerOptions _options;
    private readonly TorchRandom? _random;
    private readonly bool _draws;
    private readonly SampleWeights? _weights;
    private readonly double _targetVariance;
    private readonly int _evaluationBatch;
    private readonly ImageAugmenter? _augmenter;
    private readonly BatchMixer? _mixer;
    private readonly MasterCopies? _masters;
    private readonly WeightAverage? _average;
    private readonly IOptimizer _optimizer;
    private readonly StepTape _tape;
    private readonly bool? _oneDnn;
    private readonly ChannelsLast _channelsLast;
    private readonly ModuleUse _use;
    private readonly FrozenParameters? _frozen;

    private readonly Targets _targets;
    private ValidationFigure? _figure;
    private IReadOnlyList<Metric> _metrics = [];

    // False before the first step, after one that failed halfway and after a restored state: somebody's gradients may lie there.
    private bool _gradientsAreFree;

    /// <summary>Moves the model and the data to the device. The model stays the caller's; it draws from the given stream, or from whichever is drawn from.</summary>
    public TorchLearner(nn.Module<Tensor, Tensor> model, TrainingData data, LearnerOptions options, TorchRandom? random = null)
    {
        options.Validate();
        _device = TorchDevices.Resolve(options.Device);
        (Model, _options, _random) = (model, options, random);
        _draws = RandomParts.MayDraw(model);
        _use = new ModuleUse(model);
        try
        {
            _frozen = new FrozenParameters(model, options.Freeze);
            // Refused before anything lies on the device, and before a model is rounded to fewer digits.
            ParameterGroup.Split(model.named_parameters(), options.Optimizer);
            Loss = Loss.Create(options.Loss, data, _device);
            _targets = data.Validation.Targets;
            _weights = SampleWeights.From(options.Loss, data.Train.Targets);
            _targetVariance = Loss is MeanSquaredError && data.Validation.Targets is ValueTargets values ? MeanSquaredError.VarianceOf(values) : 0;
            MultiplyAdds = CountMultiplyAdds(model, data.Shape);
            _evaluationBatch = SampleTensors.EvaluationBatch(data.Validation.Samples, EvaluationBatch);
            _mixer = BatchMixer.For(options.Augmentation, data, options.Loss.KindFor(data.Train.Targets));
            _augmenter = options.Augmentation.IsNone ? null : new ImageAugmenter(options.Augmentation, data, _device);
            if (_device.type == DeviceType.CUDA)
                TorchContext.TrySet(TorchContext.DeterministicCuDnn, true);
            if (_device.type != DeviceType.CPU)
                TiedParameters.RequireUnshared(model, $"move to {_device}");
            Model.to(_device);
            (Train, Validation) = SampleSet.Open(data, Loss.TargetScaling, _device, options.ResidencyBudget);
            _tape = new StepTape(Loss, _device);
            if (options.Precision == Precision.BFloat16)
            {
                _frozen.KeepDigits();
                _masters = MasterCopies.Narrow(model, options.Optimizer);
                _frozen.GiveDigitsBack();
            }
            _optimizer = _masters ?? (IOptimizer)new FusedOptimizer(TiedParameters.Distinct(model), options.Optimizer);
            _average = options.EmaDecay is { } decay ? new WeightAverage(_optimizer, ModelWeights.Live(model), decay, name => _frozen.Stays(name[StateTensor.ModelPrefix.Length..])) : null;
            _optimizer = _average ?? _optimizer;
            _oneDnn = OneDnn.UseFor(model, _device);
            _channelsLast = ChannelsLast.For(model, data.Shape, _oneDnn);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public nn.Module<Tensor, Tensor> Model { get; }
    public Loss Loss { get; }
    public SampleSet Train { get; }
    public SampleSet Validation { get; }
    public long SampleCount => Train.Count;
    public double MultiplyAdds { get; }
    public string Device => _device.ToString();

    /// <summary>Threads of one operation on the CPU; null leaves libtorch's own number.</summary>
    public int? Threads => _options.Threads;

    public FrozenParameters Frozen => _frozen!;

    public string Residency => $"Training: {Train.Residency}. Validation: {Validation.Residency}.";

    public int ReadInterval => _device.type == DeviceType.CPU ? 1 : CudaReadInterval;

    public void Step(in Batch batch, in SchedulePoint point)
    {
        // Whoever turned gradients off, in the session or in a loss of his own, did not mean training.
        using IDisposable? gradients = is_grad_enabled() ? null : enable_grad();
        try
        {
            Learn(batch, point);
        }
        catch (Exception raw) when (TorchOperationException.IsRaw(raw))
        {
            throw TorchOperationException.OfBatch($"update {point.Step + 1}", raw, batch.Count);
        }
    }

    public StepReadings Read() => TorchOperationException.Guard("reading the losses", _tape.Read);

    public Evaluation Evaluate(CancellationToken cancellationToken = default) => TorchOperationException.Guard("validation", Math.Min(_evaluationBatch, Validation.Count), () =>
    {
        Evaluation own = EvaluateAsItIs(cancellationToken, _metrics);
        return _average is null ? own : own with { Average = _average.InPlace(() => EvaluateAsItIs(cancellationToken)) };
    });

    /// <summary>Has each validation measure a figure too, and the metrics of one's own.</summary>
    /// <exception cref="InvalidParameterException">The task has none such, or a metric no code.</exception>
    public void Measure(ValidationFigure? figure)
    {
        FigureTally.Require(figure, _targets, _options.Loss, _options.Metrics);
        foreach (Metric metric in _options.Metrics)
            metric.RequireCode();
        (_figure, _metrics) = (figure, _options.Metrics);
    }

    public ILearnerState Capture() => TorchOperationException.Guard("copying the state", () =>
    {
        using TorchRandom.Section stream = TorchRandom.Borrow(_random);
        return new TorchLearnerState(Model, _optimizer);
    });

    public void Restore(ILearnerState state) => TorchOperationException.Guard("restoring the state", () =>
    {
        using TorchRandom.Section stream = TorchRandom.Borrow(_random);
        _tape.Read();
        ((TorchLearnerState)state).PutBack(Model, _optimizer);
        return _gradientsAreFree = false;
    });

    public ISnapshotEnsemble NewEnsemble() => new TorchSnapshotEnsemble(this);

    /// <summary>Frees the data, the optimiser state and the tape; the model stays, in 32 bits.</summary>
    public void Dispose()
    {
        Train?.Dispose();
        Validation?.Dispose();
        _tape?.Dispose();
        Loss?.Dispose();
        _augmenter?.Dispose();
        _masters?.Widen(Model);
        _frozen?.Dispose();
        _optimizer?.Dispose();
        _use.Dispose();
    }

    /// <summary>Refuses batches of one sample where batch normalisation takes a variance over each batch, as PyTorch does: there is none over one value, and what is kept of it is NaN for ever.</summary>
    public void RequireOneSuffices()
    {
        bool suffices = false;
        using OneDnn.Section section = OneDnn.Enter(_oneDnn);
        using TorchRandom.Section stream = TorchRandom.Borrow(_random);
        using var state = new TorchLearnerState(Model, _optimizer);
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        try
        {
            SetTraining();
            suffices = BatchNormStatistics.TakesOne(Model, () => Forward(Train.Slice(0, 1).Features));
        }
        catch (Exception raw) when (TorchOperationException.IsRaw(raw) && raw.Message.Contains("more than 1 value per channel", StringComparison.Ordinal))
        {
            // So says a scripted layer itself.
        }
        finally
        {
            state.PutBack(Model, _optimizer);
            _gradientsAreFree = false;
        }
        if (!suffices)
            throw new InvalidParameterException("BatchSize", 1, "Expected more than 1 value per channel when training: batch normalisation takes the variance of each batch, and one sample has none. Give a BatchSize of at least 2, or a model without batch normalisation.", BatchOfOne);
    }

    private void Learn(in Batch batch, in SchedulePoint point)
    {
        using OperationThreads.Section threads = OperationThreads.Enter(Threads);
        // The backward pass looks at the switch too.
        using OneDnn.Section section = OneDnn.Enter(_oneDnn);
        SetTraining();
        if (!_gradientsAreFree)
            _optimizer.ZeroGrad();
        _gradientsAreFree = false;
        _tape.Begin();
        // Batch normalisation has no variance to take over a single sample.
        int parts = Math.Clamp(batch.Count / 2, 1, _options.AccumulationSteps);
        for (int part = 0; part < parts; part++)
        {
            int from = (int)((long)batch.Count * part / parts);
            int to = (int)((long)batch.Count * (part + 1) / parts);
            Backward(batch, from, to - from);
        }
        _optimizer.Step(point);
        _optimizer.ZeroGrad();
        _gradientsAreFree = true;
    }

    /// <summary>The moving average of the weights; null where none is kept.</summary>
    public IReadOnlyList<StateTensor>? Average => _average is null ? null : [.. _average.Averages.Select(static average => TensorBytes.Export(average.Name, average.Tensor))];

    private void SetTraining()
    {
        if (Model.training)
            return;
        Model.train();
        _frozen?.Hold();
    }

    /// <summary>How the weights that the model has at present do, by metrics of one's own too where they are given; the caller guards it.</summary>
    public Evaluation EvaluateAsItIs(CancellationToken cancellationToken, IReadOnlyList<Metric>? metrics = null)
    {
        using OperationThreads.Section threads = OperationThreads.Enter(Threads);
        using var mode = ModuleModes.Evaluation(Model);
        using var buffers = new ModuleBuffers(Model);
        using var noGrad = no_grad();
        using var folded = new FoldedNorms(Model);
        using Tensor lossSum = zeros(1, ScalarType.Float64, _device);
        using Tensor weightSum = zeros(1, ScalarType.Float64, _device);
        using Tensor correct = zeros(1, ScalarType.Int64, _device);
        FigureTally? tally = FigureTally.For(_figure, _targets, Loss);
        using MetricTally? own = metrics is { Count: > 0 } ? new MetricTally(metrics, Loss) : null;
        for (long start = 0; start < Validation.Count; start += _evaluationBatch)
        {
            cancellationToken.ThrowIfCancellationRequested();
            using var scope = NewDisposeScope();
            (Tensor features, Tensor targets) = Validation.Slice(start, (int)Math.Min(_evaluationBatch, Validation.Count - start));
            Tensor output = Forward(features, folded.Forward);
            lossSum.add_(Loss.Sum(output, targets), Scalars.One);
            if (Loss.Weight(targets) is { } weights)
                weightSum.add_(weights, Scalars.One);
            if (Loss.Hits(output, targets) is { } hits)
                correct.add_(hits, Scalars.One);
            tally?.Add(output, targets);
            own?.Add(output, targets);
        }
        double weight = weightSum.item<double>();
        double loss = lossSum.item<double>() / (weight > 0 ? weight : Validation.Count);
        var evaluation = new Evaluation(loss, Loss.CountsHits ? 100.0 * correct.item<long>() / Validation.Count : null, Validation.Count)
        {
            RSquared = _targetVariance > 0 ? 1 - loss / _targetVariance : null,
            // What diverged has no metrics: the loss says so.
            Metrics = double.IsFinite(loss) ? own?.Values() : null,
        };
        return evaluation with
        {
            Figure = _figure switch
            {
                ValidationFigure.Loss => evaluation.Loss,
                ValidationFigure.Accuracy => evaluation.Accuracy,
                ValidationFigure.RSquared => evaluation.RSquared,
                ValidationFigure.HighestMetric or ValidationFigure.LowestMetric => evaluation.Metrics?[0].Value,
                _ => tally?.Figure,
            },
        };
    }

    private void Backward(in Batch batch, int from, int count)
    {
        using var scope = NewDisposeScope();
        (Tensor features, Tensor targets) = Train.Gather(batch.Order, batch.Start + from, count);
        Tensor varied = _augmenter?.Vary(features, batch.Order, batch.Start + from) ?? features, output, loss;
        if (_mixer is null)
        {
            output = Forward(varied);
            loss = Loss.Mean(output, targets);
        }
        else
        {
            (Tensor mixed, Tensor others, double share) = _mixer.Mix(varied, targets, batch.Order, batch.Start + from);
            using Scalar own = share, rest = 1 - share;
            output = Forward(mixed);
            loss = Loss.Mean(output, targets).mul(own).add(Loss.Mean(output, others).mul(rest), Scalars.One);
        }
        if (count != batch.Count)
        {
            using Scalar share = Share(batch.Indices.Span, from, count);
            loss = loss.mul(share);
        }
        loss.backward();
        _tape.Add(loss, output, targets);
    }

    // What a part's mean weighs in the mean over the whole batch.
    private double Share(ReadOnlySpan<long> samples, int from, int count) => _weights is null
        ? (double)count / samples.Length
        : _weights.Sum(samples.Slice(from, count)) / _weights.Sum(samples);

    // A convolution's weights are used at each pixel, which counts too many behind pooling; a matrix once, and once a step of a sequence.
    private static double CountMultiplyAdds(nn.Module model, IReadOnlyList<long> shape) => model.parameters().Sum(parameter => parameter.shape.Length switch
    {
        > 2 => parameter.numel() * shape.Skip(1).Aggregate(1.0, static (product, side) => product * side),
        2 when shape.Count == 2 => (double)parameter.numel() * shape[0],
        _ => parameter.numel(),
    });

    /// <summary>Calls the model in the type of number that it works in; the output is in 32 bits.</summary>
    public Tensor Forward(Tensor features) => Forward(features, Model.forward);

    private Tensor Forward(Tensor features, Func<Tensor, Tensor> model)
    {
        using OneDnn.Section section = OneDnn.Enter(_oneDnn);
        using TorchRandom.Section stream = _draws ? TorchRandom.Borrow(_random) : default;
        if (_draws && Model.training)
            TorchRandom.SeedCuda(_device);
        using Tensor? laid = _channelsLast.Lay(features);
        Tensor input = laid ?? features;
        if (_masters is null)
            return model(input);
        using Tensor narrow = input.dtype == ScalarType.Int64 ? input.alias() : input.to(ScalarType.BFloat16);
        using Tensor output = model(narrow);
        return output.to(ScalarType.Float32);
    }
}
