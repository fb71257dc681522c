using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

namespace ClrEngine.Data;

/// <summary>A SHA-256 over parts, each preceded by its length, so that moving a boundary changes the hash.</summary>
internal sealed class ContentHash : IDisposable
{
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    public ContentHash Add(ReadOnlySpan<byte> part)
    {
        Span<byte> length = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(length, part.Length);
        _hash.AppendData(length);
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

    /// <summary>64 hex digits in lower case.</summary>
    public string Finish() => Convert.ToHexString(_hash.GetHashAndReset()).ToLowerInvariant();

    public void Dispose() => _hash.Dispose();

    private ContentHash AddWords(ReadOnlySpan<uint> part)
    {
        if (BitConverter.IsLittleEndian) return Add(MemoryMarshal.AsBytes(part));
        var swapped = new uint[part.Length];
        BinaryPrimitives.ReverseEndianness(part, swapped);
        return Add(MemoryMarshal.AsBytes<uint>(swapped));
    }
}
