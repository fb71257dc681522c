using ClrEngine.Torch.Learning;
using ClrEngine.Torch.Losses;
using static TorchSharp.torch;

namespace ClrEngine.Torch.Cycles;

/// <summary>What a learner lends to the ensemble of its snapshots.</summary>
/// <param name="Module">The model.</param>
/// <param name="Forward">Calls it in the type of number that it works in; the output is in 32 bits.</param>
/// <param name="Loss">What it learns to make small.</param>
/// <param name="Train">The samples that it learns from.</param>
/// <param name="Validation">The samples that were held out.</param>
/// <param name="Threads">Threads of one operation on the CPU.</param>
internal sealed record EnsembleModel(
    nn.Module<Tensor, Tensor> Module, Func<Tensor, Tensor> Forward, ILoss Loss, ISampleSet Train, ISampleSet Validation, int? Threads);
