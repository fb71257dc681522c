using System.Runtime.InteropServices;
using ClrEngine.Data;
using ClrEngine.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace ClrEngine.Torch.Learning;

/// <summary>
/// Labelled samples that become tensors on a device, batch by batch: in 32 bits, or whole numbers left as they are in 64. Targets lie there as
/// a whole: classes as whole numbers <c>[samples]</c>, values as <c>[samples, width]</c> in 32 bits, in the scaling in which they are learnt. An epoch's order is uploaded, and its targets are gathered, once an epoch.
/// </summary>
internal abstract class SampleSet(LabelledData data, FeatureScaling? targetScaling, Device device) : IDisposable
{
    private const long CudaBudget = 4L << 30;

    private readonly Tensor _targets = Upload(data.Targets, targetScaling, device);
    private EpochOrder? _order;
    private Tensor? _orderedTargets;

    public long Count { get; } = data.Count;

    /// <summary>Where the samples lie, for people.</summary>
    public string Residency { get; protected init; } = "";

    /// <summary>The order of the present epoch, on the device.</summary>
    protected Tensor? Indices { get; private set; }

    protected string Size(bool areBytes = false) => string.Create(CultureInfo.InvariantCulture, $"{Bytes(data, areBytes) / 1048576.0:N1} MiB");

    protected string OnDeviceAsBytes => $"{Counted.Of(Count, "sample")} resident on {device} as bytes, {Size(areBytes: true)}";

    /// <summary>Opens both parts: resident on the device while the budget lasts, of which the training part has the first claim, else streamed.</summary>
    public static (SampleSet Train, SampleSet Validation) Open(TrainingData data, FeatureScaling? targetScaling, Device device, long? budget)
    {
        long left = budget ?? (device.type == DeviceType.CPU ? GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 2 : CudaBudget);
        SampleSet train = OpenPart(data.Train);
        try
        {
            return (train, OpenPart(data.Validation));
        }
        catch
        {
            train.Dispose();
            throw;
        }

        SampleSet OpenPart(LabelledData part)
        {
            bool isOnCpu = device.type == DeviceType.CPU;
            // A GPU widens bytes by calls of their own: only where floats do not fit.
            bool areBytes = SampleTensors.AreBytes(part.Samples) && (isOnCpu || Bytes(part, areBytes: false) > left);
            long bytes = isOnCpu && areBytes && ((SampleReader)part.Samples).IsInMemory ? 0 : Bytes(part, areBytes);
            if (bytes > left || part.Samples is SampleReader { IsStreamed: true })
                return new StreamedSet(part, targetScaling, device);
            left -= bytes;
            return !areBytes ? new ResidentSet(part, targetScaling, device)
                : isOnCpu ? new ByteSet(part, targetScaling, device)
                : new DeviceByteSet(part, targetScaling, device);
        }
    }

    /// <summary>The features and targets of a run of samples in the order of an epoch; the caller disposes them before it asks again.</summary>
    public (Tensor Features, Tensor Targets) Gather(EpochOrder order, int start, int count)
    {
        if (!ReferenceEquals(order, _order))
        {
            LeaveEpoch();
            Indices = tensor(order.Indices.ToArray(), device: device).DetachFromDisposeScope();
            _orderedTargets = _targets.index_select(0, Indices).DetachFromDisposeScope();
            _order = order;
        }
        return (GatherFeatures(order, start, count), _orderedTargets!.narrow(0, start, count));
    }

    /// <summary>A run of samples in their own order; the caller disposes them before it asks again.</summary>
    public (Tensor Features, Tensor Targets) Slice(long start, int count) => (SliceFeatures(start, count), _targets.narrow(0, start, count));

    public virtual void Dispose()
    {
        LeaveEpoch();
        _targets.Dispose();
    }

    internal static long[] Consecutive(long start, int count)
    {
        var indices = new long[count];
        for (int i = 0; i < count; i++)
            indices[i] = start + i;
        return indices;
    }

    protected abstract Tensor GatherFeatures(EpochOrder order, int start, int count);
    protected abstract Tensor SliceFeatures(long start, int count);

    private static long Bytes(LabelledData part, bool areBytes) =>
        part.Count * part.Samples.SampleLength * (areBytes ? 1 : SampleTensors.TypeOf(part.Samples).ElementSize());

    private void LeaveEpoch()
    {
        Indices?.Dispose();
        _orderedTargets?.Dispose();
        _order = null;
    }

