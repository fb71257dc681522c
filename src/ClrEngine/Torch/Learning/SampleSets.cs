using System.Globalization;
using System.Runtime.InteropServices;
using ClrEngine.Data;
using ClrEngine.Training;
using TorchSharp;
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

/// <summary>Chooses by size whether samples lie on the device as a whole or are read batch by batch.</summary>
internal static class SampleSets
{
    private const long CudaBudget = 4L << 30;

    /// <summary>Opens both parts; the training part has the first claim on the budget.</summary>
    public static (ISampleSet Train, ISampleSet Validation) Open(TrainingData data, Device device, long? budget)
    {
        long left = budget ?? (device.type == DeviceType.CPU ? GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 2 : CudaBudget);
        ISampleSet train = Open(data.Train, device, ref left);
        try
        {
            return (train, Open(data.Validation, device, ref left));
        }
        catch
        {
            train.Dispose();
            throw;
        }
    }

    /// <summary>A size for people.</summary>
    public static string Size(long bytes) => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1048576.0:N1} MiB");

    private static ISampleSet Open(LabelledData data, Device device, ref long left)
    {
        long room = left / sizeof(float) / data.Samples.SampleLength;
        if (data.Count > room)
            return new StreamedSet(data, device);
        left -= data.Count * data.Samples.SampleLength * sizeof(float);
        return new ResidentSet(data, device);
    }
}

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
        return (_features.index_select(0, indices), _targets.Slice(order, start, count));
    }

    public (Tensor Features, Tensor Targets) Slice(long start, int count) =>
        (_features.narrow(0, start, count), _targets.Slice(start, count));

    public void Dispose()
    {
        _features.Dispose();
        _targets.Dispose();
    }
}

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
        return (features, _targets.Slice(order, start, count));
    }

    public (Tensor Features, Tensor Targets) Slice(long start, int count)
    {
        long next = start + count;
        Tensor features = Upload(_samples.Take(Consecutive(start, count), Consecutive(next, (int)Math.Min(count, Count - next))));
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

    private static long[] Consecutive(long start, int count)
    {
        var indices = new long[count];
        for (int i = 0; i < count; i++)
            indices[i] = start + i;
        return indices;
    }
}

/// <summary>
/// Reads runs of samples into a ring of host buffers, one run ahead on a thread of its own:
/// while a batch is computed on, the next one is read.
/// </summary>
/// <param name="samples">The reader.</param>
/// <param name="buffers">Buffers of the ring, at least 2: a run that was given stays valid while one less are asked for.</param>
/// <param name="pinned">Whether buffers are pinned, so that uploads to CUDA run beside the computation.</param>
internal sealed class ReadAhead(ISampleReader samples, int buffers, bool pinned) : IDisposable
{
    private readonly Tensor?[] _ring = new Tensor?[buffers];
    private int _next;
    private (ReadOnlyMemory<long> Indices, Tensor Buffer, Task Reading)? _ahead;

    /// <summary>The samples of a run, as a view of a buffer; the caller disposes the view.</summary>
    /// <param name="wanted">The samples wanted now.</param>
    /// <param name="following">The samples that will probably be wanted next, or none.</param>
    public Tensor Take(ReadOnlyMemory<long> wanted, ReadOnlyMemory<long> following)
    {
        Tensor buffer = BufferReadAhead(wanted) ?? ReadNow(wanted);
        _ahead = following.IsEmpty ? null : ReadNext(following);
        return buffer.narrow(0, 0, wanted.Length);
    }

    public void Dispose()
    {
        WaitForReading();
        foreach (Tensor? buffer in _ring)
            buffer?.Dispose();
    }

    private Tensor? BufferReadAhead(ReadOnlyMemory<long> wanted)
    {
        if (_ahead is not { } ahead)
            return null;
        WaitForReading();
        if (!ahead.Indices.Span.SequenceEqual(wanted.Span))
            return null;
        ahead.Reading.GetAwaiter().GetResult();
        return ahead.Buffer;
    }

    private Tensor ReadNow(ReadOnlyMemory<long> wanted)
    {
        Tensor buffer = NextBuffer(wanted.Length);
        Read(wanted, buffer);
        return buffer;
    }

    private (ReadOnlyMemory<long>, Tensor, Task) ReadNext(ReadOnlyMemory<long> following)
    {
        Tensor buffer = NextBuffer(following.Length);
        return (following, buffer, Task.Run(() => Read(following, buffer)));
    }

    private void Read(ReadOnlyMemory<long> indices, Tensor buffer) =>
        samples.Read(indices.Span, MemoryMarshal.Cast<byte, float>(buffer.bytes)[..(indices.Length * samples.SampleLength)]);

    private Tensor NextBuffer(int count)
    {
        int slot = _next;
        _next = (_next + 1) % _ring.Length;
        if (_ring[slot] is { } kept && kept.shape[0] >= count)
            return kept;
        _ring[slot]?.Dispose();
        Tensor made = empty([count, .. samples.Shape], ScalarType.Float32);
        if (pinned)
        {
            using Tensor pageable = made;
            made = pageable.pin_memory();
        }
        _ring[slot] = made.DetachFromDisposeScope();
        return made;
    }

    // Waits without throwing: a reading that failed throws when its samples are asked for, which may never be.
    private void WaitForReading()
    {
        if (_ahead is { } ahead)
            ((IAsyncResult)ahead.Reading).AsyncWaitHandle.WaitOne();
        _ahead = null;
    }
}
