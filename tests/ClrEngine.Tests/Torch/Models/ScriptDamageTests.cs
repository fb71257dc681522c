using System.IO.Compression;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using ClrEngine.Tests.Data;
using ClrEngine.Tests.Data.Fuzzing;
using ClrEngine.Tests.Reference;
using ClrEngine.Torch.Models;
using ClrEngine.Torch.Native;
using TorchSharp;
using static TorchSharp.torch;

namespace ClrEngine.Tests.Torch.Models;

/// <summary>TorchScript files that are damaged, or ask for what is not there: refused with the reason, or read as they were written; the process lives.</summary>
[Collection(nameof(TorchRandomState))]
public sealed class ScriptDamageTests : TestsOfModelFiles
{
    [Fact]
    public void Damaged_files_are_refused_or_hold_the_weights_that_were_written()
    {
        byte[][][] sets = [[Made()], [Packed()], [Bytes("tied.pt")], [Bytes("auxiliary.pt")]];
        var whole = new HashSet<string>(StringComparer.Ordinal);
        ReaderFuzz.Run(sets, (files, mutator) =>
        {
            string print = PrintOf(files[0]);
            Assert.True(mutator is null ? whole.Add(print) || true : whole.Contains(print), "a damaged file was read, and its model is another");
        });
    }

    [Fact]
    public void Any_byte_that_is_changed_and_any_end_that_is_lost_is_seen_or_does_no_harm()
    {
        byte[] whole = Made();
        string print = PrintOf(whole);
        int refused = 0;
        for (int i = 0; i < whole.Length; i++)
        {
            byte[] bytes = [.. whole];
            bytes[i] ^= (byte)(1 << (i % 8));
            refused += IsRefused(bytes, print) ? 1 : 0;
            if (i % 7 == 0)
                Assert.True(IsRefused(whole[..i], print), $"a file that was cut to {i} bytes was read");
        }
        // What is left are dates, versions of packers, and names that are there twice.
        Assert.InRange(refused, whole.Length * 3 / 4, whole.Length);
    }

