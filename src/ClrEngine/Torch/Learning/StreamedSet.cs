using ClrEngine.Data;
using ClrEngine.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace ClrEngine.Torch.Learning;

/// <summary>Samples that stay where they are and are read batch by batch, one batch ahead; their targets lie on the device.</summary>
internal sealed class StreamedSet : ISampleSet
{
    private const int CpuBuffers = 2;
    private const int CudaBuffers = 4;

    private readonly Device _device;
    private readonly OrderedTargets _targets;
    private readonly ReadAhead _samples;
    private readonly bool _uploads;
    private int _uploaded;

    public StreamedSet(LabelledData data, Device device)
    {
        _device = device;
        _uploads = device.type != DeviceType.CPU;
        Count = data.Count;
        Residency = $"{Count} samples read batch by batch for {device}, {SampleSets.Size(Count * data.Samples.SampleLength * sizeof(float))} as a whole";
        _targets = new OrderedTargets(data.Targets, device);
        _samples = new ReadAhead(data.Samples, _uploads ? CudaBuffers : CpuBuffers, _uploads);
    }

    public long Count { get; }

    public string Residency { get; }

    public (Tensor Features, Tensor Targets) Gather(EpochOrder order, int start, int count)
    {
        int next = start + count;
        ReadOnlyMemory<long> following = order.Indices.Slice(next, Math.Min(count, order.Indices.Length - next));
        Tensor features = Upload(_samples.Take(order.Indices.Slice(start, count), following));
        return (features, _targets.Of(order, start, count));
    }

    public (Tensor Features, Tensor Targets) Slice(long start, int count)
    {
        long next = start + count;
        Tensor features = Upload(_samples.Take(Run(start, count), Run(next, (int)Math.Min(count, Count - next))));
        return (features, _targets.Slice(start, count));
    }

    public void Dispose()
    {
        _samples.Dispose();
        _targets.Dispose();
    }

    private Tensor Upload(Tensor host)
    {
        if (!_uploads)
            return host;
        using (host)
        {
            Tensor uploaded = host.to(_device, non_blocking: true);
            // TorchSharp has no events: before the ring comes round, one wait makes sure that its uploads are done.
            if (++_uploaded % (CudaBuffers - 1) == 0)
                cuda.synchronize(_device);
            return uploaded;
        }
    }

    private static long[] Run(long start, int count)
    {
        var indices = new long[count];
        for (int i = 0; i < count; i++)
            indices[i] = start + i;
        return indices;
    }
}
