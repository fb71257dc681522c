using System.Collections.Immutable;
using System.Diagnostics;
using System.Text.Json;
using static TorchSharp.torch;

namespace ClrEngine.Tests.Torch.Models;

[Collection(nameof(TorchRandomState))]
public sealed class BuiltInModelTests
{
    public BuiltInModelTests() => TorchLibrary.EnsureLoaded();

    [Theory]
    [InlineData("mlp:256,128", new long[] { 64 }, 10, 50_826)]
    [InlineData("cnn", new long[] { 1, 28, 28 }, 10, 98_682)]
    [InlineData("lenet", new long[] { 1, 28, 28 }, 10, 61_706)] // LeNet-5 as PyTorch's tutorial builds it
    [InlineData("lenet", new long[] { 1, 32, 32 }, 10, 61_706)]
    [InlineData("resnet20", new long[] { 3, 32, 32 }, 10, 269_722)] // the paper's 0.27 million
    [InlineData("resnet56", new long[] { 3, 32, 32 }, 10, 853_018)] // the paper's 0.85 million
    [InlineData("resnet18", new long[] { 3, 224, 224 }, 1000, 11_689_512)] // torchvision's count
    public void a_model_has_as_many_parameters_as_its_source_says(string name, long[] shape, int outputs, long parameters)
    {
        using nn.Module<Tensor, Tensor> module = new ModelSource(name).Open(shape, outputs);

        Assert.Equal(parameters, module.parameters().Sum(p => p.numel()));
    }

    [Theory]
    [InlineData("mlp", new long[] { 5 })]
    [InlineData("mlp", new long[] { 2, 3, 4 })]
    [InlineData("cnn", new long[] { 1, 8, 8 })]
    [InlineData("cnn", new long[] { 3, 4, 7 })]
    [InlineData("cnn", new long[] { 2, 1, 1 })]
    [InlineData("cnn:16,16,16,16", new long[] { 1, 8, 8 })]
    [InlineData("lenet", new long[] { 1, 12, 12 })]
    [InlineData("lenet", new long[] { 3, 29, 33 })]
    [InlineData("resnet20", new long[] { 1, 8, 8 })]
    [InlineData("resnet56", new long[] { 1, 9, 9 })]
    [InlineData("resnet18", new long[] { 3, 32, 32 })]
    public void a_model_answers_samples_of_its_shape_and_every_parameter_gets_a_gradient(string name, long[] shape)
    {
        using var scope = NewDisposeScope();
        manual_seed(1);
        using nn.Module<Tensor, Tensor> module = new ModelSource(name).Open(shape, 7);

        Tensor output = module.call(randn([6, .. shape]));
        nn.functional.cross_entropy(output, tensor(new long[] { 0, 1, 2, 3, 4, 5 })).backward();

        Assert.Equal([6, 7], output.shape);
        Assert.All(module.named_parameters(), p => Assert.True(p.parameter.grad is { } g && g.isfinite().all().item<bool>() && g.abs().sum().item<float>() > 0, p.name));
    }

    [Theory]
    [InlineData("cnn", new long[] { 64 })]
    [InlineData("cnn", new long[] { 8, 8 })]
    [InlineData("lenet", new long[] { 1, 8, 8 })]
    [InlineData("resnet20", new long[] { 12 })]
    [InlineData("resnet20", new long[] { 3, 4, 4 })]
    [InlineData("resnet18", new long[] { 1, 8, 8 })]
    public void given_a_shape_that_a_model_cannot_take_then_the_error_names_one_that_can(string name, long[] shape)
    {
        var error = Assert.Throws<ModelMismatchException>(() => new ModelSource(name).Open(shape, 10));

        Assert.Equal("ModelInput", error.ErrorId);
        Assert.Contains($"[{string.Join(", ", shape)}]", error.Message, StringComparison.Ordinal);
        string fitting = error.Message.Split("-Model ")[1].Split(',')[0];
        using nn.Module<Tensor, Tensor> module = new ModelSource(fitting).Open(shape, 10);
        using Tensor input = zeros([2, .. shape]);
        Assert.Equal([2, 10], module.call(input).shape);
    }

    [Fact]
    public void resnet18_names_its_weights_as_torchvision_does()
    {
        using nn.Module<Tensor, Tensor> module = new ModelSource("resnet18").Open([3, 64, 64], 1000);

        Dictionary<string, Tensor> state = module.state_dict();

        Assert.Equal(122, state.Count);
        Assert.Equal([64, 3, 7, 7], state["conv1.weight"].shape);
        Assert.Equal([128, 64, 1, 1], state["layer2.0.downsample.0.weight"].shape);
        Assert.Equal([128], state["layer2.0.downsample.1.running_mean"].shape);
        Assert.Equal([512, 512, 3, 3], state["layer4.1.conv2.weight"].shape);
        Assert.Equal([1000, 512], state["fc.weight"].shape);
    }

    [Fact]
    public void the_shortcut_of_a_cifar_net_takes_every_second_pixel_and_adds_channels_of_zeros()
    {
        using var shortcut = new PaddedShortcut(1, 3, 2);
        using Tensor image = arange(9, ScalarType.Float32).reshape(1, 1, 3, 3);

        using Tensor output = shortcut.call(image);

        Assert.Equal([1, 3, 2, 2], output.shape);
        Assert.Equal([0, 0, 0, 0, 0, 2, 6, 8, 0, 0, 0, 0], output.data<float>().ToArray());
    }

