using ClrEngine.Data;
using ClrEngine.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace ClrEngine.Torch.Learning;

/// <summary>
/// Samples that lie on a device as bytes, where floats would not fit: a batch is gathered as bytes there, and widened and scaled by a table of what
/// each of the 256 values becomes in each channel, to the same bits as elsewhere.
/// </summary>
internal sealed class DeviceByteSet : SampleSet
{
    private const int Values = byte.MaxValue + 1, ChunkBytes = 1 << 23;

    private readonly Tensor _bytes, _table;

    // Where the table of each channel begins; null where one serves all.
    private readonly Tensor? _begins;

    public DeviceByteSet(LabelledData data, FeatureScaling? targetScaling, Device device)
        : base(data, targetScaling, device)
    {
        var samples = (SampleReader)data.Samples;
        SampleReader raw = (SampleReader)ScaledSamples.Unscaled(samples);
        Residency = $"{Counted.Of(Count, "sample")} resident on {device} as bytes, {Size(areBytes: true)}";
        float[] table = samples is ScaledSamples { ByteTable: { } scaled } ? scaled : ByteSamples.Table(raw.ByteDivisor!.Value);
        _table = tensor(table, device: device).DetachFromDisposeScope();
        if (table.Length > Values)
        {
            long[] alongChannels = [table.Length / Values, .. samples.Shape.Skip(1).Select(static _ => 1L)];
            using Tensor begins = arange(0, table.Length, Values, ScalarType.Int64, device);
            _begins = begins.reshape(alongChannels).DetachFromDisposeScope();
        }
        _bytes = empty([Count, .. samples.Shape], ScalarType.Byte, device).DetachFromDisposeScope();
        Fill(raw);
    }

    public override string Residency { get; }

    public override void Dispose()
    {
        base.Dispose();
        _bytes.Dispose();
        _table.Dispose();
        _begins?.Dispose();
    }

    protected override Tensor GatherFeatures(EpochOrder order, int start, int count)
    {
        using Tensor indices = Indices!.narrow(0, start, count);
        using Tensor bytes = _bytes.index_select(0, indices);
        return Widen(bytes);
    }

    protected override Tensor SliceFeatures(long start, int count)
    {
        using Tensor bytes = _bytes.narrow(0, start, count);
        return Widen(bytes);
    }

    private void Fill(SampleReader raw)
    {
        int length = raw.SampleLength, chunkLength = (int)Math.Clamp(ChunkBytes / length, 1, Math.Max(1, Count));
        var chunk = new byte[chunkLength * length];
        var unused = new float[length];
        for (long start = 0; start < Count; start += chunkLength)
        {
            int count = (int)Math.Min(chunkLength, Count - start);
            for (int i = 0; i < count; i++)
            {
                int at = i * length;
                raw.ReadBytes([start + i], unused, (bytes, _) => bytes.CopyTo(chunk.AsSpan(at)));
            }
            using Tensor target = _bytes.narrow(0, start, count);
            using Tensor host = tensor(chunk.AsSpan(0, count * length).ToArray(), ScalarType.Byte);
            using Tensor shaped = host.reshape(target.shape);
            target.copy_(shaped);
        }
    }

    private Tensor Widen(Tensor bytes)
    {
        using Tensor wide = bytes.to_type(ScalarType.Int64);
        if (_begins is not null)
            wide.add_(_begins, Scalars.One);
        using Tensor flat = wide.reshape(-1);
        using Tensor values = _table.index_select(0, flat);
        return values.reshape(bytes.shape);
    }
}
