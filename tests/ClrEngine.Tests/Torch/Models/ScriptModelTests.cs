using ClrEngine.Data;
using ClrEngine.Schedules;
using ClrEngine.Tests.Data;
using ClrEngine.Torch.Learning;
using ClrEngine.Torch.Models;
using ClrEngine.Torch.Native;
using ClrEngine.Training;
using TorchSharp;
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
    public void a_file_of_weights_alone_is_refused_as_such()
    {
        using (var zip = System.IO.Compression.ZipFile.Open(File, System.IO.Compression.ZipArchiveMode.Create))
            zip.CreateEntry("archive/data.pkl");

        var error = Assert.Throws<ModelFileException>(() => ScriptModel.Load(File));

        Assert.Equal("NotTorchScript", error.ErrorId);
        Assert.Contains("weights without a model", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void a_damaged_file_is_refused_with_libtorchs_reason()
    {
        TorchScriptFile.Classifier(File, 6, 3);
        using (var zip = System.IO.Compression.ZipFile.Open(File, System.IO.Compression.ZipArchiveMode.Update))
            zip.GetEntry("net/data/1")!.Delete();

        var error = Assert.Throws<ModelFileException>(() => ScriptModel.Load(File));

        Assert.Equal("NotTorchScript", error.ErrorId);
        Assert.IsType<System.Runtime.InteropServices.ExternalException>(error.InnerException);
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
