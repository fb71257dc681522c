using System.Buffers.Binary;
using System.Formats.Tar;
using System.IO.Compression;
using System.Text.Json;

namespace ClrEngine.Tests.Data.Arrays;

/// <summary>Data sets that Python wrote (Reference/make_arrays.py), against the sums and classes that it counted.</summary>
public sealed class PythonWritesTests
{
    private static readonly DataOptions Raw = new() { Standardize = false };

    [Fact]
    public void Each_data_set_reads_as_Python_counted_it()
    {
        using var folder = new TempFolder();
        ZipFile.ExtractToDirectory(ReferenceFile.CopyTo(folder.Path, "numpy-arrays.zip"), folder.Path);
        var expected = JsonSerializer.Deserialize<Dictionary<string, JsonElement>>(File.ReadAllText(folder.At("expected.json")))!;
        Assert.Equal(29, expected.Count);
        foreach ((string set, JsonElement counted) in expected)
        {
            TrainingData data = DataCatalog.Default.Load(folder.At(set), Raw);
            double sum = counted.GetProperty("sum").GetDouble();
            Assert.Equal(string.Join(" ", counted.GetProperty("classes").EnumerateArray().Prepend(JsonSerializer.SerializeToElement(set))), string.Join(" ", data.Classes().Prepend(set)));
            Assert.InRange(data.RowsInOrder().Sum(static row => row.Sum(static value => (double)value)) - sum, -1e-5 * Math.Abs(sum), 1e-5 * Math.Abs(sum));
        }
    }
}

/// <summary>Writes pickles opcode by opcode, as Python's pickle and NumPy do.</summary>
internal sealed class PickleWriter
{
    private readonly List<byte> _bytes = [];

    private PickleWriter(int protocol) => Put([0x80, (byte)protocol]);

    /// <summary>The classes' names of CIFAR-10.</summary>
    public static byte[] Names
    {
        get
        {
            var pickle = new PickleWriter(2);
            pickle.Put("}(").Text("num_vis").Put("M").Put([0x00, 0x0C]).Text("label_names").Put("](");
            for (int i = 0; i < 10; i++) pickle.Text($"class {i}");
            return pickle.Put("eu.").Done();
        }
    }

    /// <summary>The same as protocol 1 writes it, which has no mark at its start.</summary>
    public static byte[] NamesOfProtocol1 => [.. "}q\0("u8, .. Names[4..]];

    /// <summary>A batch whose array lies column after column.</summary>
    public static byte[] FortranBatch(int images)
    {
        byte[] batch = Batch(2, images);
        int order = batch.AsSpan().IndexOf("NNNJ"u8) + 17;
        Assert.Equal(0x89, batch[order]);
        batch[order] = 0x88;
        return batch;
    }

    /// <summary>A batch as it was published (protocol 2), or as later protocols write it: image i has the label i / 2, and pixels of the value i.</summary>
    public static byte[] Batch(int protocol, int images)
    {
        var pickle = new PickleWriter(protocol);
        pickle.Put("}q\x01(").Text("batch_label").Text("training batch 1 of 5").Text("labels").Put("]q\x02(");
        for (int i = 0; i < images; i++) pickle.Put("K").Put([(byte)(i / 2)]);
        pickle.Put("e").Text("data").Put("cnumpy.core.multiarray\n_reconstruct\nq\u0003cnumpy\nndarray\nq\x04K\0\x85q\x05").Text("b").Put("\x87q\x06Rq\x07");
        pickle.Put("(K\x01").Shape(images).Type().Put("\x89").Bytes(protocol, Pixels(images)).Put("tb");
        return pickle.Put("u.").Done();
    }

    /// <summary>A batch as protocol 2 of Python 3 writes it, which has no bytes: a text that Python would encode.</summary>
    public static byte[] BatchOfPython3(int images)
    {
        var pickle = new PickleWriter(2);
        byte[] text = Encoding.UTF8.GetBytes(Encoding.Latin1.GetString(Pixels(images, 200)));
        pickle.Put("}(").Text("labels").Put("](");
        for (int i = 0; i < images; i++) pickle.Put("K").Put([(byte)(i / 2)]);
        pickle.Put("e").Text("data").Put("cnumpy._core.multiarray\n_reconstruct\ncnumpy\nndarray\nK\0\x85").Text("b").Put("\x87R");
        pickle.Put("(K\x01").Shape(images).Type().Put("\u0089c_codecs\nencode\nX").Length(text.Length).Put(text).Text("latin1").Put("\x86Rtb");
        return pickle.Put("u.").Done();
    }

    /// <summary>A pickle of these opcodes.</summary>
    public static byte[] Of(string opcodes) => new PickleWriter(2).Put(opcodes).Done();

    /// <summary>An archive of a small set.</summary>
    public static byte[] Archive(bool gzip)
    {
        using var target = new MemoryStream();
        using (var tar = new TarWriter(target, TarEntryFormat.Gnu, leaveOpen: true))
        {
            foreach ((string name, byte[] bytes) in new[] { ("data_batch_1", Batch(2, 4)), ("test_batch", Batch(2, 2)), ("batches.meta", Names), ("readme.html", [1]) })
                tar.WriteEntry(new GnuTarEntry(TarEntryType.RegularFile, "cifar-10-batches-py/" + name) { DataStream = new MemoryStream(bytes) });
        }

        return gzip ? IdxWriter.Gzip(target.ToArray()) : target.ToArray();
    }

    private static byte[] Pixels(int images, int add = 0) => [.. Enumerable.Range(0, images * 3072).Select(i => (byte)((i / 3072) + add))];

    private PickleWriter Shape(int images) => Put("M").Put([(byte)images, (byte)(images >> 8)]).Put("M\0\x0C\x86");

    // Latin-1 of this source: the opcodes above 0x7F are single characters.
    private PickleWriter Type() => Put("cnumpy\ndtype\n").Text("u1").Put("K\0K\x01\x87R(K\x03").Text("|").Put("NNNJ\xFF\xFF\xFF\xFFJ\xFF\xFF\xFF\xFFK\0tb");

    private PickleWriter Text(string text) => Put("U").Put([(byte)text.Length]).Put(text);

    private PickleWriter Bytes(int protocol, byte[] bytes) => Put(protocol > 2 ? "B" : "T").Length(bytes.Length).Put(bytes);

    private PickleWriter Length(int length)
    {
        Span<byte> bytes = stackalloc byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, length);
        return Put(bytes);
    }

    private PickleWriter Put(string opcodes) => Put(Encoding.Latin1.GetBytes(opcodes));

    private PickleWriter Put(ReadOnlySpan<byte> bytes)
    {
        _bytes.AddRange(bytes);
        return this;
    }

    private byte[] Done() => [.. _bytes];
}
