using System.Runtime.InteropServices;
using ClrEngine.Data;
using ClrEngine.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace ClrEngine.Torch.Learning;

/// <summary>Samples that lie on the device as a whole; batches are gathered there.</summary>
internal sealed class ResidentSet : ISampleSet
{
    private const int ChunkValues = 1 << 21;

    private readonly Tensor _features;
    private readonly OrderedTargets _targets;

    public ResidentSet(LabelledData data, Device device)
    {
        ISampleReader samples = data.Samples;
        Count = data.Count;
        Residency = $"{Count} samples resident on {device}, {SampleSets.Size(Count * samples.SampleLength * sizeof(float))}";
        _features = empty([Count, .. samples.Shape], ScalarType.Float32, device).DetachFromDisposeScope();
        var indices = new long[Math.Max(1, Math.Min(Count, ChunkValues / samples.SampleLength))];
        using Tensor chunk = empty([indices.Length, .. samples.Shape], ScalarType.Float32);
        for (long start = 0; start < Count; start += indices.Length)
        {
            int count = (int)Math.Min(indices.Length, Count - start);
            for (int i = 0; i < count; i++)
                indices[i] = start + i;
            using Tensor target = _features.narrow(0, start, count);
            using Tensor host = device.type == DeviceType.CPU ? target.alias() : chunk.narrow(0, 0, count);
            samples.Read(indices.AsSpan(0, count), MemoryMarshal.Cast<byte, float>(host.bytes));
            if (device.type != DeviceType.CPU)
                target.copy_(host);
        }
        _targets = new OrderedTargets(data.Targets, device);
    }

    public long Count { get; }

    public string Residency { get; }

    public (Tensor Features, Tensor Targets) Gather(EpochOrder order, int start, int count)
    {
        using Tensor indices = _targets.Indices(order, start, count);
        return (_features.index_select(0, indices), _targets.Of(order, start, count));
    }

    public (Tensor Features, Tensor Targets) Slice(long start, int count) =>
        (_features.narrow(0, start, count), _targets.Slice(start, count));

    public void Dispose()
    {
        _features.Dispose();
        _targets.Dispose();
    }
}
