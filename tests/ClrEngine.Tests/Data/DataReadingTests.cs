using System.Diagnostics;
using System.IO.Compression;

namespace ClrEngine.Tests.Data;

public sealed class DataReadingTests
{
    [Fact]
    public void A_cancelled_token_ends_the_reading_of_every_format()
    {
        using var folder = new TempFolder();
        folder.WriteSet("train", [0, 0, 1, 1]);
        string table = folder.At("t.csv");
        File.WriteAllText(table, "a,b\n1,x\n2,y\n3,x\n4,y\n");
        string archive = folder.At("a.npz");
        File.WriteAllBytes(archive, NpyWriter.Archive(("x", NpyWriter.Bytes("<f4", "(2, 1)", 1f, 2f)), ("y", NpyWriter.Bytes("<i8", "(2,)", 0L, 1L))));
        foreach (string path in new[] { folder.Path, table, archive })
            Assert.Throws<OperationCanceledException>(() => DataCatalog.Default.Load(path, cancellationToken: new CancellationToken(canceled: true)));
    }

    [Fact]
    public void A_text_that_unpacks_without_end_can_be_ended()
    {
        using var folder = new TempFolder();
        string path = folder.At("t.csv.gz");
        using (var gzip = new GZipStream(File.Create(path), CompressionLevel.Fastest))
        {
            gzip.Write("a,b\n"u8);
            byte[] rows = [.. Enumerable.Repeat("1,x\n2,y\n"u8.ToArray(), 1 << 15).SelectMany(static row => row)];
            for (int i = 0; i < 2000; i++) gzip.Write(rows);
        }

        using var stop = new CancellationTokenSource();
        stop.CancelAfter(200);
        Assert.Throws<OperationCanceledException>(() => DataCatalog.Default.Load(path, cancellationToken: stop.Token));
    }

    [Fact]
    public void Bytes_that_repeat_themselves_are_kept_once()
    {
        byte[] zeros = IdxWriter.Gzip(new byte[64 << 20]), own = [.. Enumerable.Range(0, 3 << 20).Select(static i => (byte)(i >> 13))];
        using Stream unpacked = new DataStream("zeros", () => new MemoryStream(zeros)).Open();
        long before = GC.GetAllocatedBytesForCurrentThread();
        (PieceBytes bytes, long found) = PieceBytes.Read("zeros", unpacked, 64 << 20);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 8 << 20);
        Assert.Equal((64 << 20, 64 << 20), (found, bytes.Length));
        (bytes, found) = PieceBytes.Read("own", new MemoryStream([.. own[..(1 << 20)], .. own[..(1 << 20)], .. own]), own.Length + (2 << 20));
        Assert.Equal(own.Length + (2L << 20), found);
        Assert.Equal(own, bytes.Read(2 << 20, new byte[own.Length]).ToArray());
        Assert.Equal(own[..100], bytes.Read(1 << 20, new byte[100]).ToArray());
    }

    [Fact]
    public void The_token_holds_for_its_own_reading_alone()
    {
        using var folder = new TempFolder();
        folder.WriteSet("train", [0, 0, 1, 1]);
        using var stop = new CancellationTokenSource();
        TrainingData data = DataCatalog.Default.Load(folder.Path, cancellationToken: stop.Token);
        stop.Cancel();
        Assert.Equal(6, data.Train.Samples.ReadRows(0).Length);
        Assert.NotNull(DataCatalog.Default.Load(folder.Path));
    }

    [Fact]
    public void A_pipe_is_refused_at_once_as_nobody_may_ever_write_to_it()
    {
        if (OperatingSystem.IsWindows()) Assert.Skip("Windows has no pipes among its files.");
        using var folder = new TempFolder();
        foreach (string name in new[] { "t.csv", "t.parquet", "a.npz" })
        {
            string path = folder.At(name);
            using (Process made = Process.Start("mkfifo", [path])) made.WaitForExit();
            Assert.Equal(DataErrors.Pipe, Assert.Throws<DataFormatException>(() => DataCatalog.Default.Load(path)).Cause);
            File.Delete(path);
        }
    }
}
