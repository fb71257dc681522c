using ClrEngine.Torch.Models;
using ClrEngine.Torch.Optimizers;
using ClrEngine.Training;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ClrEngine.Torch.Learning;

/// <summary>
/// Copies of the weights, buffers, gradients and optimiser state, with the CPU generator's state and the mode of each part of the module.
/// </summary>
internal sealed class TorchLearnerState : ILearnerState
{
    private const string RandomName = "random.cpu";

    private readonly (string Name, Tensor Value)[] _values;
    private readonly Tensor?[] _gradients;
    private readonly Tensor _random;
    private readonly ModuleModes _modes;

    public TorchLearnerState(nn.Module model, IOptimizer optimizer)
    {
        _modes = new ModuleModes(model);
        _values = Live(model, optimizer).Select(live => (live.Name, Copy(live.Tensor))).ToArray();
        _gradients = model.parameters().Select(GradientCopy).ToArray();
        _random = get_rng_state().DetachFromDisposeScope();
    }

    public IReadOnlyList<StateTensor> Export() =>
        [.. _values.Select(v => TensorBytes.Export(v.Name, v.Value)), TensorBytes.Export(RandomName, _random)];

    public void Import(IReadOnlyList<StateTensor> tensors)
    {
        (string Name, Tensor Value)[] targets = [.. _values, (RandomName, _random)];
        IReadOnlyList<StateTensor> saved = StateMatch.InOrder([.. targets.Select(t => TensorBytes.Describe(t.Name, t.Value))], tensors);
        for (int i = 0; i < targets.Length; i++)
            TensorBytes.CopyInto(saved[i], targets[i].Value);
        // A saved state lies between two updates, where gradients are forgotten.
        foreach (Tensor? gradient in _gradients)
            gradient?.zero_().Dispose();
    }

    public void PutBack(nn.Module model, IOptimizer optimizer)
    {
        using (no_grad())
        {
            foreach (((_, Tensor live), (_, Tensor kept)) in Live(model, optimizer).Zip(_values))
                live.copy_(kept);
            foreach ((Parameter parameter, Tensor? kept) in model.parameters().Zip(_gradients))
                parameter.grad = kept?.clone();
        }
        set_rng_state(_random);
        _modes.PutBack(model);
    }

    public void Dispose()
    {
        foreach (Tensor? tensor in _values.Select(v => (Tensor?)v.Value).Concat(_gradients))
            tensor?.Dispose();
        _random.Dispose();
    }

    private static IEnumerable<(string Name, Tensor Tensor)> Live(nn.Module model, IOptimizer optimizer) =>
        ModelWeights.Live(model).Concat(optimizer.State.Select(s => ("optimizer." + s.Name, s.Tensor)));

    private static Tensor Copy(Tensor live)
    {
        using var noGrad = no_grad();
        using Tensor detached = live.detach();
        return detached.clone().DetachFromDisposeScope();
    }

    private static Tensor? GradientCopy(Parameter parameter)
    {
        using Tensor? gradient = parameter.grad;
        return gradient is null ? null : Copy(gradient);
    }
}
