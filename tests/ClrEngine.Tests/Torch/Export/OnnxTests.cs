using System.Text.Json;
using ClrEngine.Torch.Export;
using ClrEngine.Torch.Losses;
using ClrEngine.Torch.Trained;
using Microsoft.ML.OnnxRuntime;
using static TorchSharp.torch;

namespace ClrEngine.Tests.Torch.Export;

/// <summary>What ONNX Runtime makes of trained models that were written for it.</summary>
[Collection(nameof(TorchRandomState))]
public sealed class OnnxTests : IDisposable
{
    private const double Tolerance = 1e-5;

    private readonly TempFolder _folder = new();
    private readonly SessionOptions _options = new() { IntraOpNumThreads = 1, InterOpNumThreads = 1 };

    private string File => _folder.At("net.onnx");

    [Theory]
    [MemberData(nameof(ExportCases.Names), MemberType = typeof(ExportCases))]
    public void Given_a_model_when_written_as_onnx_then_it_answers_raw_samples_alike(string name)
    {
        using ExportCase model = ExportCases.Open(_folder, name);
        Assert.Empty(ModelExport.Write(model.Model, File, ModelFormat.Onnx));

        using InferenceSession session = new(File, _options);
        Dictionary<string, OrtValue> answers = Run(session, model.Raw, model.Shape);

        Assert.Equal(["label", "probabilities", "index"], session.OutputNames);
        List<string> classes = [.. model.Model.Info.Classes];
        ModelPrediction[] expected = [.. model.Expected.Cast<ModelPrediction>()];
        Assert.Equal(expected.Select(p => p.Predicted), answers["label"].GetStringTensorAsArray());
        Assert.Equal(expected.Select(p => classes.IndexOf(p.Predicted)), answers["index"].GetTensorDataAsSpan<long>().ToArray().Select(i => (int)i));
        float[] probabilities = answers["probabilities"].GetTensorDataAsSpan<float>().ToArray();
        Assert.All(expected.Select((p, i) => (p, i)), each =>
        {
            Assert.Equal(each.p.ActualProbability!.Value, probabilities[each.i * classes.Count + classes.IndexOf(each.p.Actual!)], Tolerance);
            Assert.Equal(each.p.Probability, probabilities[each.i * classes.Count + classes.IndexOf(each.p.Predicted)], Tolerance);
        });
        Assert.Equal(JsonSerializer.Serialize(classes), session.ModelMetadata.CustomMetadataMap["classes"]);
        Assert.Equal([-1, .. model.Shape.Skip(1).Select(side => (int)side)], session.InputMetadata["input"].Dimensions);
    }

    [Fact]
    public void Given_a_regression_when_written_as_onnx_then_values_come_in_their_own_units()
    {
        using ExportCase model = ExportCases.Open(_folder, () => nn.Linear(5, 2), new ValueTargets([.. Enumerable.Range(0, 12).Select(i => (double)i)], 2), targetScaling: new FeatureScaling([100, -3], [50, 0.25]));
        ModelExport.Write(model.Model, File, ModelFormat.Onnx);
        Assert.Equal(model.Expected.Cast<ValuePrediction>().Select(p => p.Predicted), Answers(model, "values"), (one, other) => Math.Abs(one - other) < Tolerance * 100);
    }

    [Fact]
    public void Given_two_classes_of_one_output_when_written_as_onnx_then_both_have_a_probability()
    {
        using ExportCase model = ExportCases.Open(_folder, () => nn.Linear(5, 1), new ClassTargets([0, 1, 0, 1, 0, 1], ["no", "yes"]), LossKind.BinaryCrossEntropy);
        ModelExport.Write(model.Model, File, ModelFormat.Onnx);
        double[] probabilities = Answers(model, "probabilities");
        Assert.All(model.Expected.Cast<ModelPrediction>(), p => Assert.Equal(p.ActualProbability!.Value, probabilities[p.Index * 2 + (p.Actual == "yes" ? 1 : 0)], Tolerance));
        using InferenceSession session = new(File, _options);
        Assert.Equal(model.Expected.Cast<ModelPrediction>().Select(p => p.Predicted), Run(session, model.Raw, model.Shape)["label"].GetStringTensorAsArray());
    }

