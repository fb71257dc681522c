using ClrEngine.Data;
using ClrEngine.Schedules;
using ClrEngine.Torch.Augmentation;
using ClrEngine.Torch.Cycles;
using ClrEngine.Torch.Losses;
using ClrEngine.Torch.Models;
using ClrEngine.Torch.Native;
using ClrEngine.Torch.Optimizers;
using ClrEngine.Training;
using ClrEngine.Training.Cycles;
using TorchSharp;
using static TorchSharp.torch;

namespace ClrEngine.Torch.Learning;

/// <summary>A torch module that learns a data set.</summary>
public sealed class TorchLearner : ILearner, IDisposable
{
    private const int EvaluationBatch = 1024;
    private const int CudaReadInterval = 8;

    private readonly nn.Module<Tensor, Tensor> _model;
    private readonly Device _device;
    private readonly LearnerOptions _options;
    private readonly TorchRandom? _random;
    private readonly bool _draws;
    private readonly ILoss _loss;
    private readonly SampleWeights? _weights;
    private readonly double _targetVariance;
    private readonly ImageAugmenter? _augmenter;
    private readonly WorkingPrecision _precision;
    private readonly ISampleSet _train;
    private readonly ISampleSet _validation;
    private readonly StepTape _tape;
    private readonly IDisposable? _withoutOneDnn;

    // False before the first step, after one that failed halfway and after a restored state: somebody's gradients may lie there.
    private bool _gradientsAreFree;

