namespace ClrEngine.Tests.Data;

public sealed class LabelledDataTests
{
    private static readonly ByteSamples TwoSamples = new(new byte[2], [1], 1);

    [Fact]
    public void Another_number_of_targets_than_samples_is_refused_by_name() =>
        Assert.Throws<ArgumentException>("targets", () => new LabelledData(TwoSamples, new ClassTargets([0], ["a"])));

    [Fact]
    public void A_set_without_a_sample_is_refused_by_name() =>
        Assert.Throws<ArgumentException>("samples", () => new LabelledData(new ByteSamples(Array.Empty<byte>(), [1], 1), new ClassTargets([], ["a"])));

    [Theory]
    [InlineData(-1)]
    [InlineData(2)]
    public void A_label_without_a_class_is_refused_with_its_place(long label)
    {
        var error = Assert.Throws<ArgumentOutOfRangeException>("labels", () => new ClassTargets([0, label], ["a", "b"]));
        Assert.Contains("sample 1", error.Message);
    }

    [Fact]
    public void Values_that_do_not_fill_whole_samples_are_refused_by_name() =>
        Assert.Throws<ArgumentException>("values", () => new ValueTargets([1, 2, 3], 2));

    [Fact]
    public void A_value_that_is_not_finite_is_refused_with_its_place()
    {
        var error = Assert.Throws<ArgumentException>("values", () => new ValueTargets([1, 2, float.NaN, 4], 2));
        Assert.Contains("sample 1", error.Message);
    }

    [Fact]
    public void Chosen_value_targets_keep_their_width() =>
        Assert.Equal([5, 6, 1, 2], ((ValueTargets)new ValueTargets([1, 2, 3, 4, 5, 6], 2).Select([2, 0])).Values);

    [Fact]
    public void Chosen_class_targets_keep_their_names()
    {
        var chosen = (ClassTargets)new ClassTargets([0, 1, 0], ["a", "b"]).Select([1]);
        Assert.Equal([1], chosen.Labels);
        Assert.Equal(["a", "b"], chosen.ClassNames);
    }

    [Fact]
    public void Parts_with_different_classes_make_no_training_data()
    {
        var one = new LabelledData(TwoSamples, new ClassTargets([0, 0], ["a"]));
        var other = new LabelledData(TwoSamples, new ClassTargets([0, 0], ["a", "b"]));
        Assert.Throws<ArgumentException>("validation", () => new TrainingData("n", "s", one, other, FeatureScaling.Identity(1), "id"));
    }
}