    [Fact]
    public void Given_another_loss_when_written_as_onnx_then_classes_have_probabilities_and_values_their_unit()
    {
        using (ExportCase focal = ExportCases.Open(_folder, () => nn.Linear(5, 3), new ClassTargets([0, 1, 2, 1, 0, 2], ["low", "mid", "high"]), LossKind.Focal))
        {
            ModelExport.Write(focal.Model, File, ModelFormat.Onnx);
            double[] probabilities = Answers(focal, "probabilities");
            Assert.All(focal.Expected.Cast<ModelPrediction>(), p => Assert.Equal(p.ActualProbability!.Value, probabilities[p.Index * 3 + focal.Model.Info.Classes.ToList().IndexOf(p.Actual!)], Tolerance));
        }
        using ExportCase huber = ExportCases.Open(_folder, () => nn.Linear(5, 2), new ValueTargets([.. Enumerable.Range(0, 12).Select(i => (double)i)], 2), LossKind.Huber, targetScaling: new FeatureScaling([100, -3], [50, 0.25]));
        ModelExport.Write(huber.Model, File, ModelFormat.Onnx);
        Assert.Equal(huber.Expected.Cast<ValuePrediction>().Select(p => p.Predicted), Answers(huber, "values"), (one, other) => Math.Abs(one - other) < Tolerance * 100);
    }

    [Fact]
    public void Given_several_labels_a_sample_when_written_as_onnx_then_each_has_a_probability()
    {
        using ExportCase model = ExportCases.Open(_folder, () => nn.Linear(5, 2), new ValueTargets([.. Enumerable.Range(0, 12).Select(i => i % 2.0)], 2), LossKind.BinaryCrossEntropy);
        ModelExport.Write(model.Model, File, ModelFormat.Onnx);
        Assert.Equal(model.Expected.Cast<ValuePrediction>().Select(p => p.Predicted), Answers(model, "probabilities"), (one, other) => Math.Abs(one - other) < Tolerance);
    }

    [Fact]
    public void Given_a_divisor_when_written_as_onnx_then_samples_are_divided_first()
    {
        using ExportCase model = ExportCases.Open(_folder, "mlp:8");
        ModelExport.Write(model.Model, File, ModelFormat.Onnx, inputDivisor: 16);
        double[] probabilities = Answers(model with { Raw = [.. model.Raw.Select(value => value * 16)] }, "probabilities");
        Assert.All(model.Expected.Cast<ModelPrediction>(), p => Assert.Equal(p.ActualProbability!.Value, probabilities[p.Index * 3 + model.Model.Info.Classes.ToList().IndexOf(p.Actual!)], Tolerance));
    }

    [Theory]
    [InlineData(12345.6789, null)]
    [InlineData(1.7e9, "Channel 4 has values around 1.7E+09 that differ by 12: the file takes single precision, which tells no smaller differences apart there than 2E+02.")]
    public void Given_values_far_from_0_when_written_as_onnx_then_they_are_scaled_in_double_precision_or_a_warning_says_that_they_are_too_far(double mean, string? warning)
    {
        using ExportCase model = ExportCases.Open(_folder, () => nn.Linear(5, 3), new ClassTargets([0, 1, 2, 0, 1, 2], ["a", "b", "c"]), scaling: new FeatureScaling([0, 0, 0, 0, mean], [1, 1, 1, 1, 12]));
        IReadOnlyList<string> warnings = ModelExport.Write(model.Model, File, ModelFormat.Onnx);
        if (warning is not null)
        {
            Assert.StartsWith(warning, Assert.Single(warnings), StringComparison.Ordinal);
            return;
        }
        Assert.Empty(warnings);
        double[] probabilities = Answers(model, "probabilities");
        Assert.All(model.Expected.Cast<ModelPrediction>(), p => Assert.Equal(p.ActualProbability!.Value, probabilities[p.Index * 3 + "abc".IndexOf(p.Actual![0], StringComparison.Ordinal)], Tolerance));
    }

