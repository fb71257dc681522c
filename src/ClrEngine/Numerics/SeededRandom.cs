namespace ClrEngine.Numerics;

/// <summary>A small random generator whose numbers are the same on every platform and every version of .NET.</summary>
/// <remarks>
/// SplitMix64: Steele, Lea and Flood, "Fast splittable pseudorandom number generators", OOPSLA 2014.
/// A seed has as many independent streams as needed: epoch e of seed s draws from the stream e. Not for secrets, not for several threads.
/// </remarks>
public sealed class SeededRandom
{
    private const ulong GoldenGamma = 0x9E3779B97F4A7C15;
    private ulong _state;

    /// <summary>Starts one stream of a seed.</summary>
    /// <param name="seed">The seed, any number.</param>
    /// <param name="stream">Which of the seed's streams, any number: an epoch, a class, a purpose.</param>
    public SeededRandom(long seed, long stream)
        : this(Mix(unchecked(Mix((ulong)seed + GoldenGamma) + (GoldenGamma * (ulong)stream))))
    {
    }

    /// <summary>Starts from a bare state, as SplitMix64's reference code does.</summary>
    internal SeededRandom(ulong state) => _state = state;

    /// <summary>The next 64 random bits.</summary>
    /// <returns>A number from 0 to 2^64 - 1, each as likely.</returns>
    public ulong NextUInt64() => Mix(_state = unchecked(_state + GoldenGamma));

    /// <summary>The next number below a bound, without bias.</summary>
    /// <param name="bound">How many numbers there are to choose from, at least 1.</param>
    /// <returns>A number from 0 to <paramref name="bound"/> - 1, each exactly as likely.</returns>
    /// <remarks>Lemire, "Fast random integer generation in an interval", ACM TOMACS 29 (2019).</remarks>
    /// <exception cref="ArgumentOutOfRangeException">The bound is less than 1.</exception>
    public int NextInt(int bound)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(bound, 1);
        ulong range = (ulong)bound;
        ulong high = Math.BigMul(NextUInt64(), range, out ulong low);
        if (low < range)
        {
            ulong threshold = unchecked(0UL - range) % range;
            while (low < threshold) high = Math.BigMul(NextUInt64(), range, out low);
        }

        return (int)high;
    }

    /// <summary>The next number from 0 to below 1, in steps of 2^-53.</summary>
    internal double NextDouble() => (NextUInt64() >> 11) * Math.ScaleB(1, -53);

    /// <summary>Puts values into a random order (Fisher–Yates), every order as likely as the generator can tell.</summary>
    /// <param name="values">The values, reordered in place.</param>
    public void Shuffle(Span<long> values) => Shuffle<long>(values);

    internal void Shuffle<T>(Span<T> values)
    {
        for (int i = values.Length - 1; i > 0; i--)
        {
            int j = NextInt(i + 1);
            (values[i], values[j]) = (values[j], values[i]);
        }
    }

    private static ulong Mix(ulong z)
    {
        unchecked
        {
            z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
            z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
            return z ^ (z >> 31);
        }
    }
}