public sealed class SampleReaderTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(31)]
    [InlineData(32)]
    [InlineData(256)]
    [InlineData(784)]
    public void Bytes_read_as_their_exact_quotient(int length)
    {
        byte[] values = [.. Enumerable.Range(0, 3 * length).Select(static i => (byte)i)];
        var samples = new ByteSamples(values, [length], 255);
        Assert.Equal(values.Select(static value => value / 255f), samples.ReadAll());
    }

    [Fact]
    public void Samples_come_in_the_order_asked_for_and_may_come_twice()
    {
        var samples = new ByteSamples(new byte[] { 0, 1, 2, 3, 4, 5 }, [2], 1);
        Assert.Equal([4, 5, 0, 1, 4, 5], samples.ReadRows(2, 0, 2));
    }

    [Fact]
    public void A_subset_counts_its_own_samples_from_0()
    {
        var all = new FloatSamples(new float[] { 0, 10, 20, 30 }, [1]);
        Assert.Equal([30, 10, 30], new SubsetSamples(all, [1, 3]).ReadRows(1, 0, 1));
    }

    [Theory]
    [MemberData(nameof(Readers))]
    public void An_index_outside_the_set_is_refused_by_name(ISampleReader samples)
    {
        Assert.Throws<ArgumentOutOfRangeException>("indices", () => samples.ReadRows(0, samples.Count));
        Assert.Throws<ArgumentOutOfRangeException>("indices", () => samples.ReadRows(-1));
    }

    [Theory]
    [MemberData(nameof(Readers))]
    public void A_destination_of_another_length_is_refused_by_name(ISampleReader samples)
    {
        Assert.Throws<ArgumentException>("destination", () => samples.Read([0, 1], new float[samples.SampleLength]));
        Assert.Throws<ArgumentException>("destination", () => samples.Read([0], new float[samples.SampleLength + 1]));
    }

    [Theory]
    [MemberData(nameof(Readers))]
    public void Nothing_asked_for_reads_nothing(ISampleReader samples) => Assert.Empty(samples.ReadRows());

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.NegativeInfinity)]
    public void A_value_that_is_not_finite_is_refused_with_its_place(float value)
    {
        var error = Assert.Throws<ArgumentException>("values", () => new FloatSamples(new[] { 1, 2, 3, value }, [2]));
        Assert.Contains("Value 1 of sample 1", error.Message);
    }

    [Theory]
    [InlineData(new long[] { })]
    [InlineData(new long[] { 0 })]
    [InlineData(new long[] { 2, -1 })]
    [InlineData(new long[] { 65536, 65536 })]
    [InlineData(new[] { long.MaxValue, long.MaxValue })]
    public void A_shape_that_makes_no_sample_is_refused_by_name(long[] shape) =>
        Assert.Throws<ArgumentException>(nameof(shape), () => new ByteSamples(new byte[4], shape, 1));

    [Fact]
    public void A_last_sample_that_is_not_whole_is_refused_by_name() =>
        Assert.Throws<ArgumentException>("values", () => new ByteSamples(new byte[5], [2], 1));

    public static TheoryData<ISampleReader> Readers()
    {
        var bytes = new ByteSamples(new byte[6], [2], 1);
        return
        [
            bytes,
            new FloatSamples(new float[6], [2]),
            new SubsetSamples(bytes, [0, 2]),
            new ScaledSamples(bytes, FeatureScaling.Identity(2)),
        ];
    }
}

public sealed class ByteSourceTests
{
    [Fact]
    public void A_large_plain_file_stays_on_the_disk_and_reads_the_same()
    {
        using var folder = new TempFolder();
        const int Count = 90_000;
        byte[] labels = [.. Enumerable.Range(0, Count).Select(static i => (byte)(i % 2))];
        folder.WriteFile("train-labels-idx1-ubyte", IdxWriter.Bytes([Count], labels));
        WriteImages(Path.Combine(folder.Path, "train-images-idx3-ubyte"), Count);

        long before = GC.GetAllocatedBytesForCurrentThread();
        TrainingData data = DataCatalog.Default.Load(folder.Path, new DataOptions { Standardize = false });
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 32_000_000); // the file has 70 MB

        float[] last = data.Train.Samples.ReadRows(data.Train.Count - 1);
        Assert.Equal(0, last[0]);
        Assert.Equal(7 / 255f, last[^1]);
    }

    [Fact]
    public void Records_are_read_at_their_places_between_others()
    {
        var samples = new ByteSamples(new MemoryBytes(new byte[] { 9, 1, 2, 9, 3, 4, 9, 5, 6 }), 1, 3, 3, [2], 1);
        Assert.Equal([5, 6, 1, 2], samples.ReadRows(2, 0));
    }

    [Fact]
    public void Records_beyond_the_file_are_refused() =>
        Assert.Throws<ArgumentOutOfRangeException>("count", () => new ByteSamples(new MemoryBytes(new byte[8]), 1, 3, 3, [2], 1));

    [Fact]
    public void Joined_parts_count_on_from_one_to_the_next()
    {
        var joined = new JoinedSamples([new FloatSamples(new float[] { 0, 1 }, [1]), new FloatSamples(new float[] { 2 }, [1]), new FloatSamples(new float[] { 3, 4 }, [1])]);
        Assert.Equal(5, joined.Count);
        Assert.Equal([4, 2, 0, 3, 1], joined.ReadRows(4, 2, 0, 3, 1));
    }

    // All zeros but for the last pixel of each image; the file system keeps no zeros.
    private static void WriteImages(string path, int count)
    {
        using FileStream file = File.Create(path);
        file.Write(IdxWriter.Bytes([count, 28, 28], []));
        file.SetLength(16 + (count * 784L));
        file.Position = file.Length - 1;
        file.WriteByte(7);
    }
}
