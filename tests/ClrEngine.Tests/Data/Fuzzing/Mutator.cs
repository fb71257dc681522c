using System.Buffers.Binary;
using System.Diagnostics;
using ClrEngine.Numerics;

namespace ClrEngine.Tests.Data.Fuzzing;

/// <summary>Damages valid files: the same seed and number make the same damage.</summary>
internal sealed class Mutator(long seed, long number)
{
    private static readonly byte[] TellingBytes = [0, 1, 0x7F, 0x80, 0xFE, 0xFF, (byte)'0', (byte)'9', (byte)',', (byte)'"', (byte)'\n', (byte)'-', (byte)'e'];
    private static readonly long[] TellingNumbers = [0, 1, -1, 255, 256, short.MaxValue, ushort.MaxValue, int.MinValue, int.MaxValue, uint.MaxValue, 1L << 40, long.MinValue, long.MaxValue];

    private readonly SeededRandom _random = new(seed, number);

    /// <summary>One of the files, so that a set of files has one that is damaged, sometimes several.</summary>
    public byte[][] Damage(byte[][] files, IReadOnlyList<byte[]> donors)
    {
        byte[][] damaged = [.. files];
        do
        {
            int victim = _random.NextInt(files.Length);
            damaged[victim] = Damage(damaged[victim], donors);
        }
        while (_random.NextInt(8) == 0);
        return damaged;
    }

    /// <summary>Any of these with the same chance.</summary>
    public T Choose<T>(IReadOnlyList<T> choices) => choices[_random.NextInt(choices.Count)];

    private byte[] Damage(byte[] file, IReadOnlyList<byte[]> donors)
    {
        byte[] bytes = [.. file];
        for (int left = 1 << _random.NextInt(4); left > 0; left--)
        {
            if (bytes.Length == 0) return bytes;
            bytes = _random.NextInt(10) switch
            {
                0 or 1 => Set(bytes, place => (byte)(bytes[place] ^ (1 << _random.NextInt(8)))),
                2 => Set(bytes, _ => (byte)_random.NextInt(256)),
                3 or 4 => Set(bytes, _ => Choose(TellingBytes)),
                5 or 6 => SetNumber(bytes),
                7 => bytes[.._random.NextInt(bytes.Length)],
                8 => Splice(bytes, Choose(donors)),
                _ => Repeat(bytes),
            };
        }

        return bytes;
    }

    // Half of the damage goes to the ends, where headers and directories are.
    private int Place(int length) => _random.NextInt(4) switch
    {
        0 => _random.NextInt(Math.Min(length, 64)),
        1 => length - 1 - _random.NextInt(Math.Min(length, 64)),
        _ => _random.NextInt(length),
    };

    private byte[] Set(byte[] bytes, Func<int, byte> value)
    {
        int place = Place(bytes.Length);
        bytes[place] = value(place);
        return bytes;
    }

    private byte[] SetNumber(byte[] bytes)
    {
        int size = 1 << (1 + _random.NextInt(3));
        if (bytes.Length < size) return bytes;
        Span<byte> number = stackalloc byte[sizeof(long)];
        long value = Choose(TellingNumbers);
        int place = Math.Min(Place(bytes.Length), bytes.Length - size);
        if (_random.NextInt(2) == 0)
        {
            BinaryPrimitives.WriteInt64LittleEndian(number, value);
            number[..size].CopyTo(bytes.AsSpan(place));
        }
        else
        {
            BinaryPrimitives.WriteInt64BigEndian(number, value);
            number[^size..].CopyTo(bytes.AsSpan(place));
        }

        return bytes;
    }

    private byte[] Splice(byte[] bytes, byte[] donor)
    {
        int from = _random.NextInt(donor.Length), length = _random.NextInt(donor.Length - from) + 1, place = _random.NextInt(bytes.Length);
        int kept = _random.NextInt(2) == 0 ? Math.Min(bytes.Length, place + length) : place;
        return [.. bytes.AsSpan(0, place), .. donor.AsSpan(from, length), .. bytes.AsSpan(kept)];
    }

    private byte[] Repeat(byte[] bytes)
    {
        int from = _random.NextInt(bytes.Length), length = Math.Min(_random.NextInt(64) + 1, bytes.Length - from), times = 1 + _random.NextInt(8);
        byte[] block = bytes[from..(from + length)];
        return [.. bytes.AsSpan(0, from), .. Enumerable.Repeat(block, times).SelectMany(static some => some), .. bytes.AsSpan(from + length)];
    }
}

/// <summary>Feeds damaged files to a reader, which may accept them or throw one of the engine's own errors, and nothing else.</summary>
/// <remarks>The environment variable CLR_FUZZ_COUNT sets how many files each reader gets, CLR_FUZZ_SEED which ones.</remarks>
internal static class ReaderFuzz
{
    private const int UsualCount = 2000;

    // Deflate gives up to 1,032 bytes for one; a reader may hold a few copies of what it unpacks.
    private const long BytesPerByte = 8192;
    private const long BytesAtLeast = 32 << 20;

    /// <summary>Runs one reader.</summary>
    /// <param name="sets">Valid sets of files; each damaged set starts as one of these.</param>
    /// <param name="read">Reads a set of files, with options that the mutator chooses; with the usual ones where it is null.</param>
    public static void Run(byte[][][] sets, Action<byte[][], Mutator?> read)
    {
        long seed = Setting("CLR_FUZZ_SEED", 1), count = Setting("CLR_FUZZ_COUNT", UsualCount);
        byte[][] donors = [.. sets.SelectMany(static set => set)];
        foreach (byte[][] set in sets) read(set, null);

        long accepted = 0, most = 0, slow = 0;
        var slowest = TimeSpan.Zero;
        for (long number = 0; number < count; number++)
        {
            var mutator = new Mutator(seed, number);
            byte[][] files = mutator.Damage(mutator.Choose(sets), donors);
            long before = GC.GetAllocatedBytesForCurrentThread();
            var watch = Stopwatch.StartNew();
            try
            {
                read(files, mutator);
                accepted++;
            }
            catch (Exception error) when (error is IClrError)
            {
                Assert.NotEmpty(error.Message);
            }
            catch (Exception error) when (error is not IClrError)
            {
                Assert.Fail($"Set {number} of seed {seed} ({Shown(files)}) ends with {error}");
            }

            (slowest, slow) = watch.Elapsed > slowest ? (watch.Elapsed, number) : (slowest, slow);
            long allocated = GC.GetAllocatedBytesForCurrentThread() - before, bound = BytesAtLeast + (BytesPerByte * files.Sum(static file => (long)file.Length));
            Assert.True(allocated <= bound, $"Set {number} of seed {seed} ({Shown(files)}) allocates {allocated} bytes, at most {bound} are allowed.");
            most = Math.Max(most, allocated);
        }

        TestContext.Current.TestOutputHelper?.WriteLine(
            $"{count} damaged files: {accepted} read, {count - accepted} refused; at most {most / 1e6:F1} MB allocated for one, {slowest.TotalMilliseconds:F0} ms (set {slow}).");
    }

    internal static long Setting(string name, long usual) =>
        Environment.GetEnvironmentVariable(name) is { Length: > 0 } text ? long.Parse(text, CultureInfo.InvariantCulture) : usual;

    private static string Shown(byte[][] files) =>
        string.Join("; ", files.Select(static file => file.Length <= 4096 ? Convert.ToBase64String(file) : $"{file.Length} bytes"));
}
