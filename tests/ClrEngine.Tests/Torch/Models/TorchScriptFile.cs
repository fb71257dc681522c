using System.IO.Compression;

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

    /// <summary>Batch normalisation as a module of its own, as <c>torch.nn.BatchNorm1d</c> is scripted, before dropout and a linear layer.</summary>
    /// <param name="path">The file.</param>
    /// <param name="inputs">Values of a sample.</param>
    /// <param name="outputs">Outputs.</param>
    /// <param name="momentum">What the layer takes of a batch into its statistics.</param>
    /// <param name="training">The Python expression for whether it normalises by the batch: a traced module has <c>False</c>.</param>
    /// <param name="dropout">The Python expression for what is kept of the normalised <c>x</c>.</param>
    public static string Normalized(string path, int inputs, int outputs, double momentum, string training = "self.training", string dropout = "torch.dropout(x, 0.5, self.training)")
    {
        string code = $"""
            class Norm(Module):
              __parameters__ = ["weight", "bias", ]
              __buffers__ = ["running_mean", "running_var", ]
              weight : Tensor
              bias : Tensor
              running_mean : Tensor
              running_var : Tensor
              training : bool
              def forward(self: __torch__.Norm,
                x: Tensor) -> Tensor:
                return torch.batch_norm(x, self.weight, self.bias, self.running_mean, self.running_var, {training}, {momentum.ToString("0.0###", CultureInfo.InvariantCulture)}, 1.0e-05, True)
            class Net(Module):
              __parameters__ = ["weight", "bias", ]
              __buffers__ = []
              weight : Tensor
              bias : Tensor
              norm : __torch__.Norm
              training : bool
              def forward(self: __torch__.Net,
                input: Tensor) -> Tensor:
                x = (self.norm).forward(torch.flatten(input, 1), )
                kept = {dropout}
                return torch.linear(kept, self.weight, self.bias)

            """;
        float[] weight = Enumerable.Range(0, outputs * inputs).Select(i => (i % 7 - 3) / 10f).ToArray();
        float[] zeros = new float[inputs], ones = Enumerable.Repeat(1f, inputs).ToArray();
        return Write(path, code, [
            new("weight", weight, [outputs, inputs]),
            new("bias", new float[outputs], [outputs]),
            new("norm.weight", ones, [inputs]),
            new("norm.bias", zeros, [inputs]),
            new("norm.running_mean", zeros, [inputs], Trained: false),
            new("norm.running_var", ones, [inputs], Trained: false),
        ]);
    }

    /// <summary>A module whose code is a class <c>Net</c>; tensors named <c>norm.…</c> are those of its part <c>norm</c>, a class <c>Norm</c>.</summary>
    public static string Write(string path, string code, params ScriptTensor[] tensors)
    {
        const string part = "norm.";
        using var zip = new ZipArchive(File.Create(path), ZipArchiveMode.Create);
        var pickle = new PickleWriter().Protocol().Global("__torch__", "Net").EmptyTuple().NewObject().EmptyDictionary().Mark();
        bool inPart = false;
        for (int i = 0; i < tensors.Length; i++)
        {
            string key = i.ToString(CultureInfo.InvariantCulture);
            if (!inPart && tensors[i].Name.StartsWith(part, StringComparison.Ordinal))
            {
                pickle.Text("norm").Global("__torch__", "Norm").EmptyTuple().NewObject().EmptyDictionary().Mark();
                inPart = true;
            }
            pickle.Text(inPart ? tensors[i].Name[part.Length..] : tensors[i].Name).Tensor(key, tensors[i].Values.Length, tensors[i].Shape, tensors[i].Trained);
            Entry(zip, $"data/{key}", System.Runtime.InteropServices.MemoryMarshal.AsBytes<float>(tensors[i].Values).ToArray());
        }
        if (inPart)
            pickle.Text("training").True().SetItems().Build();
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

/// <summary>The few instructions of Python's pickle (protocol 2) of which a TorchScript file is made.</summary>
internal sealed class PickleWriter
{
    private readonly List<byte> _bytes = [];

    public PickleWriter Protocol() => Put(0x80, 2);

    public PickleWriter Global(string module, string name) => Put(Encoding.ASCII.GetBytes($"c{module}\n{name}\n"));

    public PickleWriter EmptyTuple() => Put((byte)')');

    public PickleWriter EmptyDictionary() => Put((byte)'}');

    public PickleWriter NewObject() => Put(0x81);

    public PickleWriter Mark() => Put((byte)'(');

    public PickleWriter Tuple() => Put((byte)'t');

    public PickleWriter Reduce() => Put((byte)'R');

    public PickleWriter SetItems() => Put((byte)'u');

    public PickleWriter Build() => Put((byte)'b');

    public PickleWriter True() => Put(0x88);

    public PickleWriter False() => Put(0x89);

    public PickleWriter Text(string text) => Put([(byte)'X', .. BitConverter.GetBytes(text.Length), .. Encoding.ASCII.GetBytes(text)]);

    public PickleWriter Number(int number) => Put([(byte)'J', .. BitConverter.GetBytes(number)]);

    /// <summary>A float tensor, row after row, whose values lie in a file of their own.</summary>
    public PickleWriter Tensor(string key, int count, int[] shape, bool trained)
    {
        Global("torch._utils", "_rebuild_tensor_v2").Mark();
        Mark().Text("storage").Global("torch", "FloatStorage").Text(key).Text("cpu").Number(count).Tuple().Put((byte)'Q');
        Number(0).Numbers(shape).Numbers(shape.Select((_, i) => shape[(i + 1)..].Aggregate(1, (product, size) => product * size)));
        return (trained ? True() : False()).Global("collections", "OrderedDict").EmptyTuple().Reduce().Tuple().Reduce();
    }

    public byte[] Stop() => [.. Put((byte)'.')._bytes];

    private PickleWriter Numbers(IEnumerable<int> numbers)
    {
        Mark();
        foreach (int number in numbers)
            Number(number);
        return Tuple();
    }

    private PickleWriter Put(params byte[] bytes)
    {
        _bytes.AddRange(bytes);
        return this;
    }
}
