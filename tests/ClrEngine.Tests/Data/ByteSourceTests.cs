using ClrEngine.Data;
using ClrEngine.Data.Arrays;
using ClrEngine.Tests.Data.Arrays;

namespace ClrEngine.Tests.Data;

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
