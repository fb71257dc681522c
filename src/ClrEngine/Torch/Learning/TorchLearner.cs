using ClrEngine.Data;
using ClrEngine.Schedules;
using ClrEngine.Torch.Optimizers;
using ClrEngine.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace ClrEngine.Torch.Learning;

/// <summary>A torch module that learns a data set by cross-entropy.</summary>
public sealed class TorchLearner : ILearner, IDisposable
{
    private const int EvaluationBatch = 1024;
    private const int CudaReadInterval = 8;

    private readonly nn.Module<Tensor, Tensor> _model;
    private readonly Device _device;
    private readonly ResidentSet _train;
    private readonly ResidentSet _validation;
    private readonly StepTape _tape;
    private readonly IOptimizer _optimizer;

    /// <summary>Moves the model and the data to the device. The model stays the caller's: it is not disposed here.</summary>
    /// <param name="model">The module; its output has one column a class.</param>
    /// <param name="data">The data set.</param>
    /// <param name="options">How it learns.</param>
    /// <exception cref="Errors.InvalidParameterException">The device is not here, or an option is outside its range.</exception>
    public TorchLearner(nn.Module<Tensor, Tensor> model, TrainingData data, LearnerOptions options)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(data);
        ArgumentNullException.ThrowIfNull(options);
        _device = TorchDevices.Resolve(options.Device);
        _model = model;
        _model.to(_device);
        _train = new ResidentSet(data.Train, _device);
        _validation = new ResidentSet(data.Validation, _device);
        _tape = new StepTape(_device);
        _optimizer = OptimizerFactory.Create(model.named_parameters(), options.Optimizer);
    }

    /// <inheritdoc/>
    public long SampleCount => _train.Count;

    /// <summary>The device's name.</summary>
    public string Device => _device.ToString();

    /// <inheritdoc/>
    public int ReadInterval => _device.type == DeviceType.CPU ? 1 : CudaReadInterval;

    /// <inheritdoc/>
    public void Step(in Batch batch, in SchedulePoint point)
    {
        if (!_model.training)
            _model.train();
        using var scope = NewDisposeScope();
        (Tensor features, Tensor labels) = _train.Gather(batch);
        Tensor output = _model.forward(features);
        Tensor loss = nn.functional.cross_entropy(output, labels);
        _optimizer.ZeroGrad();
        loss.backward();
        _optimizer.Step(point);
        _tape.Write(loss, output, labels);
    }

    /// <inheritdoc/>
    public StepReadings Read() => _tape.Read();

    /// <inheritdoc/>
    public Evaluation Evaluate()
    {
        bool wasTraining = _model.training;
        _model.eval();
        try
        {
            using var noGrad = no_grad();
            using Tensor lossSum = zeros(1, ScalarType.Float64, _device);
            using Tensor correct = zeros(1, ScalarType.Int64, _device);
            for (long start = 0; start < _validation.Count; start += EvaluationBatch)
                Add(start, Math.Min(EvaluationBatch, _validation.Count - start), lossSum, correct);
            return new Evaluation(
                lossSum.item<double>() / _validation.Count,
                100.0 * correct.item<long>() / _validation.Count,
                _validation.Count);
        }
        finally
        {
            _model.train(wasTraining);
        }
    }

    /// <inheritdoc/>
    public ILearnerState Capture() => new TorchLearnerState(_model, _optimizer);

    /// <inheritdoc/>
    public void Restore(ILearnerState state)
    {
        _tape.Read();
        ((TorchLearnerState)state).PutBack(_model, _optimizer);
    }

    /// <summary>Frees the data, the optimiser state and the tape; the model stays.</summary>
    public void Dispose()
    {
        _train.Dispose();
        _validation.Dispose();
        _tape.Dispose();
        _optimizer.Dispose();
    }

    private void Add(long start, long count, Tensor lossSum, Tensor correct)
    {
        using var scope = NewDisposeScope();
        (Tensor features, Tensor labels) = _validation.Slice(start, count);
        Tensor output = _model.forward(features);
        lossSum.add_(nn.functional.cross_entropy(output, labels, reduction: nn.Reduction.Sum));
        correct.add_(output.argmax(1).eq(labels).sum());
    }
}
