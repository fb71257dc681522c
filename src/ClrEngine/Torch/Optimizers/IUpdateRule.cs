using static TorchSharp.torch;

namespace ClrEngine.Torch.Optimizers;

/// <summary>How one group of parameters follows its gradients: one call of a script for all its tensors.</summary>
internal interface IUpdateRule : IDisposable
{
    /// <summary>One update of those parameters of the group that have a gradient, under <c>no_grad</c>; all others stay as they are.</summary>
    /// <param name="learningRate">The rate in force.</param>
    /// <param name="momentum">The momentum that the schedule sets, or null for the optimiser's own.</param>
    /// <param name="gradients">The group's gradients, at least one.</param>
    void Update(double learningRate, double? momentum, PresentGradients gradients);

    /// <summary>What the rule remembers from update to update, by name: live tensors.</summary>
    IReadOnlyList<(string Name, Tensor Tensor)> State { get; }
}
