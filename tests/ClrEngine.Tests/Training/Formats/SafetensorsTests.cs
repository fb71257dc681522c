using System.Buffers.Binary;
using System.Runtime.InteropServices;
using ClrEngine.Numerics;
using ClrEngine.Training.Formats;

namespace ClrEngine.Tests.Training.Formats;

public sealed class SafetensorsTests
{
    private static readonly StateTensor Weight = new("layer.weight", TensorType.Float32, [2, 3], Bytes<float>(1, -2, 3.5f, float.NaN, 0, -0f));
    private static readonly StateTensor Count = new("layer.count", TensorType.Int64, [], Bytes<long>(42));
    private static readonly StateTensor Mask = new("mask", TensorType.Bool, [3], new byte[] { 1, 0, 1 });
    private static readonly StateTensor Empty = new("empty", TensorType.Float64, [0, 5], Array.Empty<byte>());

    [Fact]
    public void Given_tensors_when_written_and_read_then_each_comes_back_bit_for_bit()
    {
        SafetensorsContent read = Read(Write([Weight, Count, Mask, Empty]));
        Assert.Equal(["empty", "layer.count", "layer.weight", "mask"], read.Tensors.Select(t => t.Name));
        foreach (StateTensor written in (StateTensor[])[Weight, Count, Mask, Empty])
        {
            StateTensor tensor = Assert.Single(read.Tensors, t => t.Name == written.Name);
            Assert.Equal(written.ToString(), tensor.ToString());
            Assert.Equal(written.Bytes.ToArray(), tensor.Bytes.ToArray());
        }
    }

    [Fact]
    public void Given_texts_when_written_and_read_then_they_come_back()
    {
        var texts = new Dictionary<string, string> { ["format"] = "pt", ["name"] = "Grüße \"x\"\n" };
        Assert.Equal(texts, Read(Write([Mask], texts)).Metadata);
    }

    [Fact]
    public void Given_tensors_of_several_types_when_written_then_the_data_begins_at_a_multiple_of_eight_and_each_is_aligned()
    {
        byte[] file = Write([Mask, Weight, Count]);
        Assert.Equal(0, (long)BinaryPrimitives.ReadUInt64LittleEndian(file) % 8);
        Assert.Equal(["layer.count", "layer.weight", "mask"], Read(file).Tensors.Select(t => t.Name));
    }

    [Fact]
    public void Given_a_file_as_the_specification_draws_it_when_read_then_its_tensor_is_there()
    {
        byte[] file = Raw("""{"test":{"dtype":"I32","shape":[2,2],"data_offsets":[0,16]}}""", Bytes<int>(1, 2, 3, 4));
        StateTensor tensor = Assert.Single(Read(file).Tensors);
        Assert.Equal("test: I32 [2, 2]", tensor.ToString());
        Assert.Equal([1, 2, 3, 4], MemoryMarshal.Cast<byte, int>(tensor.Bytes.Span).ToArray());
    }

    [Fact]
    public void Given_no_tensor_when_written_and_read_then_there_is_none() =>
        Assert.Empty(Read(Write([])).Tensors);

    [Fact]
    public void Given_two_tensors_of_one_name_when_written_then_it_is_refused() =>
        Assert.Throws<ArgumentException>(() => Write([Mask, Mask]));

    [Fact]
    public void Given_the_name_of_the_texts_when_a_tensor_has_it_then_it_is_refused() =>
        Assert.Throws<ArgumentException>(() => Write([Mask.Renamed("__metadata__")]));

