using System.Globalization;
using System.IO.Compression;
using System.Text;

namespace ClrEngine.Tests.Torch.Models;

/// <summary>
/// Writes TorchScript files as <c>torch.jit.script(module).save</c> does: a zip with the module's code, a pickle of its
/// attributes, and one file a tensor.
/// </summary>
internal static class TorchScriptFile
{
    /// <summary>A linear layer after batch normalisation and dropout: trainable, and another function in training mode.</summary>
    public static string Classifier(string path, int inputs, int outputs, double dropout = 0)
    {
        var random = new Random(5);
        string code = $"""
            class Net(Module):
              __parameters__ = ["weight", "bias", "scale", "shift", ]
              __buffers__ = ["running_mean", "running_var", ]
              weight : Tensor
              bias : Tensor
              scale : Tensor
              shift : Tensor
              running_mean : Tensor
              running_var : Tensor
              training : bool
              def forward(self: __torch__.Net,
                x: Tensor) -> Tensor:
                flat = torch.flatten(x, 1)
                normal = torch.batch_norm(flat, self.scale, self.shift, self.running_mean, self.running_var, self.training, 0.1, 1.0e-05, True)
                kept = torch.dropout(normal, {dropout.ToString("0.0###", CultureInfo.InvariantCulture)}, self.training)
                return torch.linear(kept, self.weight, self.bias)

            """;
        float[] weight = Enumerable.Range(0, outputs * inputs).Select(_ => (float)((random.NextDouble() - 0.5) * 2 / Math.Sqrt(inputs))).ToArray();
        float[] zeros = new float[inputs], ones = Enumerable.Repeat(1f, inputs).ToArray();
        return Write(path, code, [
            new("weight", weight, [outputs, inputs]),
            new("bias", new float[outputs], [outputs]),
            new("scale", ones, [inputs]),
            new("shift", zeros, [inputs]),
            new("running_mean", zeros, [inputs], Trained: false),
            new("running_var", ones, [inputs], Trained: false),
        ]);
    }

    /// <summary>A module whose code is a class <c>Net</c>.</summary>
    public static string Write(string path, string code, params ScriptTensor[] tensors)
    {
        using var zip = new ZipArchive(File.Create(path), ZipArchiveMode.Create);
        var pickle = new PickleWriter().Protocol().Global("__torch__", "Net").EmptyTuple().NewObject().EmptyDictionary().Mark();
        for (int i = 0; i < tensors.Length; i++)
        {
            string key = i.ToString(CultureInfo.InvariantCulture);
            pickle.Text(tensors[i].Name).Tensor(key, tensors[i].Values.Length, tensors[i].Shape, tensors[i].Trained);
            Entry(zip, $"data/{key}", System.Runtime.InteropServices.MemoryMarshal.AsBytes<float>(tensors[i].Values).ToArray());
        }
        Entry(zip, "data.pkl", pickle.Text("training").True().SetItems().Build().Stop());
        Entry(zip, "code/__torch__.py", Encoding.UTF8.GetBytes(code));
        Entry(zip, "constants.pkl", new PickleWriter().Protocol().EmptyTuple().Stop());
        Entry(zip, "version", "3\n"u8);
        return path;
    }

    private static void Entry(ZipArchive zip, string name, ReadOnlySpan<byte> content)
    {
        using Stream entry = zip.CreateEntry("net/" + name, CompressionLevel.NoCompression).Open();
        entry.Write(content);
    }
}

/// <summary>A parameter (trained) or a buffer of a TorchScript module.</summary>
internal sealed record ScriptTensor(string Name, float[] Values, int[] Shape, bool Trained = true);