    [Fact]
    public void Given_a_layer_or_a_name_without_words_when_written_then_it_is_named()
    {
        Refused(() => nn.Sequential(("pool", nn.MaxPool2d(2, ceil_mode: true))), "The layer 'pool' of the model is a MaxPool2d with ceil_mode");
        Refused(() => nn.Sequential(("body", nn.Sequential(("conv", nn.Conv2d(1, 1, 3, padding_mode: PaddingModes.Reflect))))), "The layer 'body.conv' of the model is a Conv2d with padding_mode Reflect");
        Refused(() => nn.GELU(TorchSharp.Modules.GELU.Approximate.tanh), "The model is a GELU with an approximation");
        Refused(() => nn.Flatten(0), "The model is a Flatten of dimensions 0 to -1");
        Refused(() => nn.AdaptiveAvgPool2d(2), "The model is a AdaptiveAvgPool2d of the size 2×2");
        Refused(() => new Own(), "The model is a Own");
        Refused(() => nn.Sequential(("relu", nn.ReLU()), ("relu", nn.ReLU())), "A layer of the model is called 'relu'");
        Refused(() => nn.Sequential(("a.b", nn.ReLU())), "A layer of the model is called 'a.b'");

        static void Refused(Func<nn.Module> make, string message)
        {
            TorchLibrary.EnsureLoaded();
            using nn.Module module = make();
            var refused = Assert.Throws<TrainedModelException>(() => ExportedLayer.From(module, ""));
            Assert.Equal(TrainedModelErrors.ExportLayer, refused.Cause);
            Assert.StartsWith(message, refused.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Given_what_no_file_of_onnx_holds_when_written_then_it_is_refused()
    {
        using (ExportCases.Open(_folder, "mlp:8"))
        {
            using TrainedModel two = TrainedModel.Open([_folder.At("model.safetensors"), _folder.At("model.safetensors")], device: "cpu");
            Assert.Equal(TrainedModelErrors.ExportEnsemble, Assert.Throws<TrainedModelException>(() => ModelExport.Write(two, File, ModelFormat.Onnx)).Cause);
            Assert.Equal("InvalidInputDivisor", Assert.Throws<InvalidParameterException>(() => ModelExport.Write(two, File, ModelFormat.Onnx, 0)).ErrorId);
        }
        using (ExportCase broken = ExportCases.Open(_folder, "mlp:8"))
        {
            using (no_grad())
                broken.Model.Module.parameters().First()[0, 0] = float.NaN;
            Assert.StartsWith("'hidden1.weight' of mlp:8 has NaN", Assert.Throws<TrainedModelException>(() => ModelExport.Write(broken.Model, File, ModelFormat.Onnx)).Message, StringComparison.Ordinal);
        }
        ModelExport.RequireSize("net", int.MaxValue);
        Assert.Contains("'net' would take 2.1 GB", Assert.Throws<TrainedModelException>(() => ModelExport.RequireSize("net", int.MaxValue + 1L)).Message, StringComparison.Ordinal);
        Assert.Equal(TrainedModelErrors.ExportFormat, Assert.Throws<InvalidParameterException>(() => ModelExport.FormatOf("net.pt")).Cause);
    }

    public void Dispose()
    {
        _options.Dispose();
        _folder.Dispose();
    }

    private double[] Answers(ExportCase model, string output)
    {
        using InferenceSession session = new(File, _options);
        return [.. Run(session, model.Raw, model.Shape)[output].GetTensorDataAsSpan<float>().ToArray().Select(value => (double)value)];
    }

    private static Dictionary<string, OrtValue> Run(InferenceSession session, float[] raw, IReadOnlyList<long> shape)
    {
        using OrtValue input = OrtValue.CreateTensorValueFromMemory(raw, [.. shape]);
        using var options = new RunOptions();
        return session.OutputNames.Zip(session.Run(options, ["input"], [input], session.OutputNames)).ToDictionary(answer => answer.First, answer => answer.Second);
    }

    private sealed class Own() : nn.Module<Tensor, Tensor>(nameof(Own))
    {
        public override Tensor forward(Tensor input) => input.alias();
    }
}
