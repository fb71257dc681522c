using System.IO.Compression;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ClrEngine.Tests.Torch.Models;

[Collection(nameof(TorchRandomState))]
public sealed class ModelSourceTests
{
    private static readonly TrainingData Data = Digits.Load();

    public ModelSourceTests() => TorchLibrary.EnsureLoaded();

    [Fact]
    public void a_given_module_is_trained_as_it_is_and_stays()
    {
        using Sequential module = Module();
        float[] before = Weights(module);

        using (TorchSession session = Open(new ModelSource(module)))
            session.Learner.Step(session.Plan.At(0), new SchedulePoint(0, 0.1, null));

        Assert.NotEqual(before, Weights(module));
    }

    [Fact]
    public void a_function_makes_a_module_for_each_run_and_the_run_disposes_it()
    {
        var made = new List<Sequential>();
        var source = ModelSource.FromFunction("function", (_, _) =>
        {
            made.Add(Module());
            return made[^1];
        });

        Open(source).Dispose();
        Open(source).Dispose();

        Assert.Equal(2, made.Count);
        Assert.All(made, module => Assert.True(module.parameters().All(p => p.IsInvalid)));
    }

    [Fact]
    public void a_function_is_told_the_shape_of_a_sample_and_the_number_of_outputs()
    {
        (IReadOnlyList<long>, int) told = default;
        var source = ModelSource.FromFunction("function", (shape, outputs) =>
        {
            told = (shape, outputs);
            return Module();
        });

        Open(source).Dispose();

        Assert.Equal([1, 8, 8], told.Item1);
        Assert.Equal(10, told.Item2);
    }

    [Fact]
    public void a_function_that_gives_the_same_module_again_is_refused()
    {
        using Sequential module = Module();
        var source = ModelSource.FromFunction("function", (_, _) => module);
        source.Open([1, 8, 8], 10);

        var error = Assert.Throws<InvalidParameterException>(() => source.Open([1, 8, 8], 10));

        Assert.Equal("ModelNotFresh", error.ErrorId);
    }

    [Fact]
    public void a_module_that_does_not_fit_the_classes_is_refused_before_training_and_stays()
    {
        using Sequential module = nn.Sequential(nn.Flatten(), nn.Linear(64, 9));

        Assert.Throws<ModelMismatchException>(() => Open(new ModelSource(module)));

        Assert.All(module.parameters(), p => Assert.False(p.IsInvalid));
    }

    private static Sequential Module() => nn.Sequential(nn.Flatten(), nn.Linear(64, 10));

    private static TorchSession Open(ModelSource source) => TorchSession.Open(source, Data, new LearnerOptions { Device = "cpu" }, 64, 1);

    private static float[] Weights(nn.Module module) => module.parameters().SelectMany(p => p.data<float>().ToArray()).ToArray();
}

[Collection(nameof(TorchRandomState))]
public sealed class ModelFitTests
{
    private static readonly FloatSamples Samples = new(new float[4 * 6], [6]);

    public ModelFitTests() => TorchLibrary.EnsureLoaded();

    [Fact]
    public void an_output_of_another_width_is_refused_with_both_shapes()
    {
        using var module = nn.Linear(6, 4);

        var error = Assert.Throws<ModelMismatchException>(() => ModelFit.Require(module, "mine", Samples, 3));

        Assert.Equal("ModelOutput", error.ErrorId);
        Assert.Contains("[2, 4]", error.Message, StringComparison.Ordinal);
        Assert.Contains("[2, 3]", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void an_output_without_its_second_dimension_is_refused()
    {
        using var module = nn.Sequential(nn.Linear(6, 1), nn.Flatten(0));

        Assert.Equal("ModelOutput", Assert.Throws<ModelMismatchException>(() => ModelFit.Require(module, "mine", Samples, 1)).ErrorId);
    }

    [Fact]
    public void a_model_of_float64_is_told_to_be_converted()
    {
        using var module = nn.Linear(6, 3, dtype: ScalarType.Float64);

        var error = Assert.Throws<ModelMismatchException>(() => ModelFit.Require(module, "mine", Samples, 3));

        Assert.Contains("model.float()", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("this shape", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void a_model_whose_own_code_throws_is_not_blamed_for_its_shape()
    {
        using var module = new Throwing();

        var error = Assert.Throws<ModelMismatchException>(() => ModelFit.Require(module, "mine", Samples, 3));

        Assert.Contains("my own failure", error.Message, StringComparison.Ordinal);
        Assert.Contains("The module's own code threw this", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void a_model_that_cannot_take_a_sample_is_refused_with_what_it_said()
    {
        using var module = nn.Linear(5, 3);

        var error = Assert.Throws<ModelMismatchException>(() => ModelFit.Require(module, "mine", Samples, 3));

        Assert.Equal("ModelInput", error.ErrorId);
        Assert.Contains("[6]", error.Message, StringComparison.Ordinal);
        Assert.Contains("cannot be multiplied (2x6 and 5x3)", error.Message, StringComparison.Ordinal);
        Assert.NotNull(error.InnerException);
    }

    [Fact]
    public void a_model_without_parameters_is_refused()
    {
        using var module = nn.Flatten();

        Assert.Equal("NothingToTrain", Assert.Throws<ModelMismatchException>(() => ModelFit.Require(module, "mine", Samples, 6)).ErrorId);
    }

    [Fact]
    public void looking_changes_neither_statistics_nor_modes_nor_the_random_state()
    {
        using var frozen = nn.BatchNorm1d(6);
        using var module = nn.Sequential(frozen, new Noise(), nn.Linear(6, 3));
        module.train();
        frozen.eval();
        float[] mean = frozen.running_mean!.data<float>().ToArray();
        using Tensor random = get_rng_state();

        ModelFit.Require(module, "mine", Samples, 3);

        Assert.True(module.training);
        Assert.False(frozen.training);
        Assert.Equal(mean, frozen.running_mean!.data<float>().ToArray());
        using Tensor after = get_rng_state();
        Assert.Equal(random.data<byte>().ToArray(), after.data<byte>().ToArray());
    }

    /// <summary>Draws in evaluation too.</summary>
    private sealed class Noise() : nn.Module<Tensor, Tensor>(nameof(Noise))
    {
        public override Tensor forward(Tensor input) => input + randn_like(input);
    }

    private sealed class Throwing : nn.Module<Tensor, Tensor>
    {
        private readonly nn.Module<Tensor, Tensor> _layer = nn.Linear(6, 3);

        public Throwing() : base(nameof(Throwing)) => RegisterComponents();

        public override Tensor forward(Tensor input) => throw new InvalidOperationException("my own failure");

        protected override void Dispose(bool disposing)
        {
            if (disposing)
                _layer.Dispose();
            base.Dispose(disposing);
        }
    }
}

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
    [InlineData("<html>", "is a page of HTML")]
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
