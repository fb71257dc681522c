using System.IO.Compression;
using System.Text;
using ClrEngine.Errors;
using ClrEngine.Tests.Data;
using ClrEngine.Torch.Models;
using ClrEngine.Torch.Native;
using TorchSharp;
using static TorchSharp.torch;

namespace ClrEngine.Tests.Torch.Models;

/// <summary>Tests that write files of models of a fixed size to a folder of their own.</summary>
public abstract class TestsOfModelFiles : IDisposable
{
    protected const int Inputs = 6, Outputs = 3;

    protected TestsOfModelFiles() => TorchLibrary.EnsureLoaded();

    private protected TempFolder Folder { get; } = new();

    protected string File => Path.Combine(Folder.Path, "net.pt");

    public void Dispose()
    {
        Folder.Dispose();
        GC.SuppressFinalize(this);
    }
}

/// <summary>What is given as a model's file or name: told by what it is, before memory is taken for it.</summary>
[Collection(nameof(TorchRandomState))]
public sealed class ModelFileTests : TestsOfModelFiles
{
    [Theory]
    [InlineData("net.torchscript")]
    [InlineData("net.ptl")]
    [InlineData("net.jit")]
    [InlineData("net.pth")]
    [InlineData("a[1] ü.ts")]
    [InlineData("folder/net")]
    public void A_file_of_TorchScript_is_read_under_any_name(string name)
    {
        string path = Path.Combine(Folder.Path, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        System.IO.File.Move(TorchScriptFile.Classifier(File, Inputs, Outputs), path);

        Assert.True(ModelSource.IsFile(path));
        using var model = (ScriptModel)ModelSource.FromFile(path).Open([Inputs], Outputs);
    }

    [Theory]
    [InlineData("mlp:256,128")]
    [InlineData("CNN")]
    [InlineData("mpl")]
    public void A_name_is_no_file(string name) => Assert.False(ModelSource.IsFile(name));

    [Theory]
    [InlineData("ccollections\nOrderedDict\n", "weights without a model (torch.save(model.state_dict()))")]
    [InlineData("}q\0X\u0003\0\0\0", "weights without a model")]
    [InlineData("ctorch._utils\n_rebuild_tensor_v2\n", "weights without a model")]
    [InlineData("c__main__\nNet\nq", "a whole module that torch.save(model) pickled ('Net')")]
    [InlineData("ctorch.nn.modules.container\nSequential\n", "a whole module that torch.save(model) pickled ('Sequential')")]
    [InlineData("}q\0X\u0005\0\0\0modelctorch.nn.modules.linear\nLinear\n", "a whole module")]
    public void What_torch_save_wrote_is_named_in_both_of_its_formats(string pickle, string says)
    {
        byte[] bytes = [0x80, 2, .. Encoding.Latin1.GetBytes(pickle)];
        using (ZipArchive zip = ZipFile.Open(File, ZipArchiveMode.Create))
        using (Stream entry = zip.CreateEntry("archive/data.pkl").Open())
            entry.Write(bytes);
        string old = Path.Combine(Folder.Path, "old.pt");
        System.IO.File.WriteAllBytes(old, [0x80, 2, 0x8a, 0x0a, .. Encoding.Latin1.GetBytes("l\u00fc\u009cF\u00f9 j\u00a8P\u0019."), .. bytes]);

        Assert.Contains(says, Assert.Throws<ModelFileException>(() => ScriptModel.Load(File)).Message, StringComparison.Ordinal);
        string message = Assert.Throws<ModelFileException>(() => ScriptModel.Load(old)).Message;
        Assert.Contains("in its old format", message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "is empty")]
    [InlineData("\u0080\u0004\u0095", "is a pickle")]
    [InlineData("\u0040\0\0\0\0\0\0\0{\"a\":", "(safetensors)")]
    [InlineData("\u0089HDF\r\n", "HDF5")]
    [InlineData("PK\u0003\u0004 cut", "is damaged")]
    [InlineData("<html>", "is not a TorchScript file")]
    public void Another_file_is_named_as_what_it_is(string content, string says)
    {
        System.IO.File.WriteAllBytes(File, Encoding.Latin1.GetBytes(content));

        Assert.Contains(says, Assert.Throws<ModelFileException>(() => ScriptModel.Load(File)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_is_named_as_one() =>
        Assert.Contains("is a folder", Assert.Throws<ModelFileException>(() => ScriptModel.Load(Folder.Path)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("mlp:2000000,2000000")]
    [InlineData("cnn:900000,900000")]
    public void A_model_larger_than_the_machine_is_refused_before_it_is_made(string name) =>
        Assert.Contains("this machine has", Assert.Throws<InvalidParameterException>(() => new ModelSource(name).Open([1, 8, 8], 10)).Message, StringComparison.Ordinal);

    [Fact]
    public void Shapes_alone_draw_nothing_and_are_those_of_the_model()
    {
        using Tensor before = get_rng_state();
        foreach (string name in ModelCatalog.Known.Keys)
        {
            using nn.Module<Tensor, Tensor> shapes = new ModelSource(name).Shapes([3, 32, 32], 10)!;
            Assert.All(shapes.parameters().Concat(shapes.buffers()), tensor => Assert.Equal(DeviceType.META, tensor.device_type));
        }
        using Tensor after = get_rng_state();
        Assert.Equal(before.data<byte>().ToArray(), after.data<byte>().ToArray());
    }
}
