using System.IO.MemoryMappedFiles;

namespace ClrEngine.Data;

/// <summary>A file that is mapped, not read: the system fetches what is used, and may drop it again.</summary>
/// <remarks>The mapping ends when nothing refers to it any more. The file must stay as it is until then: a system ends a process that reads where a mapped file was cut off.</remarks>
internal sealed class MappedBytes : ByteSource
{
    private readonly MemoryMappedViewAccessor _view;

    /// <summary>Maps an open file, and closes it with the mapping.</summary>
    public MappedBytes(FileStream file)
    {
        Length = file.Length;
        using var map = MemoryMappedFile.CreateFromFile(file, null, 0, MemoryMappedFileAccess.Read, HandleInheritability.None, leaveOpen: false);
        _view = map.CreateViewAccessor(0, Length, MemoryMappedFileAccess.Read);
    }

    /// <inheritdoc/>
    public override long Length { get; }

    /// <inheritdoc/>
    public override ReadOnlySpan<byte> Read(long offset, Span<byte> scratch)
    {
        if (offset < 0 || offset > Length - scratch.Length) throw new ArgumentOutOfRangeException(nameof(offset), offset, $"There are {Length} bytes.");
        _view.SafeMemoryMappedViewHandle.ReadSpan((ulong)offset, scratch);
        return scratch;
    }
}
