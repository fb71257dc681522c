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
    public void A_gzip_file_within_another_is_refused_by_that_name()
    {
        byte[] twice = IdxWriter.Gzip(IdxWriter.Gzip("a,b\n1,x\n2,y\n"u8.ToArray()));
        var refused = Assert.Throws<DataFormatException>(() => Tables.Table.Load(Tables.Table.Stream(twice)));
        Assert.Equal("'table.csv' is a gzip file within a gzip file: unpack it once.", refused.Message);
    }

    [Fact]
    public void A_zip_archive_of_a_method_that_is_not_read_is_refused_with_its_name()
    {
        byte[] archive = NpyWriter.Archive(("x", NpyWriter.Bytes("<f4", "(2, 1)", 1f, 2f)), ("y", NpyWriter.Bytes("<i8", "(2,)", 0L, 1L)));
        for (int i = 0; i < archive.Length - 12; i++)
        {
            // The method of each entry, in its own head and in the directory, becomes bzip2.
            if (archive.AsSpan(i).StartsWith("PK\x03\x04"u8)) archive[i + 8] = 12;
            if (archive.AsSpan(i).StartsWith("PK\x01\x02"u8)) archive[i + 10] = 12;
        }

        using var opened = new ClrEngine.Data.Arrays.NpzArchive(Tables.Table.Stream(archive));
        var refused = Assert.Throws<DataFormatException>(() => opened.Read("x"));
        Assert.Equal(DataErrors.Packed, refused.Cause);
        Assert.Contains("compressed using BZip2", refused.Message, StringComparison.Ordinal);
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

public sealed class PackingTests
{
    private static readonly byte[] Content = [.. Enumerable.Range(0, 300_000).Select(static i => (byte)(i * i >> 7))];

    private static readonly Func<byte[], byte[]>[] Packers = [static bytes => bytes, IdxWriter.Gzip, PackedFiles.Bzip2, PackedFiles.Zip];

    [Fact]
    public void Each_way_of_packing_gives_back_what_was_packed()
    {
        foreach (Func<byte[], byte[]> pack in Packers) Assert.Equal(Content, Unpack(pack(Content)));
    }

    [Fact]
    public void Tables_and_sets_are_read_however_they_are_packed()
    {
        using var folder = new TempFolder();
        byte[] table = "a,b\n1,x\n2,y\n3,x\n4,y\n"u8.ToArray();
        var identities = new List<string>();
        foreach ((string ending, Func<byte[], byte[]> pack) in new[] { "", ".gz", ".bz2", ".zip" }.Zip(Packers))
        {
            using TempFolder set = folder.Inner("set" + ending);
            File.WriteAllBytes(set.At("train-images-idx3-ubyte" + ending), pack(IdxWriter.Bytes([4, 1, 2], [1, 2, 3, 4, 5, 6, 7, 8])));
            File.WriteAllBytes(set.At("train-labels-idx1-ubyte" + ending), pack(IdxWriter.Bytes([4], [0, 1, 0, 1])));
            File.WriteAllBytes(folder.At("t.csv" + ending), pack(table));
            identities.Add(DataCatalog.Default.Load(set.Path).Identity + DataCatalog.Default.Load(folder.At("t.csv" + ending)).Identity);
        }

        Assert.Single(identities.Distinct());
    }

    [Fact]
    public void Members_one_after_another_are_one_file()
    {
        Assert.Equal(Content, Unpack([.. IdxWriter.Gzip(Content[..1000]), .. IdxWriter.Gzip(Content[1000..])]));
        Assert.Equal(Content, Unpack([.. PackedFiles.Bzip2(Content[..1000]), .. PackedFiles.Bzip2(Content[1000..])]));
    }

    [Fact]
    public void A_file_that_is_cut_off_anywhere_is_refused()
    {
        foreach (Func<byte[], byte[]> pack in Packers[1..])
        {
            byte[] packed = pack(Content[..5000]);
            for (int length = 12; length < packed.Length; length += 1 + (packed.Length / 60)) AssertRefused(packed[..length], DataErrors.Compression);
            AssertRefused(packed[..^1], DataErrors.Compression);
        }
    }

    [Fact]
    public void What_stands_behind_a_gzip_file_is_refused_unless_it_is_zeros()
    {
        byte[] packed = IdxWriter.Gzip("a,b\n1,2\n"u8.ToArray());
        Assert.Contains($"ends at byte {packed.Length}, and 5 bytes", AssertRefused([.. packed, .. "stray"u8], DataErrors.Trailing).Message, StringComparison.Ordinal);
        Assert.Contains($"ends at byte {2 * packed.Length}", AssertRefused([.. packed, .. packed, .. "stray"u8], DataErrors.Trailing).Message, StringComparison.Ordinal);
        Assert.Equal("a,b\n1,2\n"u8, Unpack([.. packed, .. new byte[512]]));
    }

    [Fact]
    public void A_flipped_bit_is_refused_though_it_be_stored_as_it_is()
    {
        byte[] stored = PackedFiles.Zip(CompressionLevel.NoCompression, ("file", Content));
        for (int place = 100; place < Content.Length; place += 50_000)
        {
            byte[] flipped = [.. stored];
            flipped[place] ^= 4;
            AssertRefused(flipped, DataErrors.Compression);
        }
    }

    [Fact]
    public void What_is_packed_in_another_way_is_named_with_its_unpacker()
    {
        foreach ((byte[] start, string tool) in new[] { (new byte[] { 0xFD, 0x37, 0x7A, 0x58, 0x5A, 0 }, "unxz"), ([0x28, 0xB5, 0x2F, 0xFD], "unzstd"), ([0x37, 0x7A, 0xBC, 0xAF, 0x27, 0x1C], "7z"), ([.. "Rar!"u8, 0x1A, 7], "unrar") })
            Assert.Contains(tool, AssertRefused([.. start, .. new byte[100]], DataErrors.Packed).Message, StringComparison.Ordinal);
        Assert.Contains("2 files (a, b)", AssertRefused(PackedFiles.Zip(("a", [1]), ("b", [2])), DataErrors.Packed).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_unpacks_to_far_more_than_its_header_says_costs_no_more_than_that()
    {
        byte[] bomb = IdxWriter.Gzip([.. IdxWriter.Bytes([4, 2, 3], new byte[24]), .. new byte[200_000_000]]);
        byte[] lie = IdxWriter.Gzip([.. IdxWriter.Bytes([2_000_000, 28, 28], []), .. new byte[1000]]);
        foreach ((byte[] images, ClrEngine.Errors.ErrorCause cause) in new[] { (bomb, DataErrors.Trailing), (lie, DataErrors.Truncated) })
        {
            using var folder = new TempFolder();
            folder.WriteFile("train-labels-idx1-ubyte", IdxWriter.Bytes([4], [0, 0, 1, 1]));
            File.WriteAllBytes(folder.At("train-images-idx3-ubyte.gz"), images);
            long before = GC.GetAllocatedBytesForCurrentThread();
            var error = Assert.Throws<DataFormatException>(() => DataCatalog.Default.Load(folder.Path));
            Assert.Equal(cause, error.Cause);
            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 4_000_000);
        }
    }

    [Fact]
    public void A_promise_beyond_the_machines_memory_is_refused_before_anything_is_unpacked()
    {
        byte[] packed = IdxWriter.Gzip(NpyWriter.File("{'descr': '<f8', 'fortran_order': False, 'shape': (1099511627776, 16), }", new byte[1000]));
        Assert.Equal(DataErrors.TooLarge, Assert.Throws<DataFormatException>(() => ClrEngine.Data.Arrays.NpyArray.Read(Table.Stream(packed))).Cause);
    }

    [Fact]
    public void Bytes_in_pieces_read_as_one()
    {
        byte[] bytes = new byte[3_000_000];
        new Random(1).NextBytes(bytes);
        (PieceBytes pieces, long found) = PieceBytes.Read("file", new MemoryStream(bytes), bytes.Length);
        Assert.Equal((bytes.Length, bytes.Length), (pieces.Length, found));
        foreach ((int offset, int length) in new[] { (0, 10), ((1 << 20) - 5, 10), (5, 2_999_995), (1 << 20, 1 << 20), (2_999_999, 1), (3_000_000 - 1_100_000, 1_100_000) })
            Assert.Equal(bytes.AsSpan(offset, length), pieces.Read(offset, new byte[length]));
    }

    private static byte[] Unpack(byte[] packed)
    {
        using var target = new MemoryStream();
        using StoppableStream stream = Table.Stream(packed).Open();
        stream.CopyTo(target);
        return target.ToArray();
    }

    private static DataFormatException AssertRefused(byte[] packed, ClrEngine.Errors.ErrorCause cause)
    {
        var error = Assert.Throws<DataFormatException>(() => Unpack(packed));
        Assert.Equal(cause, error.Cause);
        return error;
    }
}
