using static TorchSharp.torch;

namespace ClrEngine.Torch.Optimizers;

/// <summary>How one group of parameters follows its gradients: one call of a script for all its tensors.</summary>
internal interface IUpdateRule : IDisposable
{
    /// <summary>One update of the group, under <c>no_grad</c>.</summary>
    /// <param name="learningRate">The rate in force.</param>
    /// <param name="momentum">The momentum that the schedule sets, or null for the optimiser's own.</param>
    /// <param name="gradientScale">A number on the device by which the gradients are multiplied first, or null.</param>
    void Update(double learningRate, double? momentum, Tensor? gradientScale);

    /// <summary>What the rule remembers from update to update, by name: live tensors.</summary>
    IReadOnlyList<(string Name, Tensor Tensor)> State { get; }
}
