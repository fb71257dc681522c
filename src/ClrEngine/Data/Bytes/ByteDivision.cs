using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace ClrEngine.Data;

/// <summary>Turns bytes into numbers, divided by the byte that shall read as 1.</summary>
internal static class ByteDivision
{
    /// <summary>Divides each byte.</summary>
    /// <param name="source">The bytes.</param>
    /// <param name="target">Takes as many numbers.</param>
    /// <param name="divisor">What each byte is divided by.</param>
    public static void Divide(ReadOnlySpan<byte> source, Span<float> target, float divisor)
    {
        ref byte from = ref MemoryMarshal.GetReference(source);
        ref float to = ref MemoryMarshal.GetReference(target);
        var divisors = Vector256.Create(divisor);
        int i = 0;
        for (; i <= source.Length - Vector256<byte>.Count; i += Vector256<byte>.Count)
        {
            (Vector256<ushort> low, Vector256<ushort> high) = Vector256.Widen(Vector256.LoadUnsafe(ref from, (nuint)i));
            Store(low, ref to, i);
            Store(high, ref to, i + Vector256<ushort>.Count);
        }

        for (; i < source.Length; i++) target[i] = source[i] / divisor;

        // A division, not a product with the inverse: 255/255 must be 1, and the same on every processor.
        void Store(Vector256<ushort> shorts, ref float start, int offset)
        {
            (Vector256<uint> low, Vector256<uint> high) = Vector256.Widen(shorts);
            (Vector256.ConvertToSingle(low.AsInt32()) / divisors).StoreUnsafe(ref start, (nuint)offset);
            (Vector256.ConvertToSingle(high.AsInt32()) / divisors).StoreUnsafe(ref start, (nuint)(offset + Vector256<uint>.Count));
        }
    }
}
