using System.Collections.Immutable;
using static TorchSharp.torch;

namespace ClrEngine.Tests.Torch.Models;

[Collection(nameof(TorchRandomState))]
public sealed class ScriptModelTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public ScriptModelTests() => TorchLibrary.EnsureLoaded();

    private string File => System.IO.Path.Combine(_folder.Path, "net.pt");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void parameters_and_buffers_keep_the_names_of_the_file()
    {
        using ScriptModel model = ScriptModel.Load(TorchScriptFile.Classifier(File, 64, 10));

        Assert.Equal(["bias", "scale", "shift", "weight"], model.named_parameters().Select(p => p.name).Order());
        Assert.Equal(["running_mean", "running_var"], model.named_buffers().Select(b => b.buffer.numel() == 64 ? b.name : "").Order());
        Assert.Equal(["bias", "running_mean", "running_var", "scale", "shift", "weight"], model.state_dict().Keys.Order());
        Assert.Equal(4, model.parameters().Count());
        Assert.Equal(2, model.buffers().Count());
    }

    [Fact]
    public void a_file_is_trained_as_it_is_and_learns()
    {
        TrainingData data = Digits.Load();
        var source = ModelSource.FromFile(TorchScriptFile.Classifier(File, 64, 10, dropout: 0.1));
        using TorchSession session = TorchSession.Open(source, data, new LearnerOptions { Device = "cpu" }, 64, 1);
        double before = session.Learner.Evaluate(TestContext.Current.CancellationToken).Accuracy!.Value;

        for (long step = 0; step < 4 * session.Plan.StepsPerEpoch; step++)
            session.Learner.Step(session.Plan.At(step), new SchedulePoint(step, 0.05));

        Assert.True(before < 30);
        Assert.True(session.Learner.Evaluate(TestContext.Current.CancellationToken).Accuracy > 90);
        Assert.Equal("net.pt", source.Name);
    }

    [Fact]
    public void dropout_and_running_statistics_follow_the_mode()
    {
        using var scope = NewDisposeScope();
        using ScriptModel model = ScriptModel.Load(TorchScriptFile.Classifier(File, 6, 3, dropout: 0.5));
        Tensor input = randn(40, 6);

        model.eval();
        Assert.True(model.call(input).allclose(model.call(input)));
        Assert.All(model.get_buffer("running_mean")!.data<float>().ToArray(), mean => Assert.Equal(0, mean));

        model.train();
        Assert.False(model.call(input).allclose(model.call(input)));
        Assert.All(model.get_buffer("running_mean")!.data<float>().ToArray(), mean => Assert.NotEqual(0, mean));
    }

    [Fact]
    public void a_captured_state_comes_back_bit_for_bit()
    {
        TrainingData data = Digits.Load();
        using TorchSession session = TorchSession.Open(ModelSource.FromFile(TorchScriptFile.Classifier(File, 64, 10)), data, new LearnerOptions { Device = "cpu" }, 64, 1);
        Evaluation before = session.Learner.Evaluate(TestContext.Current.CancellationToken);
        using ILearnerState state = session.Learner.Capture();
        session.Learner.Step(session.Plan.At(0), new SchedulePoint(0, 0.1));
        Assert.NotEqual(before, session.Learner.Evaluate(TestContext.Current.CancellationToken));

        session.Learner.Restore(state);

        Assert.Equal(before, session.Learner.Evaluate(TestContext.Current.CancellationToken));
    }

    [Fact]
    public void what_was_trained_is_saved_and_read_again()
    {
        using var scope = NewDisposeScope();
        string saved = System.IO.Path.Combine(_folder.Path, "trained.pt");
        using ScriptModel model = ScriptModel.Load(TorchScriptFile.Classifier(File, 6, 3));
        using (no_grad())
            model.get_parameter("weight")!.mul_(3);

        model.Save(saved);

        using ScriptModel again = ScriptModel.Load(saved);
        Tensor input = randn(4, 6);
        model.eval();
        again.eval();
        Assert.True(model.call(input).allclose(again.call(input)));
    }

    [Fact]
    public void a_missing_file_is_named()
    {
        var error = Assert.Throws<ModelFileException>(() => ScriptModel.Load(File));

        Assert.Equal("ModelFileNotFound", error.ErrorId);
        Assert.Contains(File, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void a_file_that_is_no_archive_is_refused()
    {
        System.IO.File.WriteAllText(File, "not a model");

        Assert.Equal("NotTorchScript", Assert.Throws<ModelFileException>(() => ScriptModel.Load(File)).ErrorId);
    }

    [Fact]
    public void a_file_that_was_cut_short_is_refused_as_perhaps_damaged()
    {
        TorchScriptFile.Classifier(File, 6, 3);
        byte[] whole = System.IO.File.ReadAllBytes(File);
        System.IO.File.WriteAllBytes(File, whole[..(whole.Length / 2)]);

        var error = Assert.Throws<ModelFileException>(() => ScriptModel.Load(File));

        Assert.Equal("NotTorchScript", error.ErrorId);
        Assert.Contains("is damaged", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void a_file_of_weights_alone_is_refused_as_such()
    {
        using (var zip = System.IO.Compression.ZipFile.Open(File, System.IO.Compression.ZipArchiveMode.Create))
            zip.CreateEntry("archive/data.pkl");

        var error = Assert.Throws<ModelFileException>(() => ScriptModel.Load(File));

        Assert.Equal("NotTorchScript", error.ErrorId);
        Assert.Contains("weights without a model", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void a_file_without_the_numbers_of_a_tensor_is_refused()
    {
        TorchScriptFile.Classifier(File, 6, 3);
        using (var zip = System.IO.Compression.ZipFile.Open(File, System.IO.Compression.ZipArchiveMode.Update))
            zip.GetEntry("net/data/1")!.Delete();

        var error = Assert.Throws<ModelFileException>(() => ScriptModel.Load(File));

        Assert.Equal("NotTorchScript", error.ErrorId);
        Assert.Contains("is damaged in 'net/data.pkl': it asks for 'net/data/1', which is not there", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void an_output_that_does_not_fit_the_classes_is_refused_before_training()
    {
        var source = ModelSource.FromFile(TorchScriptFile.Classifier(File, 64, 4));

        var error = Assert.Throws<ModelMismatchException>(
            () => TorchSession.Open(source, Digits.Load(), new LearnerOptions { Device = "cpu" }, 64, 1));

        Assert.Equal("ModelOutput", error.ErrorId);
    }

    [Fact]
    public void samples_that_do_not_fit_the_code_are_refused_with_its_last_word()
    {
        var source = ModelSource.FromFile(TorchScriptFile.Classifier(File, 32, 10));

        var error = Assert.Throws<ModelMismatchException>(
            () => TorchSession.Open(source, Digits.Load(), new LearnerOptions { Device = "cpu" }, 64, 1));

        Assert.Equal("ModelInput", error.ErrorId);
        Assert.Contains("running_mean should contain 64 elements not 32", error.Message, StringComparison.Ordinal);
    }
}

[Collection(nameof(TorchRandomState))]
public sealed class TorchScriptReferenceTests : IDisposable
{
    private const int Samples = 24, Width = 6, Classes = 3;

    private readonly TempFolder _folder = new();

    public TorchScriptReferenceTests() => TorchLibrary.EnsureLoaded();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("tied")]
    [InlineData("auxiliary")]
    public void A_model_from_python_learns_as_in_python(string name)
    {
        double[] expected = [.. ReferenceFile.Read("pytorch-torchscript-losses.json").GetProperty("losses").GetProperty(name).EnumerateArray().Select(loss => loss.GetDouble())];
        using TorchSession session = TorchSession.Open(ModelSource.FromFile(FileOf(name)), Data(), Options(), Samples, 1);

        for (int step = 0; step < expected.Length; step++)
            session.Learner.Step(session.Plan.At(step), new SchedulePoint(step, 0.1, 0.9));

        Assert.All(expected.Zip(session.Learner.Read().Losses), pair => Assert.Equal(pair.First, pair.Second, 1e-6));
    }

    [Theory]
    [InlineData(Precision.Float32)]
    [InlineData(Precision.BFloat16)]
    public void Tied_weights_of_a_script_stay_tied(Precision precision)
    {
        using ScriptModel model = ScriptModel.Load(FileOf("tied"));
        using (var learner = new TorchLearner(model, Data(), Options() with { Precision = precision }))
            learner.Step(new BatchPlan(Samples, Samples, 1).At(0), new SchedulePoint(0, 0.1, 0.9));

        Assert.Equal(
            model.get_parameter("first.weight")!.data<float>().ToArray(),
            model.get_parameter("again.weight")!.data<float>().ToArray());
    }

    [Fact]
    public void Tied_weights_of_a_torchsharp_module_are_updated_once()
    {
        using var tied = new Tied(2);
        using var once = new Tied(1);
        var plan = new BatchPlan(Samples, Samples, 1);

        Assert.Equal(Losses(once), Losses(tied));

        IReadOnlyList<double> Losses(Tied model)
        {
            using var learner = new TorchLearner(model, Data(), Options());
            for (int step = 0; step < 5; step++)
                learner.Step(plan.At(step), new SchedulePoint(step, 0.1, 0.9));
            return learner.Read().Losses;
        }
    }

    [Fact]
    public void Tied_weights_that_torchsharp_would_break_are_refused_before_it_does()
    {
        using var tied = new Tied(2);

        var error = Assert.Throws<InvalidParameterException>(() => new TorchLearner(tied, Data(), Options() with { Precision = Precision.BFloat16 }));

        Assert.Equal("ModelTied", error.ErrorId);
        Assert.Equal(Width * Classes, tied.named_parameters().Single().parameter.numel());
    }

    private string FileOf(string name) => ReferenceFile.CopyTo(_folder.Path, name + ".pt");

    private static LearnerOptions Options() => new() { Device = "cpu", Optimizer = new() { WeightDecay = 1e-3 } };

    private static TrainingData Data()
    {
        float[] features = [.. Enumerable.Range(0, Samples * Width).Select(i => (float)Math.Sin(i))];
        long[] labels = [.. Enumerable.Range(0, Samples).Select(i => (long)i % Classes)];
        var set = new LabelledData(new FloatSamples(features, [Width]), new ClassTargets(ImmutableArray.Create(labels), ["a", "b", "c"]));
        return new TrainingData("waves", "made", set, set, FeatureScaling.Identity(Width), "waves");
    }

    /// <summary>One weight, registered under one name or two, and used twice.</summary>
    private sealed class Tied : nn.Module<Tensor, Tensor>
    {
        private readonly TorchSharp.Modules.Linear _first = nn.Linear(Width, Classes, hasBias: false);
        private readonly TorchSharp.Modules.Linear _again;

        public Tied(int names)
            : base("tied")
        {
            _again = names == 1 ? _first : nn.Linear(Width, Classes, hasBias: false);
            using (no_grad())
                _first.weight.copy_(arange(Width * Classes, float32).sin().reshape(Classes, Width));
            register_module("first", _first);
            if (names > 1)
            {
                _again.weight = _first.weight;
                register_module("again", _again);
            }
        }

        public override Tensor forward(Tensor input) => _first.call(input).tanh() + _again.call(input).sigmoid();
    }
}
