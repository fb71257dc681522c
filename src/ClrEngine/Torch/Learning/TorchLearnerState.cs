using ClrEngine.Torch.Optimizers;
using ClrEngine.Training;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ClrEngine.Torch.Learning;

/// <summary>
/// Copies of the weights, buffers, gradients and optimiser state, with the CPU generator's state and the module's mode.
/// </summary>
internal sealed class TorchLearnerState : ILearnerState
{
    private readonly Tensor[] _values;
    private readonly Tensor?[] _gradients;
    private readonly Tensor _random;
    private readonly bool _training;

    public TorchLearnerState(nn.Module model, IOptimizer optimizer)
    {
        _training = model.training;
        _values = Live(model, optimizer).Select(Copy).ToArray();
        _gradients = model.parameters().Select(GradientCopy).ToArray();
        _random = get_rng_state().DetachFromDisposeScope();
    }

    public void PutBack(nn.Module model, IOptimizer optimizer)
    {
        using (no_grad())
        {
            foreach ((Tensor live, Tensor kept) in Live(model, optimizer).Zip(_values))
                live.copy_(kept);
            foreach ((Parameter parameter, Tensor? kept) in model.parameters().Zip(_gradients))
                parameter.grad = kept?.clone();
        }
        set_rng_state(_random);
        model.train(_training);
    }

    public void Dispose()
    {
        foreach (Tensor? tensor in _values.Concat(_gradients))
            tensor?.Dispose();
        _random.Dispose();
    }

    private static IEnumerable<Tensor> Live(nn.Module model, IOptimizer optimizer) =>
        model.parameters().Concat(model.buffers()).Concat(optimizer.State.Select(s => s.Tensor));

    private static Tensor Copy(Tensor live)
    {
        using var noGrad = no_grad();
        return live.detach().clone().DetachFromDisposeScope();
    }

    private static Tensor? GradientCopy(Parameter parameter)
    {
        using Tensor? gradient = parameter.grad;
        return gradient is null ? null : Copy(gradient);
    }
}