    [Theory]
    [InlineData("", "SafetensorsHeader")]
    [InlineData("[]", "SafetensorsHeader")]
    [InlineData("{", "SafetensorsHeader")]
    [InlineData(""" {"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4]}}""", "SafetensorsHeader")]
    [InlineData("""{"\ud800":{"dtype":"U8","shape":[4],"data_offsets":[0,4]}}""", "SafetensorsHeader")]
    [InlineData("""{"a":7}""", "SafetensorsHeader")]
    [InlineData("""{"__metadata__":{"a":1}}""", "SafetensorsHeader")]
    [InlineData("""{"__metadata__":[]}""", "SafetensorsHeader")]
    [InlineData("""{"__metadata__":{"a":"x","a":"y"}}""", "SafetensorsDuplicateName")]
    [InlineData("""{"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]},"a":{"dtype":"U8","shape":[2],"data_offsets":[2,4]}}""", "SafetensorsDuplicateName")]
    [InlineData("""{"a":{"dtype":"X9","shape":[4],"data_offsets":[0,4]}}""", "SafetensorsTensorType")]
    [InlineData("""{"a":{"shape":[4],"data_offsets":[0,4]}}""", "SafetensorsTensorType")]
    [InlineData("""{"a":{"dtype":"U8","shape":[-4],"data_offsets":[0,4]}}""", "SafetensorsShape")]
    [InlineData("""{"a":{"dtype":"U8","shape":[4.5],"data_offsets":[0,4]}}""", "SafetensorsShape")]
    [InlineData("""{"a":{"dtype":"U8","shape":4,"data_offsets":[0,4]}}""", "SafetensorsShape")]
    [InlineData("""{"a":{"dtype":"F64","shape":[4294967296,4294967296],"data_offsets":[0,4]}}""", "SafetensorsShape")]
    [InlineData("""{"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4,4]}}""", "SafetensorsOffsets")]
    [InlineData("""{"a":{"dtype":"U8","shape":[4],"data_offsets":[-1,3]}}""", "SafetensorsOffsets")]
    [InlineData("""{"a":{"dtype":"U8","shape":[3],"data_offsets":[1,4]}}""", "SafetensorsOffsets")]
    [InlineData("""{"a":{"dtype":"U8","shape":[3],"data_offsets":[0,3]}}""", "SafetensorsOffsets")]
    [InlineData("""{"a":{"dtype":"U8","shape":[4],"data_offsets":[4,0]}}""", "SafetensorsOffsets")]
    [InlineData("""{"a":{"dtype":"F32","shape":[4],"data_offsets":[0,4]}}""", "SafetensorsOffsets")]
    [InlineData("""{"a":{"dtype":"U8","shape":[3],"data_offsets":[0,3]},"b":{"dtype":"U8","shape":[2],"data_offsets":[2,4]}}""", "SafetensorsOffsets")]
    [InlineData("""{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"b":{"dtype":"U8","shape":[2],"data_offsets":[2,4]}}""", "SafetensorsOffsets")]
    [InlineData("""{"a":{"dtype":"U8","shape":[99999999999],"data_offsets":[0,99999999999]}}""", "SafetensorsTruncated")]
    [InlineData("""{"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4]},"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4]}}""", "SafetensorsDuplicateName")]
    [InlineData("""{"a":{"dtype":"U8","shape":[9],"shape":[4],"data_offsets":[0,4]}}""", "SafetensorsDuplicateName")]
    [InlineData("""{"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4]},"b":{"dtype":"U8","shape":[4],"data_offsets":[0,4]}}""", "SafetensorsOffsets")]
    [InlineData("""{"a":{"dtype":"U8","shape":[4294967296,4294967296],"data_offsets":[0,4]}}""", "SafetensorsShape")]
    [InlineData("""{"a":{"dtype":"U8","shape":[4],"data_offsets":[0,9223372036854775807]}}""", "SafetensorsOffsets")]
    [InlineData("""{"a":{"dtype":"U8","shape":[4.0],"data_offsets":[0,4]}}""", "SafetensorsShape")]
    [InlineData("""{"__metadata__":{"a":null},"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4]}}""", "SafetensorsHeader")]
    [InlineData("""{"__metadata__":{"a":"\ud800"},"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4]}}""", "SafetensorsHeader")]
    public void Given_a_header_that_is_wrong_or_lies_when_read_then_the_cause_is_named(string header, string id)
    {
        var refused = Assert.Throws<SafetensorsException>(() => Read(Raw(header, [1, 2, 3, 4])));
        Assert.Equal(id, refused.ErrorId);
        Assert.Contains("x.safetensors", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0UL, "SafetensorsHeader")]
    [InlineData(1000UL, "SafetensorsTruncated")]
    [InlineData(100_000_001UL, "SafetensorsHeaderLength")]
    [InlineData(ulong.MaxValue, "SafetensorsHeaderLength")]
    public void Given_a_header_length_that_lies_when_read_then_it_is_refused_before_anything_is_allocated(ulong length, string id)
    {
        byte[] file = Write([Mask]);
        BinaryPrimitives.WriteUInt64LittleEndian(file, length);
        Assert.Equal(id, Assert.Throws<SafetensorsException>(() => Read(file)).ErrorId);
    }

    [Fact]
    public void Given_any_part_of_a_file_when_read_then_it_is_refused()
    {
        byte[] file = Write([Weight, Mask]);
        for (int length = 0; length < file.Length; length++)
            Assert.Throws<SafetensorsException>(() => Read(file[..length]));
    }

    [Fact]
    public void Given_a_name_with_control_characters_when_it_is_refused_then_the_message_stays_on_one_line()
    {
        string header = """{"a\nb\u001b":{"dtype":"X","shape":[],"data_offsets":[0,0]}}""";
        Assert.DoesNotContain(Assert.Throws<SafetensorsException>(() => Read(Raw(header, []))).Message, char.IsControl);
    }

    internal static byte[] Write(StateTensor[] tensors, IReadOnlyDictionary<string, string>? metadata = null)
    {
        using var stream = new MemoryStream();
        SafetensorsWriter.Write(stream, tensors, metadata);
        return stream.ToArray();
    }

    internal static SafetensorsContent Read(byte[] file)
    {
        using var stream = new MemoryStream(file);
        return SafetensorsReader.Read(stream, "x.safetensors");
    }

    private static byte[] Raw(string header, byte[] data)
    {
        byte[] json = Encoding.UTF8.GetBytes(header);
        byte[] file = [.. new byte[8], .. json, .. data];
        BinaryPrimitives.WriteUInt64LittleEndian(file, (ulong)json.Length);
        return file;
    }

    private static byte[] Bytes<T>(params T[] values) where T : unmanaged => MemoryMarshal.AsBytes<T>(values).ToArray();
}

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
