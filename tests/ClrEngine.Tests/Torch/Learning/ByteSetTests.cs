using System.Collections.Immutable;
using ClrEngine.Data.Arrays;
using ClrEngine.Data.Images;
using static TorchSharp.torch;

namespace ClrEngine.Tests.Torch.Learning;

[Collection(nameof(TorchRandomState))]
public sealed class ByteSetTests : IDisposable
{
    private const int Count = 12, Channels = 3, Height = 5, Width = 7, Length = Channels * Height * Width;

    private static readonly long[] Shape = [Channels, Height, Width];
    private static readonly FeatureScaling Scaling = new([0.485, 0.456, 0.406], [0.229, 0.224, 0.225]);
    private static readonly long[] Order = [7, 0, 0, 3, 5];

    private readonly string _folder = Directory.CreateTempSubdirectory().FullName;

    public ByteSetTests() => TorchLibrary.EnsureLoaded();

    public static TheoryData<string> Kinds => ["memory", "mapped", "subset", "joined", "images", "npy", "npy, channels last"];

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Bytes_are_scaled_to_the_numbers_that_floats_are(string kind)
    {
        SampleReader bytes = Make(kind);
        float[] expected = Read(new ScaledSamples(new OnlyFloats(bytes), Scaling)), scaled = Read(new ScaledSamples(bytes, Scaling));
        Assert.NotNull(bytes.ByteDivisor);
        Assert.Equal(expected, scaled);
        Assert.Equal(expected, Read(ByteSamples.InMemory(new ScaledSamples(bytes, Scaling))));
        Assert.Equal(Read(new OnlyFloats(bytes)), Read(bytes));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_model_learns_from_bytes_what_it_learns_from_floats_to_the_bit(bool areScaled)
    {
        SampleReader bytes = Make("images");
        Assert.Equal(Losses(new OnlyFloats(bytes)), Losses(bytes));

        IReadOnlyList<double> Losses(ISampleReader samples) => Learners.Run(
            new LearnerOptions { Threads = 1 }, random => nn.Sequential(("flatten", nn.Flatten()), ("rest", Learners.Model(random, Length))), steps: 12, data: Data(areScaled ? new ScaledSamples(samples, Scaling) : samples));
    }

    [Theory]
    [InlineData("images", true)]
    [InlineData("images", false)]
    [InlineData("memory", true)]
    [InlineData("subset", true)]
    public void Bytes_on_a_device_become_the_same_numbers_there(string kind, bool areScaled)
    {
        SampleReader bytes = Make(kind);
        LabelledData data = Data(areScaled ? new ScaledSamples(bytes, Scaling) : bytes).Train;
        using var host = new ByteSet(data, null, CPU);
        using var device = new DeviceByteSet(data, null, CPU);
        var order = new EpochOrder(data.Count, 1, 0);
        (Tensor expected, Tensor targets) = host.Gather(order, 1, 5);
        (Tensor gathered, Tensor same) = device.Gather(order, 1, 5);
        Assert.True(gathered.allclose(expected, 0, 0) && same.eq(targets).all().item<bool>());
        Assert.True(device.Slice(2, 4).Features.allclose(host.Slice(2, 4).Features, 0, 0));
    }

    [Fact]
    public void Bytes_of_a_file_are_held_in_memory_so_that_it_may_change()
    {
        SampleReader held = ByteSamples.InMemory(Make("mapped"));
        float[] before = Read(held);
        using (FileStream file = File.OpenWrite(Path.Combine(_folder, "mapped")))
            file.Write(new byte[Count * Length]);
        Assert.Equal(before, Read(held));
    }

    [Fact]
    public void Bytes_of_a_file_are_streamed_where_they_are_more_than_the_budget_and_those_in_memory_never()
    {
        Assert.Contains("read batch by batch", Residency("mapped", (Count * Length) - 1));
        Assert.Contains("as bytes", Residency("mapped", 2 * Count * Length));
        Assert.Contains("as bytes", Residency("memory", 0));

        string Residency(string kind, long budget) => Learners.Residency(Data(Make(kind)), budget);
    }

    private static byte[] Values { get; } = [.. Enumerable.Range(0, Count * Length).Select(static i => (byte)(i * 37 % 256))];

    private SampleReader Make(string kind)
    {
        switch (kind)
        {
            case "mapped":
                File.WriteAllBytes(Path.Combine(_folder, kind), Values);
                return new ByteSamples(new MappedBytes(File.OpenRead(Path.Combine(_folder, kind))), 0, Length, Count, Shape, 255);
            case "subset":
                return new SubsetSamples(Make("memory"), [.. Enumerable.Range(0, Count).Reverse().Select(static i => (long)i)]);
            case "joined":
                return new JoinedSamples([new ByteSamples(Values.AsMemory(0, 4 * Length), Shape, 255), new ByteSamples(Values.AsMemory(4 * Length), Shape, 255)]);
            case "images":
                return new ByteSamples(new RowBytes([.. Values.Chunk(Length)], Length), 0, Length, Count, Shape, 255);
            case "npy":
                return Npy("(12, 3, 5, 7)");
            case "npy, channels last":
                return Npy("(12, 5, 7, 3)");
            default:
                return new ByteSamples(Values, Shape, 255);
        }
    }

    private static NpySamples Npy(string shape)
    {
        NpyArray array = NpyArray.Read("x.npy", new MemoryStream(NpyWriter.Bytes("|u1", shape, Values)), null);
        return new NpySamples(array, new ArrayLayout(SampleLayout.Image, 255, null));
    }

    private static float[] Read(ISampleReader samples)
    {
        var values = new float[Order.Length * Length];
        samples.Read(Order, values);
        return values;
    }

    private static TrainingData Data(ISampleReader samples)
    {
        var set = new LabelledData(samples, new ClassTargets(ImmutableArray.CreateRange(Enumerable.Range(0, Count).Select(static i => (long)(i % Learners.Classes))), ["a", "b", "c"]));
        return new TrainingData("bytes", "made", set, set, FeatureScaling.Identity(Channels), "bytes");
    }

    // Its bytes are nobody's to see.
    private sealed class OnlyFloats(ISampleReader samples) : ISampleReader
    {
        public long Count => samples.Count;
        public IReadOnlyList<long> Shape => samples.Shape;
        public int SampleLength => samples.SampleLength;
        public void Read(ReadOnlySpan<long> indices, Span<float> destination) => samples.Read(indices, destination);
    }
}