    private static Tensor Upload(Targets targets, FeatureScaling? scaling, Device device)
    {
        if (targets is ClassTargets classes)
            return Upload(empty([classes.Count], ScalarType.Int64), MemoryMarshal.AsBytes(classes.Labels.AsSpan()), device);
        if (targets is not ValueTargets values)
            throw new ArgumentException($"Targets of the type {targets.GetType().Name} are not known.", nameof(targets));
        var learnt = new float[values.Values.Length];
        (scaling ?? FeatureScaling.Identity(values.Width)).Apply(values.Values.AsSpan(), learnt, values.Width);
        return Upload(empty([values.Count, values.Width], ScalarType.Float32), MemoryMarshal.AsBytes<float>(learnt), device);
    }

    private static Tensor Upload(Tensor host, ReadOnlySpan<byte> bytes, Device device)
    {
        bytes.CopyTo(host.bytes);
        if (device.type == DeviceType.CPU)
            return host.DetachFromDisposeScope();
        using (host)
            return host.to(device).DetachFromDisposeScope();
    }
}

/// <summary>Samples that lie on the device as a whole; batches are gathered there.</summary>
internal sealed class ResidentSet : SampleSet
{
    private const int ChunkValues = 1 << 21;

    private readonly Tensor _features;

    public ResidentSet(LabelledData data, FeatureScaling? targetScaling, Device device)
        : base(data, targetScaling, device)
    {
        ISampleReader samples = data.Samples;
        Residency = $"{Counted.Of(Count, "sample")} resident on {device}, {Size()}";
        ScalarType type = SampleTensors.TypeOf(samples);
        _features = empty([Count, .. samples.Shape], type, device).DetachFromDisposeScope();
        int chunkLength = (int)Math.Max(1, Math.Min(Count, ChunkValues / samples.SampleLength));
        using Tensor chunk = empty([chunkLength, .. samples.Shape], type);
        for (long start = 0; start < Count; start += chunkLength)
        {
            int count = (int)Math.Min(chunkLength, Count - start);
            using Tensor target = _features.narrow(0, start, count);
            using Tensor host = device.type == DeviceType.CPU ? target.alias() : chunk.narrow(0, 0, count);
            SampleTensors.Fill(samples, Consecutive(start, count), host);
            if (device.type != DeviceType.CPU)
                target.copy_(host);
        }
    }

    public override void Dispose()
    {
        base.Dispose();
        _features.Dispose();
    }

    protected override Tensor GatherFeatures(EpochOrder order, int start, int count)
    {
        using Tensor indices = Indices!.narrow(0, start, count);
        return _features.index_select(0, indices);
    }

    // A copy: a model may change what it is given, and would change what it is validated on.
    protected override Tensor SliceFeatures(long start, int count)
    {
        using Tensor view = _features.narrow(0, start, count);
        return view.clone();
    }
}

/// <summary>Samples that stay bytes in memory: a batch is widened and scaled as it is gathered.</summary>
internal sealed class ByteSet : SampleSet
{
    private readonly SampleReader _samples;

    public ByteSet(LabelledData data, FeatureScaling? targetScaling, Device device)
        : base(data, targetScaling, device)
    {
        _samples = ByteSamples.InMemory((SampleReader)data.Samples);
        Residency = OnDeviceAsBytes;
    }

    protected override Tensor GatherFeatures(EpochOrder order, int start, int count) => SampleTensors.Read(_samples, order.Indices.Span.Slice(start, count));

    protected override Tensor SliceFeatures(long start, int count) => SampleTensors.Read(_samples, start, count);
}

/// <summary>
/// Samples that stay where they are and are read into a ring of host buffers, one batch ahead on a thread of its own:
/// while a batch is computed on, the next one is read.
/// </summary>
internal sealed class StreamedSet : SampleSet
{
    // A batch that was given stays valid while one less are asked for.
    private const int CpuBuffers = 2;
    private const int CudaBuffers = 4;

    private readonly ISampleReader _samples;
    private readonly Device _device;
    private readonly bool _uploads;
    private readonly Tensor?[] _ring;
    private int _next;
    private int _uploaded;
    private (ReadOnlyMemory<long> Indices, Tensor Buffer, Task Reading)? _ahead;

    public StreamedSet(LabelledData data, FeatureScaling? targetScaling, Device device)
        : base(data, targetScaling, device)
    {
        (_samples, _device, _uploads) = (data.Samples, device, device.type != DeviceType.CPU);
        _ring = new Tensor?[_uploads ? CudaBuffers : CpuBuffers];
        Residency = $"{Counted.Of(Count, "sample")} read batch by batch for {device}, {Size()} as a whole";
    }

