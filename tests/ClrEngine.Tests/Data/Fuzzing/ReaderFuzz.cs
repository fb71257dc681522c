using System.Diagnostics;
using System.Globalization;
using ClrEngine.Errors;

namespace ClrEngine.Tests.Data;

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

    private static long Setting(string name, long usual) =>
        Environment.GetEnvironmentVariable(name) is { Length: > 0 } text ? long.Parse(text, CultureInfo.InvariantCulture) : usual;

    private static string Shown(byte[][] files) =>
        string.Join("; ", files.Select(static file => file.Length <= 4096 ? Convert.ToBase64String(file) : $"{file.Length} bytes"));
}
