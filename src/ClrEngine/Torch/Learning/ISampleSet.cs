using ClrEngine.Training;
using static TorchSharp.torch;

namespace ClrEngine.Torch.Learning;

/// <summary>Labelled samples that become tensors on a device, batch by batch.</summary>
internal interface ISampleSet : IDisposable
{
    /// <summary>How many samples there are.</summary>
    long Count { get; }

    /// <summary>Where the samples lie, for people.</summary>
    string Residency { get; }

    /// <summary>The features and targets of a run of samples in the order of an epoch; the caller disposes them before it asks again.</summary>
    (Tensor Features, Tensor Targets) Gather(EpochOrder order, int start, int count);

    /// <summary>A run of samples in their own order; the caller disposes them before it asks again.</summary>
    (Tensor Features, Tensor Targets) Slice(long start, int count);
}
