namespace ClrEngine.Data;

/// <summary>Bytes that are read by their place: in memory, or of a file that is mapped into it.</summary>
/// <remarks>Any number of threads may read at once.</remarks>
internal abstract class ByteSource
{
    /// <summary>How many bytes there are.</summary>
    public abstract long Length { get; }

    /// <summary>Some of the bytes.</summary>
    /// <param name="offset">Where they start.</param>
    /// <param name="scratch">As long as wanted; used where the bytes are not in memory already.</param>
    public abstract ReadOnlySpan<byte> Read(long offset, Span<byte> scratch);
}
