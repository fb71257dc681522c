namespace ClrEngine.Data;

/// <summary>Bytes in memory.</summary>
internal sealed class MemoryBytes(ReadOnlyMemory<byte> bytes) : ByteSource
{
    /// <inheritdoc/>
    public override long Length => bytes.Length;

    /// <inheritdoc/>
    public override ReadOnlySpan<byte> Read(long offset, Span<byte> scratch) => bytes.Span.Slice(checked((int)offset), scratch.Length);
}
