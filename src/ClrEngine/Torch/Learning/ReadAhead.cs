using System.Runtime.InteropServices;
using ClrEngine.Data;
using TorchSharp;
using static TorchSharp.torch;

namespace ClrEngine.Torch.Learning;

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
        Tensor buffer = Arrived(wanted) ?? Now(wanted);
        _ahead = following.IsEmpty ? null : Start(following);
        return buffer.narrow(0, 0, wanted.Length);
    }

    public void Dispose()
    {
        Finish();
        foreach (Tensor? buffer in _ring)
            buffer?.Dispose();
    }

    private Tensor? Arrived(ReadOnlyMemory<long> wanted)
    {
        if (_ahead is not { } ahead)
            return null;
        Finish();
        if (!ahead.Indices.Span.SequenceEqual(wanted.Span))
            return null;
        ahead.Reading.GetAwaiter().GetResult();
        return ahead.Buffer;
    }

    private Tensor Now(ReadOnlyMemory<long> wanted)
    {
        Tensor buffer = Buffer(wanted.Length);
        Read(wanted, buffer);
        return buffer;
    }

    private (ReadOnlyMemory<long>, Tensor, Task) Start(ReadOnlyMemory<long> following)
    {
        Tensor buffer = Buffer(following.Length);
        return (following, buffer, Task.Run(() => Read(following, buffer)));
    }

    private void Read(ReadOnlyMemory<long> indices, Tensor buffer) =>
        samples.Read(indices.Span, MemoryMarshal.Cast<byte, float>(buffer.bytes)[..(indices.Length * samples.SampleLength)]);

    private Tensor Buffer(int count)
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

    // Waits without throwing: an error in what nobody asked for concerns nobody.
    private void Finish()
    {
        if (_ahead is { } ahead)
            ((IAsyncResult)ahead.Reading).AsyncWaitHandle.WaitOne();
        _ahead = null;
    }
}
