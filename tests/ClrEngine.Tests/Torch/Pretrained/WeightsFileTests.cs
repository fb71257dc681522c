using System.IO.Compression;
using ClrEngine.Tests.Torch.Models;
using ClrEngine.Torch.Pretrained;
using ClrEngine.Training.Formats;

namespace ClrEngine.Tests.Torch.Pretrained;

/// <summary>Files of weights that are damaged, lie, or hold something else.</summary>
public sealed class WeightsFileTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    public static TheoryData<string, string, string> Pickles => new()
    {
        { "cos\nsystem\n(X\u0004\0\0\0exittR.", "WeightsCode", "asks for 'os.system' of Python" },
        { "ctorchvision.models.resnet\nResNet\n)\u0081.", "WeightsCode", "'torchvision.models.resnet.ResNet'" },
        { "ctorch._utils\n_rebuild_tensor_v3\n.", "WeightsCode", "_rebuild_tensor_v3" },
        { "}.", "WeightsUnreadable", "no state dict" },
        { "}(X\u0005\0\0\0epochK\u0003u.", "WeightsUnreadable", "its entries are 'epoch'" },
        { Tensor("13"), "WeightsUnreadable", "asks for 13 numbers (Float) of 'net/data/0', which has 48 bytes" },
        { Tensor("12", shape: "K\u0005K\u0004"), "WeightsUnreadable", "beyond the 12 numbers" },
        { Tensor("12", shape: "J\u00ff\u00ff\u00ff\u007fJ\u00ff\u00ff\u00ff\u007f"), "WeightsUnreadable", "the shape [2147483647, 2147483647]" },
        { Tensor("6", type: "ComplexFloat", shape: "K\u0001K\u0001"), "WeightsUnreadable", "of the type ComplexFloat" },
        { $"}}(X\u0005\0\0\0modelh\u0001X\u000a\0\0\0state_dicth\u0001u.", "WeightsUnreadable", "damaged" },
    };

    [Theory]
    [MemberData(nameof(Pickles))]
    public void Given_a_pickle_that_lies_or_asks_for_more_than_tensors_when_read_then_it_is_refused_by_name(string pickle, string id, string says)
    {
        string path = Zipped(pickle);
        var refused = Assert.Throws<WeightsException>(() => WeightsFile.Read(path));
        Assert.Equal(id, refused.ErrorId);
        Assert.Contains(says, refused.Message, StringComparison.Ordinal);
        Assert.Equal(path, refused.Path);
    }

    [Fact]
    public void Given_a_file_of_another_kind_when_read_then_it_is_named_as_what_it_is()
    {
        Assert.Equal("WeightsNotFound", Refused("nothing").ErrorId);
        Assert.Contains("is a folder", Refused(".").Message, StringComparison.Ordinal);
        TorchScriptFile.Classifier(_folder.At("script.pt"), 4, 3);
        Assert.Contains("TorchScript, a program", Refused("script.pt").Message, StringComparison.Ordinal);
        File.WriteAllBytes(_folder.At("old.pth"), [0x80, 2, 0x8A, 10, 0x6C, 0xFC, 0x9C, 0x46, 0xF9, 0x20]);
        Assert.Contains("until PyTorch 1.6", Refused("old.pth").Message, StringComparison.Ordinal);
        using (ZipArchive zip = ZipFile.Open(_folder.At("other.pth"), ZipArchiveMode.Create))
            Entry(zip, "a.txt", [1]);
        Assert.Contains("without a state dict", Refused("other.pth").Message, StringComparison.Ordinal);

        WeightsException Refused(string name) => Assert.Throws<WeightsException>(() => WeightsFile.Read(_folder.At(name)));
    }

    [Theory]
    [InlineData("", "empty")]
    [InlineData("<!DOCTYPE html><title>404</title>", "a page of HTML or XML")]
    [InlineData("version https://git-lfs.github.com/spec/v1\noid sha256:00\n", "a pointer of Git LFS")]
    [InlineData("{\"model\": {\"a\": 1}}", "JSON")]
    [InlineData("Not Found", "a text")]
    [InlineData("\b\u0008\u0012\u0007pytorch\u001a", "a model of ONNX")]
    public void Given_something_else_than_weights_when_read_then_its_first_bytes_say_what_it_is(string content, string kind)
    {
        string path = _folder.At("net.pth");
        File.WriteAllBytes(path, Encoding.Latin1.GetBytes(content));
        Assert.StartsWith($"'{path}' is {kind}", Assert.Throws<WeightsException>(() => WeightsFile.Read(path)).Message, StringComparison.Ordinal);
        Assert.Contains($"it is {kind}", Assert.Throws<SafetensorsException>(() => SafetensorsReader.Read(path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Given_many_names_of_the_same_numbers_when_read_then_they_share_one_array_and_views_beyond_the_file_are_refused()
    {
        const int names = 20_000;
        string tensor = Tensor("12");
        // After the first tensor, which is remembered, each name has the same.
        string shared = tensor[..^2].Replace(")RtR", ")RtRq\u0001", StringComparison.Ordinal) + string.Concat(Enumerable.Range(0, names).Select(i => $"X\u0005\0\0\0{i:D5}h\u0001")) + "u.";
        IReadOnlyList<StateTensor> read = WeightsFile.Read(Zipped(shared)).Tensors;
        Assert.Equal(names + 1, read.Count);
        Assert.All(read, one => Assert.True(one.Bytes.Equals(read[0].Bytes)));
        Assert.Contains("show the same numbers over and over", Assert.Throws<WeightsException>(() => WeightsFile.Read(Zipped(Tensor("12", shape: "M\u00e8\u0003M\u00e8\u0003", strides: "K\0K\0")))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Given_a_state_dict_with_any_byte_altered_or_cut_off_anywhere_when_read_then_it_is_read_as_it_was_or_refused()
    {
        byte[] whole = File.ReadAllBytes(ReferenceFile.CopyTo(_folder.Path, "wrapped.pt"));
        string path = _folder.At("damaged.pth");
        string expected = Told(_folder.At("wrapped.pt"));
        int refusals = 0;
        for (int place = 0; place < whole.Length; place += 29)
        {
            byte[] altered = [.. whole];
            altered[place] ^= 0x11;
            Read(altered);
            if (place % 5 == 0)
                Read(whole[..place]);
        }
        Assert.True(refusals > whole.Length / 50);

        void Read(byte[] bytes)
        {
            File.WriteAllBytes(path, bytes);
            try
            {
                Assert.Equal(expected, Told(path));
            }
            catch (Exception refused) when (refused is IClrError)
            {
                refusals++;
            }
        }
    }

    private static string Told(string path) => string.Join('\n', WeightsFile.Read(path).Tensors.Select(static tensor => $"{tensor} {Convert.ToHexString(tensor.Bytes.Span)}"));

    private string Zipped(string pickle)
    {
        string path = _folder.At("net.pth");
        using var zip = new ZipArchive(File.Create(path), ZipArchiveMode.Create);
        Entry(zip, "net/data.pkl", Encoding.Latin1.GetBytes("\u0080\u0002" + pickle));
        Entry(zip, "net/data/0", new byte[48]);
        return path;
    }

    // A state dict of one tensor of 12 numbers.
    private static string Tensor(string count, string type = "Float", string shape = "K\u0003K\u0004", string strides = "K\u0004K\u0001") =>
        $"}}(X\u0001\0\0\0wctorch._utils\n_rebuild_tensor_v2\n((X\u0007\0\0\0storagectorch\n{type}Storage\nX\u0001\0\0\u00000X\u0003\0\0\0cpuK{(char)int.Parse(count, CultureInfo.InvariantCulture)}tQK\0({shape}t({strides}t\u0089ccollections\nOrderedDict\n)RtRu.";

    private static void Entry(ZipArchive zip, string name, byte[] content)
    {
        using Stream entry = zip.CreateEntry(name, CompressionLevel.NoCompression).Open();
        entry.Write(content);
    }
}