    public override void Dispose()
    {
        WaitForReading();
        foreach (Tensor? buffer in _ring)
            buffer?.Dispose();
        base.Dispose();
    }

    protected override Tensor GatherFeatures(EpochOrder order, int start, int count)
    {
        int next = start + count;
        return Take(order.Indices.Slice(start, count), order.Indices.Slice(next, Math.Min(count, order.Indices.Length - next)));
    }

    protected override Tensor SliceFeatures(long start, int count)
    {
        long next = start + count;
        return Take(Consecutive(start, count), Consecutive(next, (int)Math.Min(count, Count - next)));
    }

    // The following samples are those that will probably be wanted next, or none.
    private Tensor Take(ReadOnlyMemory<long> wanted, ReadOnlyMemory<long> following)
    {
        Tensor? buffer = BufferReadAhead(wanted);
        if (buffer is null)
            Read(wanted, buffer = NextBuffer(wanted.Length));
        if (!following.IsEmpty)
        {
            Tensor next = NextBuffer(following.Length);
            _ahead = (following, next, Task.Run(() => Read(following, next)));
        }
        else if (!_uploads)
            KeepOnly(buffer);
        Tensor host = buffer.narrow(0, 0, wanted.Length);
        return _uploads ? Upload(host) : host;
    }

    // After the last batch of an epoch the other part of the data has its turn, and its buffers want the room.
    private void KeepOnly(Tensor given)
    {
        for (int slot = 0; slot < _ring.Length; slot++)
        {
            if (ReferenceEquals(_ring[slot], given))
                continue;
            _ring[slot]?.Dispose();
            _ring[slot] = null;
        }
    }

    private Tensor Upload(Tensor host)
    {
        using (host)
        {
            Tensor uploaded = host.to(_device, non_blocking: true);
            // TorchSharp has no events: before the ring comes round, one wait makes sure that its uploads are done.
            if (++_uploaded % (CudaBuffers - 1) == 0)
                cuda.synchronize(_device);
            return uploaded;
        }
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

    private void Read(ReadOnlyMemory<long> indices, Tensor buffer) => SampleTensors.Fill(_samples, indices.Span, buffer);

    private Tensor NextBuffer(int count)
    {
        int slot = _next;
        _next = (_next + 1) % _ring.Length;
        if (_ring[slot] is { } kept && kept.shape[0] >= count)
            return kept;
        _ring[slot]?.Dispose();
        Tensor made = empty([count, .. _samples.Shape], SampleTensors.TypeOf(_samples));
        if (_uploads)
        {
            // Pinned memory uploads to CUDA beside the computation.
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

/// <summary>Brings samples into tensors: as numbers of 32 bits, or where they are whole numbers that were left as they are, as those of 64.</summary>
internal static class SampleTensors
{
    private const int EvaluationValues = 1 << 23;

    /// <summary>How many samples are evaluated at once: fewer of large ones, so that activations stay small and whoever stops it does not wait.</summary>
    public static int EvaluationBatch(ISampleReader samples, int most) => Math.Clamp(EvaluationValues / samples.SampleLength, 1, most);

    public static ScalarType TypeOf(ISampleReader samples) => samples is SampleReader { IsInteger: true } ? ScalarType.Int64 : ScalarType.Float32;

    /// <summary>Whether they are kept as bytes, and become numbers of 32 bits.</summary>
    public static bool AreBytes(ISampleReader samples) => samples is SampleReader { ByteDivisor: not null } && TypeOf(samples) == ScalarType.Float32;

    public static Tensor Read(ISampleReader samples, long start, int count) => Read(samples, SampleSet.Consecutive(start, count));

    /// <summary>A tensor on the CPU of some samples, in the order of their indices.</summary>
    public static Tensor Read(ISampleReader samples, ReadOnlySpan<long> indices)
    {
        Tensor host = empty([indices.Length, .. samples.Shape], TypeOf(samples));
        Fill(samples, indices, host);
        return host;
    }

    /// <summary>Fills the beginning of a tensor on the CPU.</summary>
    public static void Fill(ISampleReader samples, ReadOnlySpan<long> indices, Tensor host)
    {
        int values = indices.Length * samples.SampleLength;
        if (TypeOf(samples) == ScalarType.Float32)
        {
            samples.Read(indices, MemoryMarshal.Cast<byte, float>(host.bytes)[..values]);
            return;
        }
        var numbers = new double[values];
        samples.ReadWide(indices, numbers);
        Span<long> whole = MemoryMarshal.Cast<byte, long>(host.bytes);
        for (int i = 0; i < values; i++)
            whole[i] = (long)numbers[i];
    }
}
