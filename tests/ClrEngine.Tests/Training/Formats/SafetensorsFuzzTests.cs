using System.Globalization;
using System.Text;
using ClrEngine.Numerics;
using ClrEngine.Training;
using ClrEngine.Training.Formats;

namespace ClrEngine.Tests.Training.Formats;

/// <summary>Mutated files: 4,000 in a normal run, as many as the variable CLR_FUZZ_COUNT says in a long one.</summary>
public sealed class SafetensorsFuzzTests
{
    private const long AllocationPerByte = 64;
    private const long AllocationAtRest = 64 * 1024;

    private static readonly string[] Tokens =
        ["{", "}", "[", "]", ",", ":", "\"", "0", "-1", "9223372036854775807", "18446744073709551615", "1e308", "null", "\"F32\"", "\"dtype\"", "\"__metadata__\"", "\\ud800", "\\u0000", "\u00e9", " "];

    [Fact]
    public void Given_mutated_files_when_read_then_each_is_read_or_refused_by_name_within_a_bound_of_memory()
    {
        int inputs = int.Parse(Environment.GetEnvironmentVariable("CLR_FUZZ_COUNT") ?? "4000", CultureInfo.InvariantCulture);
        var random = new SeededRandom(seed: 20, stream: 0);
        byte[][] seeds = Seeds();
        int read = 0, refused = 0;
        Try(seeds[0], ref read, ref refused);
        for (int i = 0; i < inputs; i++)
        {
            byte[] file = Mutate(seeds[random.NextInt(seeds.Length)], random);
            long before = GC.GetAllocatedBytesForCurrentThread();
            Try(file, ref read, ref refused);
            long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
            Assert.True(allocated <= AllocationAtRest + AllocationPerByte * file.Length, $"input {i} of {file.Length} bytes took {allocated} bytes");
        }
        TestContext.Current.SendDiagnosticMessage($"{read} read, {refused} refused");
        Assert.True(read > inputs / 100 && refused > inputs / 2, $"{read} read, {refused} refused: the mutations miss the reader");
    }

    private static void Try(byte[] file, ref int read, ref int refused)
    {
        try
        {
            SafetensorsContent content = SafetensorsTests.Read(file);
            Assert.True(content.Tensors.Sum(t => (long)t.Bytes.Length) <= file.Length);
            read++;
        }
        catch (SafetensorsException)
        {
            refused++;
        }
    }

    private static byte[][] Seeds()
    {
        var weight = new StateTensor("layer.weight", TensorType.Float32, [2, 3], new byte[24]);
        var count = new StateTensor("count", TensorType.Int64, [], new byte[8]);
        var none = new StateTensor("none", TensorType.BFloat16, [4, 0], Array.Empty<byte>());
        return
        [
            SafetensorsTests.Write([weight, count, none], new Dictionary<string, string> { ["format"] = "pt", ["note"] = "ü" }),
            SafetensorsTests.Write([count]),
            SafetensorsTests.Write([]),
        ];
    }

    private static byte[] Mutate(byte[] seed, SeededRandom random)
    {
        List<byte> file = [.. seed];
        for (int changes = 1 + random.NextInt(3); changes > 0 && file.Count > 0; changes--)
        {
            int at = random.NextInt(file.Count);
            switch (random.NextInt(9))
            {
                case 0:
                    file[at] ^= (byte)(1 << random.NextInt(8));
                    break;
                case 1:
                    file[at] = (byte)random.NextInt(256);
                    break;
                case 2:
                    file.RemoveRange(at, Math.Min(1 + random.NextInt(8), file.Count - at));
                    break;
                case 3:
                    file.InsertRange(at, Encoding.UTF8.GetBytes(Tokens[random.NextInt(Tokens.Length)]));
                    break;
                case 4:
                    file.RemoveRange(at, file.Count - at);
                    break;
                case 5 or 6:
                    int digit = file.FindIndex(at, static b => b is >= (byte)'0' and <= (byte)'9');
                    if (digit >= 0)
                        file[digit] = (byte)('0' + random.NextInt(10));
                    break;
                case 7:
                    file.AddRange(file.GetRange(at, Math.Min(32, file.Count - at)));
                    break;
                default:
                    file[random.NextInt(Math.Min(8, file.Count))] = (byte)random.NextInt(256);
                    break;
            }
        }
        return [.. file];
    }
}