    [Theory]
    [InlineData("net/data/0")]
    [InlineData("net/data/1")]
    [InlineData("net/data.pkl")]
    [InlineData("net/code/__torch__.py")]
    [InlineData("net/constants.pkl")]
    [InlineData("net/version")]
    public void The_checksum_of_each_part_is_compared(string part)
    {
        byte[] bytes = Made();
        int name = bytes.AsSpan().IndexOf(Encoding.ASCII.GetBytes(part));
        bytes[name + part.Length] ^= 1;
        System.IO.File.WriteAllBytes(File, bytes);

        var error = Assert.Throws<ModelFileException>(() => ScriptModel.Load(File));

        Assert.Contains($"is damaged in '{part}': Its checksum is wrong. Copy or export it again.", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_part_that_is_there_twice_or_unpacks_without_end_is_refused()
    {
        using (ZipArchive zip = ZipFile.Open(File, ZipArchiveMode.Create))
        {
            foreach (string name in (string[])["net/data.pkl", "net/code/__torch__.py", "net/data.pkl"])
                zip.CreateEntry(name).Open().Dispose();
        }
        Assert.Contains("it holds 'net/data.pkl' twice", Assert.Throws<ModelFileException>(() => ScriptModel.Load(File)).Message, StringComparison.Ordinal);
        string bomb = Path.Combine(Folder.Path, "bomb.pt");
        using (ZipArchive zip = ZipFile.Open(bomb, ZipArchiveMode.Create))
        {
            zip.CreateEntry("net/data.pkl").Open().Dispose();
            using Stream entry = zip.CreateEntry("net/data/0").Open();
            byte[] zeros = new byte[1 << 20];
            for (int i = 0; i < 100; i++)
                entry.Write(zeros);
        }
        Assert.Contains("would unpack to 104857600 bytes", Assert.Throws<ModelFileException>(() => ScriptModel.Load(bomb)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Nothing_is_left_of_the_copy_that_libtorch_reads()
    {
        Environment.SetEnvironmentVariable("TMPDIR", Folder.Path);
        try
        {
            Made();
            ScriptModel.Load(File).Dispose();
            System.IO.File.WriteAllBytes(File, Made()[..^100]);
            Assert.Throws<ModelFileException>(() => ScriptModel.Load(File));
            Assert.Equal(["net.pt"], Directory.GetFileSystemEntries(Folder.Path).Select(Path.GetFileName));
        }
        finally
        {
            Environment.SetEnvironmentVariable("TMPDIR", null);
        }
    }

    [Theory]
    [InlineData("ops.torchvision.nms(x, x, 0.5)", "'torchvision::nms'")]
    [InlineData("ops.torchvision.roi_align(x, x, 0.5, 7, 7, 2, False)", "'torchvision::roi_align'")]
    [InlineData("ops.mine.fused_block(ops.mine.first(x))", "'mine::first', 'mine::fused_block'")]
    [InlineData("ops.quantized.no_such_product(x)", "'quantized::no_such_product'")]
    [InlineData("ops.prim.NoSuchThing(x)", "'prim::NoSuchThing'")]
    [InlineData("torch.relu(torch.attention_of_next_year(x))", "'aten::attention_of_next_year'")]
    public void An_operator_that_no_library_has_is_named_before_the_code_is_compiled(string call, string names)
    {
        var error = Assert.Throws<ModelFileException>(() => ScriptModel.Load(Calling(call, "net.ptl")));

        Assert.Equal("ModelOperator", error.ErrorId);
        Assert.Contains($"asks for {names}, which no loaded library has. In Python, export the model without that step", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("torch.relu(x)")]
    [InlineData("torch.__round_to_zero_floordiv(4, 2)")]
    [InlineData("torch.scaled_dot_product_attention(x, x, x)")]
    [InlineData("ops.prim.is_cuda(x)")]
    [InlineData("torch.format(\"ops.not.code( {} torch.not_code( \\\" ops.not.code(\", 1)")]
    public void Operators_that_are_there_are_known_and_a_text_is_no_operator(string call)
    {
        using ScriptModel model = ScriptModel.Load(Calling(call, "net.torchscript"));

        Assert.Single(model.named_parameters());
    }

    [Fact]
    public void An_operator_of_a_library_that_was_loaded_is_known()
    {
        string file = Calling("ops.aoti_custom_ops.custom_add(x, x)", "net.pt");
        string? custom = Directory.GetFiles(TorchLibrary.Source!.Folder, "*aoti_custom_ops*").FirstOrDefault();
        Assert.SkipWhen(custom is null, "this libtorch has no library of example operators");
        Assert.Equal("ModelOperator", Assert.Throws<ModelFileException>(() => ScriptModel.Load(file)).ErrorId);

        NativeLibrary.Load(custom!);

        using ScriptModel model = ScriptModel.Load(file);
    }

    [Theory]
    [InlineData("own : __torch__.torch.classes.mine.Tokenizer", "ModelOperator", "asks for 'mine.Tokenizer'")]
    [InlineData("own : __torch__.torch.classes.torchtext.Vocab", "ModelOperator", "asks for 'torchtext.Vocab'")]
    [InlineData("own : __torch__.lost.Layer", "NotTorchScript", "lacks the code of '__torch__.lost.Layer'")]
    [InlineData("own : Optional[List[__torch__.lost.more.___torch_mangle_4.Layer]]", "NotTorchScript", "lacks the code of '__torch__.lost.more.___torch_mangle_4.Layer'")]
    public void A_class_that_is_nowhere_is_named_before_the_code_is_compiled(string field, string id, string says)
    {
        var error = Assert.Throws<ModelFileException>(() => ScriptModel.Load(Calling("torch.relu(x)", "net.pt", field)));

        Assert.Equal(id, error.ErrorId);
        Assert.Contains(says, error.Message, StringComparison.Ordinal);
    }

    private byte[] Made() => System.IO.File.ReadAllBytes(TorchScriptFile.Classifier(File, Inputs, Outputs));

    private byte[] Bytes(string name) => System.IO.File.ReadAllBytes(ReferenceFile.CopyTo(Folder.Path, name));

    // Every part packed, as other tools do that write an archive anew.
    private byte[] Packed()
    {
        Made();
        using var bytes = new MemoryStream();
        using (ZipArchive from = ZipFile.OpenRead(File), to = new(bytes, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (ZipArchiveEntry entry in from.Entries)
            {
                using Stream read = entry.Open(), written = to.CreateEntry(entry.FullName, CompressionLevel.Optimal).Open();
                read.CopyTo(written);
            }
        }
        return bytes.ToArray();
    }

    private bool IsRefused(byte[] bytes, string print)
    {
        try
        {
            Assert.Equal(print, PrintOf(bytes));
            return false;
        }
        catch (ModelFileException)
        {
            return true;
        }
    }

    private string PrintOf(byte[] bytes)
    {
        System.IO.File.WriteAllBytes(File, bytes);
        using ScriptModel model = ScriptModel.Load(File);
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach ((string name, Tensor tensor) in model.named_parameters().Select(static p => (p.name, (Tensor)p.parameter)).Concat(model.named_buffers().Select(static b => (b.name, b.buffer))))
        {
            hash.AppendData(Encoding.UTF8.GetBytes(name));
            hash.AppendData(MemoryMarshal.AsBytes<float>(tensor.data<float>().ToArray()));
            tensor.Dispose();
        }
        return Convert.ToHexString(hash.GetHashAndReset());
    }

    private string Calling(string call, string name, string field = "training : bool") => TorchScriptFile.Write(
        Path.Combine(Folder.Path, name),
        $"""
        class Net(Module):
          __parameters__ = ["weight", ]
          __buffers__ = []
          weight : Tensor
          {field}
          def forward(self: __torch__.Net,
            x: Tensor) -> Tensor:
            y = {call}
            return torch.linear(x, self.weight)

        """,
        [new("weight", new float[Outputs * Inputs], [Outputs, Inputs])]);
}
