using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ClrEngine.Torch.Optimizers;

/// <summary>Parameters that are updated in one call: one group of the schedule, one weight decay, one type of number.</summary>
/// <param name="Index">The group of the schedule, counted from 0.</param>
/// <param name="Key">Tells the optimiser's groups apart in the names of its state.</param>
/// <param name="WeightDecay">The weight decay of all of them.</param>
/// <param name="Names">Their names.</param>
/// <param name="Parameters">The parameters, in the order of the names.</param>
internal sealed record ParameterGroup(int Index, string Key, double WeightDecay, string[] Names, Parameter[] Parameters)
{
    /// <summary>Zeros in the shape of each parameter, laid out alike.</summary>
    public Tensor[] Zeros() =>
        Parameters.Select(p => zeros_like(p, requires_grad: false).DetachFromDisposeScope()).ToArray();

    /// <summary>Names one tensor of state for each parameter.</summary>
    public IEnumerable<(string Name, Tensor Tensor)> Named(string kind, Tensor[] tensors) =>
        Names.Zip(tensors, (name, tensor) => ($"{kind}.{name}", tensor));

    /// <summary>A number on the parameters' device.</summary>
    public Tensor Number(float value) =>
        tensor(value, device: Parameters[0].device).DetachFromDisposeScope();
}
