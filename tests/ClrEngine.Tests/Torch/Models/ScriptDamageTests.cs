using System.IO.Compression;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using ClrEngine.Tests.Data.Fuzzing;
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

    // Half of these come out of libtorch past LibTorchSharp.
    [Theory]
    [InlineData("torch.linear(x, no_such_name)", "undefined value no_such_name, line 8 of its 'code/__torch__.py'")]
    [InlineData("torch.linear(x, self.nothing)", "'__torch__.Net' object has no attribute or method 'nothing'")]
    [InlineData("torch.relu()", "Arguments for call are not valid")]
    [InlineData("torch.relu(x, x, x)", "Arguments for call are not valid")]
    [InlineData("torch.relu(x, bogus=3)", "Arguments for call are not valid")]
    [InlineData("torch.linear(\"a\", \"b\")", "Arguments for call are not valid")]
    [InlineData("(self).forward(x, )", "method 'forward' is called recursively")]
    [InlineData("torch.relu(x", "expected )")]
    [InlineData("\"never ends", "expected a valid token")]
    [InlineData("lambda z: z", "expected newline")]
    [InlineData("99999999999999999999999", "Integral constant out of range")]
    [InlineData("- 99999999999999999999999", "Integral constant out of range")]
    [InlineData("CONSTANTS.c99", "constant index 99 is out of bounds")]
    [InlineData("annotate(Bogus, x)", "Unknown type name 'Bogus'")]
    [InlineData("self.weight.bogus()", "no attribute or method 'bogus'")]
    [InlineData("x(x)", "cannot call a value of type 'Tensor'")]
    [InlineData("[1, 2][x, x, x]", "")]
    [InlineData("x\n    break", "'break' outside loop")]
    [InlineData("x\n    q : int", "expected an expression on the right-hand side")]
    [InlineData("x\n    a, b = x", "Tensor cannot be used as a tuple")]
    [InlineData("x\n    x = 3", "")]
    [InlineData("x\n    self.weight = 3", "Wrong type for attribute assignment")]
    [InlineData("x\n  def forward(self: __torch__.Net) -> int:\n    return 1", "redefine method: forward")]
    public void Code_that_does_not_compile_is_refused_with_the_reason(string call, string says) => RefusesAndLives(Calling(call, "net.pt"), says);

    [Theory]
    [InlineData("bias : Tensor", "not in the map")]
    [InlineData("own : Bogus", "Unknown type name 'Bogus'")]
    [InlineData("print(1)", "Unexpected statement kind in class body")]
    public void Attributes_that_the_code_reads_and_the_file_does_not_have_so_are_refused(string field, string says) =>
        RefusesAndLives(Calling(field.StartsWith("bias", StringComparison.Ordinal) ? "torch.linear(x, self.weight, self.bias)" : "torch.relu(x)", "net.pt", field), says);

    // LibTorchSharp asks for it without catching anything.
    [Theory]
    [InlineData(new byte[] { (byte)'N' })]
    [InlineData(new byte[] { (byte)'K', 1 })]
    [InlineData(new byte[] { (byte)'}' })]
    public void A_mode_that_is_no_truth_value_is_refused(byte[] value)
    {
        byte[] name = [.. "X\u0008\0\0\0training"u8];
        byte[] pickle = [.. new PickleWriter().Protocol().Global("__torch__", "Net").EmptyTuple().NewObject().EmptyDictionary().Mark().Stop()[..^1], .. name, .. value, .. "ub."u8];
        Made();
        using (ZipArchive zip = ZipFile.Open(File, ZipArchiveMode.Update))
        {
            zip.GetEntry("net/data.pkl")!.Delete();
            using (Stream entry = zip.CreateEntry("net/data.pkl").Open())
                entry.Write(pickle);
            zip.GetEntry("net/code/__torch__.py")!.Delete();
            using Stream code = zip.CreateEntry("net/code/__torch__.py").Open();
            code.Write("class Net(Module):\n  __parameters__ = []\n  __buffers__ = []\n  training : Any\n  def forward(self: __torch__.Net,\n    x: Tensor) -> Tensor:\n    return x\n"u8);
        }
        RefusesAndLives(File, "cannot be read by libtorch");
    }

    [Fact]
    public void Brackets_beyond_what_the_compiler_can_take_are_refused_and_below_it_are_read()
    {
        ScriptModel.Load(Calling(new string('(', 45_000) + "x" + new string(')', 45_000), "deep.pt")).Dispose();
        RefusesAndLives(Calling(new string('(', 60_000) + "x" + new string(')', 60_000), "deeper.pt"), "holds a statement of 120");
        RefusesAndLives(Calling($"({string.Join(" +\n    ", Enumerable.Repeat("x", 20_000))})", "sum.pt"), "holds a statement of 1");
    }

    private void RefusesAndLives(string file, string says)
    {
        var error = Assert.Throws<ModelFileException>(() => ScriptModel.Load(file));

        Assert.Equal("NotTorchScript", error.ErrorId);
        Assert.Contains(says, error.Message, StringComparison.Ordinal);
        Assert.DoesNotMatch("0x[0-9a-f]{5}", error.Message);
        Made();
        using ScriptModel model = ScriptModel.Load(File);
        model.train();
        using Tensor answer = model.call(zeros(2, Inputs));
        Assert.Equal([2, Outputs], answer.shape);
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
