using System.Text.Json;
using ClrEngine.Tests.Torch.Models;
using ClrEngine.Torch.Export;
using ClrEngine.Torch.Losses;
using ClrEngine.Torch.Trained;
using static TorchSharp.torch;

namespace ClrEngine.Tests.Torch.Export;

/// <summary>What PyTorch makes of trained models that were written as Python.</summary>
[Collection(nameof(TorchRandomState))]
public sealed class PythonNetTests : IDisposable
{
    // All in one process, whose start takes longer than they do.
    private const string Ask = """
        import importlib, json, pathlib, sys
        import torch
        torch.set_num_threads(1)
        folder = pathlib.Path(sys.argv[1])
        sys.path.insert(0, str(folder))
        said = {}
        for file in folder.glob("net*.json"):
            asked = json.loads(file.read_text())
            net = importlib.import_module(file.stem)
            samples = torch.tensor(asked["Raw"]).reshape(asked["Shape"])
            answers = net.values if hasattr(net, "values") else net.probabilities
            try:
                answers(samples * float("nan"))
                raise SystemExit("NaN is taken")
            except ValueError as refused:
                assert "NaN" in str(refused)
            fine = torch.ones_like(samples, dtype=torch.float64) * 16777217
            assert (net.scaled(fine.tolist()) == net.scaled(fine)).all()
            said[file.stem] = [net.predict(samples), answers(samples).tolist()]
        (folder / "said.json").write_text(json.dumps(said))
        """;

    private readonly TempFolder _folder = new();

    [Fact]
    public void Given_models_when_written_as_python_then_they_answer_raw_samples_alike()
    {
        List<ExportCase> models = [.. ExportCases.All.Select(name => ExportCases.Open(_folder, name))];
        models.Add(ExportCases.Open(_folder, () => nn.Linear(5, 2), new ValueTargets([.. Enumerable.Range(0, 12).Select(i => (double)i)], 2), targetScaling: new FeatureScaling([100, -3], [50, 0.25])));
        models.Add(ExportCases.Open(_folder, () => nn.Linear(5, 1), new ClassTargets([0, 1, 0, 1, 0, 1], ["no", "yes"]), LossKind.BinaryCrossEntropy));
        models.Add(ExportCases.Open(_folder, () => nn.Linear(5, 2), new ValueTargets([.. Enumerable.Range(0, 12).Select(i => i % 2.0)], 2), LossKind.BinaryCrossEntropy));
        models.Add(ExportCases.Open(_folder, () => nn.Linear(5, 3), new ClassTargets([0, 1, 2, 1, 0, 2], ["low", "mid", "high"]), LossKind.Focal));
        models.Add(ExportCases.Open(_folder, () => nn.Linear(5, 2), new ValueTargets([.. Enumerable.Range(0, 12).Select(i => (double)i)], 2), LossKind.Huber, targetScaling: new FeatureScaling([100, -3], [50, 0.25])));
        for (int i = 0; i < models.Count; i++)
        {
            Assert.Empty(ModelExport.Write(models[i].Model, _folder.At($"net{i}.py"), ModelFormat.Python, inputDivisor: i == 0 ? 255 : 1));
            float[] raw = i == 0 ? [.. models[i].Raw.Select(static value => value * 255)] : models[i].Raw;
            _folder.File($"net{i}.json", JsonSerializer.Serialize(new { Raw = raw, models[i].Shape }));
        }

        string? fault = TorchvisionFiles.Runs("/usr/bin/python3", _folder.File("ask.py", Ask), _folder.Path);
        Assert.SkipWhen(fault is not null && (!fault.Contains("Traceback", StringComparison.Ordinal) || fault.Contains("No module named 'torch'", StringComparison.Ordinal)), "No Python with PyTorch is at /usr/bin/python3; Debian's package python3-torch brings it.");
        Assert.Null(fault);

        JsonElement said = JsonDocument.Parse(File.ReadAllText(_folder.At("said.json"))).RootElement;
        for (int i = 0; i < models.Count; i++)
            AssertAlike(models[i], said.GetProperty($"net{i}"));
        models.ForEach(static model => model.Dispose());
    }