    /// <summary>Moves the model and the data to the device. The model stays the caller's: it is not disposed here.</summary>
    /// <param name="model">The module; its output has one column a class, or one a value.</param>
    /// <param name="data">The data set.</param>
    /// <param name="options">How it learns.</param>
    /// <param name="random">The stream that the model draws from; null for whichever is drawn from.</param>
    /// <exception cref="Errors.InvalidParameterException">The device is not here, or an option is outside its range.</exception>
    /// <remarks>What libtorch refuses in a step, a validation, a reading or a copy of the state is thrown as a <see cref="TorchOperationException"/>.</remarks>
    public TorchLearner(nn.Module<Tensor, Tensor> model, TrainingData data, LearnerOptions options, TorchRandom? random = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(data);
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        _device = TorchDevices.Resolve(options.Device);
        // Refused before anything lies on the device, and before a model is rounded to fewer digits.
        ParameterGroup.Split(model.named_parameters(), options.Optimizer);
        _options = options;
        _random = random;
        _model = model;
        _draws = RandomParts.MayDraw(model);
        try
        {
            _loss = LossFactory.Create(options.Loss, data.Train.Targets, _device);
            _weights = SampleWeights.From(options.Loss, data.Train.Targets);
            _targetVariance = data.Validation.Targets is ValueTargets values && options.Loss.KindFor(values) == LossKind.MeanSquaredError ? TargetVariance.Mean(values) : 0;
            _augmenter = options.Augmentation.IsNone ? null : new ImageAugmenter(options.Augmentation, data.Shape, _device);
            if (_device.type != DeviceType.CPU)
                TiedParameters.RequireUnshared(model, $"move to {_device}");
            _model.to(_device);
            (_train, _validation) = SampleSets.Open(data, _device, options.ResidencyBudget);
            _tape = new StepTape(_loss, _device);
            _precision = new WorkingPrecision(model, options.Precision, options.Optimizer);
            _withoutOneDnn = OneDnn.SuspendFor(model, _device);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public long SampleCount => _train.Count;

    /// <summary>The device's name.</summary>
    public string Device => _device.ToString();

    /// <summary>Where the samples lie, for people.</summary>
    public string Residency => $"Training: {_train.Residency}. Validation: {_validation.Residency}.";

    /// <inheritdoc/>
    public int ReadInterval => _device.type == DeviceType.CPU ? 1 : CudaReadInterval;

    /// <inheritdoc/>
    public void Step(in Batch batch, in SchedulePoint point)
    {
        try
        {
            Learn(batch, point);
        }
        catch (Exception raw) when (TorchOperationException.IsRaw(raw))
        {
            throw new TorchOperationException($"update {point.Step + 1}", raw);
        }
    }

    /// <inheritdoc/>
    public StepReadings Read() => TorchOperationException.Guard("reading the losses", _tape.Read);

    /// <inheritdoc/>
    public Evaluation Evaluate(CancellationToken cancellationToken = default) => TorchOperationException.Guard("validation", () => Validate(cancellationToken));

    /// <inheritdoc/>
    public ILearnerState Capture() => TorchOperationException.Guard("copying the state", () =>
    {
        using TorchRandom.Section stream = TorchRandom.Borrow(_random);
        return new TorchLearnerState(_model, _precision.Optimizer);
    });

    /// <inheritdoc/>
    public void Restore(ILearnerState state) => TorchOperationException.Guard("restoring the state", () =>
    {
        using TorchRandom.Section stream = TorchRandom.Borrow(_random);
        _tape.Read();
        ((TorchLearnerState)state).PutBack(_model, _precision.Optimizer);
        return _gradientsAreFree = false;
    });

    /// <summary>An ensemble that takes this learner's model at the ends of cycles; the caller disposes it.</summary>
    public ISnapshotEnsemble NewEnsemble() =>
        new TorchSnapshotEnsemble(this, new EnsembleModel(_model, Forward, _loss, _train, _validation, _options.Threads));

    /// <summary>Frees the data, the optimiser state and the tape; the model stays, in 32 bits.</summary>
    public void Dispose()
    {
        _train?.Dispose();
        _validation?.Dispose();
        _tape?.Dispose();
        _loss?.Dispose();
        _augmenter?.Dispose();
        _withoutOneDnn?.Dispose();
        _precision?.Dispose();
    }

    private void Learn(in Batch batch, in SchedulePoint point)
    {
        using OperationThreads.Section threads = OperationThreads.Enter(_options.Threads);
        if (!_model.training)
            _model.train();
        if (!_gradientsAreFree)
            _precision.Optimizer.ZeroGrad();
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
        _precision.Optimizer.Step(point);
        _precision.Optimizer.ZeroGrad();
        _gradientsAreFree = true;
    }

    private Evaluation Validate(CancellationToken cancellationToken)
    {
        using OperationThreads.Section threads = OperationThreads.Enter(_options.Threads);
        using var mode = new EvaluationMode(_model);
        using var noGrad = no_grad();
        using Tensor lossSum = zeros(1, ScalarType.Float64, _device);
        using Tensor weightSum = zeros(1, ScalarType.Float64, _device);
        using Tensor correct = zeros(1, ScalarType.Int64, _device);
        for (long start = 0; start < _validation.Count; start += EvaluationBatch)
        {
            cancellationToken.ThrowIfCancellationRequested();
            Judge(start, (int)Math.Min(EvaluationBatch, _validation.Count - start), lossSum, weightSum, correct);
        }
        double weight = weightSum.item<double>();
        double loss = lossSum.item<double>() / (weight > 0 ? weight : _validation.Count);
        return new Evaluation(loss, _loss.CountsHits ? 100.0 * correct.item<long>() / _validation.Count : null, _validation.Count)
        {
            RSquared = _targetVariance > 0 ? 1 - loss / _targetVariance : null,
        };
    }

    private void Backward(in Batch batch, int from, int count)
    {
        using var scope = NewDisposeScope();
        (Tensor features, Tensor targets) = _train.Gather(batch.Order, batch.Start + from, count);
        Tensor output = Forward(_augmenter?.Vary(features, batch.Order, batch.Start + from) ?? features);
        Tensor loss = _loss.Mean(output, targets);
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

    private void Judge(long start, int count, Tensor lossSum, Tensor weightSum, Tensor correct)
    {
        using var scope = NewDisposeScope();
        (Tensor features, Tensor targets) = _validation.Slice(start, count);
        Tensor output = Forward(features);
        lossSum.add_(_loss.Sum(output, targets), Scalars.One);
        if (_loss.Weight(targets) is { } weight)
            weightSum.add_(weight, Scalars.One);
        if (_loss.Hits(output, targets) is { } hits)
            correct.add_(hits, Scalars.One);
    }

    private Tensor Forward(Tensor features)
    {
        if (!_draws)
            return _precision.Forward(features);
        using TorchRandom.Section stream = TorchRandom.Borrow(_random);
        return _precision.Forward(features);
    }
}
