using ClrEngine.Data;
using ClrEngine.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace ClrEngine.Torch.Learning;

/// <summary>A set of labelled samples as tensors on a device; batches are gathered there.</summary>
internal sealed class ResidentSet : IDisposable
{
    private const int ChunkSamples = 4096;

    private readonly Tensor _features;
    private readonly Tensor _labels;
    private EpochOrder? _order;
    private Tensor? _orderIndices;

    public ResidentSet(LabelledData data, Device device)
    {
        ISampleReader samples = data.Samples;
        _features = empty([data.Count, .. samples.Shape], ScalarType.Float32, device).DetachFromDisposeScope();
        var indices = new long[ChunkSamples];
        var chunk = new float[ChunkSamples * samples.SampleLength];
        for (long start = 0; start < data.Count; start += ChunkSamples)
        {
            int count = (int)Math.Min(ChunkSamples, data.Count - start);
            for (int i = 0; i < count; i++)
                indices[i] = start + i;
            samples.Read(indices.AsSpan(0, count), chunk.AsSpan(0, count * samples.SampleLength));
            using Tensor host = tensor(chunk.AsMemory(0, count * samples.SampleLength).ToArray(), [count, .. samples.Shape]);
            using Tensor target = _features.narrow(0, start, count);
            target.copy_(host);
        }
        _labels = tensor(((ClassTargets)data.Targets).Labels, device: device).DetachFromDisposeScope();
    }

    public long Count => _labels.shape[0];

    /// <summary>The features and labels of a batch; the caller disposes them.</summary>
    public (Tensor Features, Tensor Labels) Gather(in Batch batch)
    {
        using Tensor indices = Indices(batch.Order).narrow(0, batch.Start, batch.Count);
        return (_features.index_select(0, indices), _labels.index_select(0, indices));
    }

    /// <summary>A run of samples in their own order, as views; the caller disposes them.</summary>
    public (Tensor Features, Tensor Labels) Slice(long start, long count) =>
        (_features.narrow(0, start, count), _labels.narrow(0, start, count));

    public void Dispose()
    {
        _features.Dispose();
        _labels.Dispose();
        _orderIndices?.Dispose();
    }

    // One upload an epoch.
    private Tensor Indices(EpochOrder order)
    {
        if (ReferenceEquals(order, _order))
            return _orderIndices!;
        _orderIndices?.Dispose();
        _orderIndices = tensor(order.Indices.ToArray(), device: _labels.device).DetachFromDisposeScope();
        _order = order;
        return _orderIndices;
    }
}