    [Fact]
    public void Given_a_model_when_written_as_python_then_its_weights_are_a_trained_model_too()
    {
        using ExportCase model = ExportCases.Open(_folder, "cnn:8,16");
        ModelExport.Write(model.Model, _folder.At("net.safetensors"), ModelFormat.Python);
        using TrainedModel again = TrainedModel.Open([_folder.At("net.safetensors")], device: "cpu");
        Assert.Equal(model.Model.Info.Means, again.Info.Means);
        Assert.Equal(ModelWeights.Export(model.Model.Module).Select(array => Convert.ToHexString(array.Bytes.Span)), ModelWeights.Export(again.Module).Select(array => Convert.ToHexString(array.Bytes.Span)));
        Assert.Equal([_folder.At("a.v1.safetensors"), _folder.At("a.v1.py")], ModelExport.FilesFor(_folder.At("a.v1"), ModelFormat.Python));
    }

    [Theory]
    [InlineData("torch.py")]
    [InlineData("json.safetensors")]
    [InlineData("numpy")]
    public void Given_the_name_of_a_module_of_Python_when_written_as_python_then_it_is_refused(string name) =>
        Assert.Equal("TrainedModelExportName", Assert.Throws<InvalidParameterException>(() => ModelExport.FilesFor(_folder.At(name), ModelFormat.Python)).ErrorId);

    [Theory]
    [InlineData("forward")]
    [InlineData("type")]
    [InlineData("__init__")]
    [InlineData("_modules")]
    public void Given_a_layer_called_as_what_each_module_has_when_written_as_python_then_it_is_refused(string name)
    {
        using ExportCase model = ExportCases.Open(_folder, "one layer");
        using nn.Module net = nn.Sequential(("body", nn.Sequential((name, nn.Linear(4, 1)))));
        Assert.Contains($"'body.{name}'", Assert.Throws<TrainedModelException>(() => PythonNet.From(model.Model.Info, net, 1)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1e-320)]
    [InlineData(1e300)]
    [InlineData(2e38)]
    public void Given_a_divisor_beyond_single_precision_when_written_then_it_is_refused(double divisor)
    {
        using ExportCase model = ExportCases.Open(_folder, "one layer");
        Assert.Contains("single precision", Assert.Throws<InvalidParameterException>(() => ModelExport.Write(model.Model, _folder.At("net.onnx"), ModelFormat.Onnx, divisor)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Given_a_layer_in_two_places_when_written_as_python_then_both_are_named()
    {
        using ExportCase model = ExportCases.Open(_folder, Twice, new ValueTargets([.. new double[30]], 5));
        Assert.StartsWith("The layers 'first' and 'again' are one", Assert.Throws<TrainedModelException>(() => ModelExport.Write(model.Model, _folder.At("net.py"), ModelFormat.Python)).Message, StringComparison.Ordinal);
        Assert.Empty(ModelExport.Write(model.Model, _folder.At("net.onnx"), ModelFormat.Onnx));
    }

    public void Dispose() => _folder.Dispose();

    private static nn.Module<Tensor, Tensor> Twice()
    {
        var layer = nn.Linear(5, 5);
        return nn.Sequential(("first", layer), ("relu", nn.ReLU()), ("again", layer));
    }

    private static void AssertAlike(ExportCase model, JsonElement said)
    {
        double[][] answers = said[1].Deserialize<double[][]>()!;
        if (!model.Model.Info.HasClasses)
        {
            Assert.Equal(model.Expected.Cast<ValuePrediction>().Select(static p => p.Predicted), answers.SelectMany(static values => values), static (one, other) => Math.Abs(one - other) < 1e-5 * Math.Max(1, Math.Abs(other)));
            return;
        }
        List<string> classes = [.. model.Model.Info.Classes];
        ModelPrediction[] expected = [.. model.Expected.Cast<ModelPrediction>()];
        Assert.Equal(expected.Select(static p => p.Predicted), said[0].Deserialize<string[]>()!);
        Assert.All(expected, p => Assert.Equal(p.ActualProbability!.Value, answers[p.Index][classes.IndexOf(p.Actual!)], 1e-5));
    }
}