    [Fact]
    public void convolutions_start_with_the_spread_of_he_and_others()
    {
        manual_seed(3);
        using nn.Module<Tensor, Tensor> module = new ModelSource("resnet20").Open([3, 32, 32], 10);

        double spread = module.get_parameter("layer3.2.conv2.weight")!.std().item<float>();

        Assert.Equal(Math.Sqrt(2.0 / (64 * 9)), spread, 0.001);
    }

    [Theory]
    [InlineData("mlp")]
    [InlineData("cnn")]
    [InlineData("lenet")]
    [InlineData("resnet20")]
    public void the_same_seed_gives_the_same_weights_and_another_seed_others(string name)
    {
        float[] first = Weights(1), again = Weights(1), other = Weights(2);

        Assert.Equal(first, again);
        Assert.NotEqual(first, other);

        float[] Weights(int seed)
        {
            manual_seed(seed);
            using nn.Module<Tensor, Tensor> module = new ModelSource(name).Open([1, 28, 28], 10);
            return module.parameters().SelectMany(p => p.data<float>().ToArray()).ToArray();
        }
    }

    [Fact]
    public void every_known_name_is_a_model() =>
        Assert.All(ModelCatalog.Known.Keys, name => Assert.StartsWith(name, new ModelSource(name).Name, StringComparison.Ordinal));

    [Theory]
    [InlineData("perceptron", "ModelNotFound")]
    [InlineData("mlp:", "InvalidModelArguments")]
    [InlineData("mlp:256,x", "InvalidModelArguments")]
    [InlineData("cnn:0", "InvalidModelArguments")]
    [InlineData("resnet20:5", "InvalidModelArguments")]
    public void a_name_that_is_no_model_is_refused_with_its_cause(string name, string errorId) =>
        Assert.Equal(errorId, Assert.Throws<InvalidParameterException>(() => new ModelSource(name)).ErrorId);
}

/// <summary>The files that torchvision of this machine makes; null where there is none.</summary>
public sealed class TorchvisionFiles : IDisposable
{
    private readonly TempFolder _folder = new();

    public TorchvisionFiles()
    {
        string script = ReferenceFile.CopyTo(_folder.Path, "googlenet.py");
        if (new[] { "/usr/bin/python3", "python3", "python" }.FirstOrDefault(python => Runs(python, "-c", "import torchvision") is null) is { } found)
            Fault = Runs(found, script, _folder.Path);
        else
            Absent = true;
    }

    /// <summary>Whether no Python here has torchvision.</summary>
    public bool Absent { get; }

    /// <summary>What Python said where it failed.</summary>
    public string? Fault { get; }

    public string this[string name] => Path.Combine(_folder.Path, name);

    public void Dispose() => _folder.Dispose();

    internal static string? Runs(string python, params string[] arguments)
    {
        try
        {
            ProcessStartInfo start = new(python, arguments) { RedirectStandardError = true };
            // On a busy machine PyTorch's threads lose their time waiting for each other.
            start.Environment["OMP_NUM_THREADS"] = "1";
            using Process process = Process.Start(start)!;
            string error = process.StandardError.ReadToEnd();
            process.WaitForExit();
            return process.ExitCode == 0 ? null : error;
        }
        catch (System.ComponentModel.Win32Exception absent)
        {
            return absent.Message;
        }
    }
}

[Collection(nameof(TorchRandomState))]
public sealed class GoogLeNetTests(TorchvisionFiles files) : IClassFixture<TorchvisionFiles>
{
    private const int Samples = 16, Classes = 4, Side = 64;

    [Theory]
    [InlineData("scripted.pt")]
    [InlineData("scripted-main.pt")]
    [InlineData("traced-main.pt")]
    public void GoogLeNet_with_auxiliary_heads_learns_as_in_python(string name)
    {
        Assert.SkipWhen(files.Absent, "No Python with torchvision is on this machine; Debian's package python3-torchvision brings it.");
        Assert.Null(files.Fault);
        TorchLibrary.EnsureLoaded();
        double[] expected = JsonSerializer.Deserialize<double[]>(File.ReadAllText(files["losses.json"]))!;
        var options = new LearnerOptions { Device = "cpu", Optimizer = new() { WeightDecay = 1e-4 } };
        using TorchSession session = TorchSession.Open(ModelSource.FromFile(files[name]), Data(), options, Samples, 1);

        for (int step = 0; step < expected.Length; step++)
            session.Learner.Step(session.Plan.At(step), new SchedulePoint(step, 1e-7, 0.9));

        Assert.True(expected[0] - expected[^1] > 1e-3);
        Assert.All(expected.Zip(session.Learner.Read().Losses), pair => Assert.Equal(pair.First, pair.Second, 1e-5));
    }

    private static TrainingData Data()
    {
        float[] features = [.. Enumerable.Range(0, Samples * 3 * Side * Side).Select(i => (float)((i * 7919L % 1000) / 1000.0 - 0.5))];
        long[] labels = [.. Enumerable.Range(0, Samples).Select(i => (long)i % Classes)];
        var set = new LabelledData(new FloatSamples(features, [3, Side, Side]), new ClassTargets(ImmutableArray.Create(labels), ["a", "b", "c", "d"]));
        return new TrainingData("waves", "made", set, set, FeatureScaling.Identity(3), "waves");
    }
}
