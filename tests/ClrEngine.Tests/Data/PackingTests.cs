using System.IO.Compression;

namespace ClrEngine.Tests.Data;

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
