using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

namespace ClrEngine.Data;

/// <summary>A SHA-256 over parts, each preceded by its length, so that moving a boundary changes the hash.</summary>
internal sealed class ContentHash : IDisposable
{
    private const int BlockBytes = 1 << 20;

    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    public ContentHash Add(ReadOnlySpan<byte> part)
    {
        AddLength(part.Length);
        _hash.AppendData(part);
        return this;
    }

    public ContentHash Add(string part) => Add(Encoding.UTF8.GetBytes(part));

    public ContentHash Add(ReadOnlySpan<long> part)
    {
        if (BitConverter.IsLittleEndian) return Add(MemoryMarshal.AsBytes(part));
        var swapped = new long[part.Length];
        BinaryPrimitives.ReverseEndianness(part, swapped);
        return Add(MemoryMarshal.AsBytes<long>(swapped));
    }

    public ContentHash Add(ReadOnlySpan<float> part) => AddWords(MemoryMarshal.Cast<float, uint>(part));

    public ContentHash Add(ReadOnlySpan<int> part) => AddWords(MemoryMarshal.Cast<int, uint>(part));

    public ContentHash Add(ReadOnlySpan<double> part) => Add(MemoryMarshal.Cast<double, long>(part));

    /// <summary>Adds the bytes from a place to the end as one part, without holding them all in memory.</summary>
    public ContentHash Add(ByteSource source, long offset)
    {
        AddLength(source.Length - offset);
        var block = new byte[Math.Min(BlockBytes, source.Length - offset)];
        for (long start = offset; start < source.Length; start += block.Length)
            _hash.AppendData(source.Read(start, block.AsSpan(0, (int)Math.Min(block.Length, source.Length - start))));
        return this;
    }

    /// <summary>64 hex digits in lower case.</summary>
    public string Finish() => Convert.ToHexString(_hash.GetHashAndReset()).ToLowerInvariant();

    public void Dispose() => _hash.Dispose();

    private void AddLength(long bytes)
    {
        Span<byte> length = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(length, bytes);
        _hash.AppendData(length);
    }

    private ContentHash AddWords(ReadOnlySpan<uint> part)
    {
        if (BitConverter.IsLittleEndian) return Add(MemoryMarshal.AsBytes(part));
        var swapped = new uint[part.Length];
        BinaryPrimitives.ReverseEndianness(part, swapped);
        return Add(MemoryMarshal.AsBytes<uint>(swapped));
    }
}
