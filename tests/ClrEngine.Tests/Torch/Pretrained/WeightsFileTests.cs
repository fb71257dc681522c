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
        string path = _folder.At("net.pth");
        using (var zip = new ZipArchive(File.Create(path), ZipArchiveMode.Create))
        {
            Entry(zip, "net/data.pkl", Encoding.Latin1.GetBytes("\u0080\u0002" + pickle));
            Entry(zip, "net/data/0", new byte[48]);
        }
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
        File.WriteAllText(_folder.At("page.pth"), "<html>not found</html>");
        Assert.StartsWith("Safetensors", Assert.Throws<SafetensorsException>(() => WeightsFile.Read(_folder.At("page.pth"))).ErrorId, StringComparison.Ordinal);

        WeightsException Refused(string name) => Assert.Throws<WeightsException>(() => WeightsFile.Read(_folder.At(name)));
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

    // A state dict of one tensor of 12 numbers.
    private static string Tensor(string count, string type = "Float", string shape = "K\u0003K\u0004") =>
        $"}}(X\u0001\0\0\0wctorch._utils\n_rebuild_tensor_v2\n((X\u0007\0\0\0storagectorch\n{type}Storage\nX\u0001\0\0\u00000X\u0003\0\0\0cpuK{(char)int.Parse(count, CultureInfo.InvariantCulture)}tQK\0({shape}t(K\u0004K\u0001t\u0089ccollections\nOrderedDict\n)RtRu.";

    private static void Entry(ZipArchive zip, string name, byte[] content)
    {
        using Stream entry = zip.CreateEntry(name, CompressionLevel.NoCompression).Open();
        entry.Write(content);
    }
}
