using ClrEngine.Torch.Losses;
using ClrEngine.Torch.Pretrained;
using ClrEngine.Torch.Trained;
using ClrEngine.Training.Checkpoints;

namespace ClrEngine.Tests.Torch.Pretrained;

/// <summary>The file of weights that a run began with, beside what the run writes itself.</summary>
[Collection(nameof(TorchRandomState))]
public sealed class WeightsAndCheckpointsTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public WeightsAndCheckpointsTests() => TorchLibrary.EnsureLoaded();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Given_the_checkpoint_of_a_run_that_began_with_a_file_when_resumed_then_the_file_may_be_gone_or_have_another_name()
    {
        TrainingData data = Learners.Data();
        string path = _folder.At("start.safetensors"), other = _folder.At("renamed.safetensors");
        using (var net = Learners.Model())
            TrainedModelFile.Write(path, ModelWeights.Export(net), TrainedModelInfo.FromRun(new RunDescription { Model = "net" }, data, new LossOptions()) with { Classes = ["x", "y", "z"] });
        TrainingJobOptions options = new() { Learning = new LearnerOptions { Weights = path, Device = "cpu" }, BatchSize = 16, Checkpoints = new CheckpointOptions { Path = _folder.At("run"), Resume = true } };
        Assert.NotEmpty(Train(1, options));
        File.Move(path, other);
        Assert.Empty(Train(2, options with { Learning = options.Learning with { Weights = other } }));
        File.Delete(other);
        Assert.Empty(Train(3, options));
        var refused = Assert.Throws<CheckpointException>(() => Train(4, options with { Learning = options.Learning with { Weights = null } }));
        Assert.Contains("Learning.Weights.Name is \"start.safetensors\" there and not set here", refused.Message, StringComparison.Ordinal);
        Assert.Equal("WeightsNotFound", Assert.Throws<WeightsException>(() => Train(4, options with { Checkpoints = null })).ErrorId);

        List<string> Train(int epochs, TrainingJobOptions asked)
        {
            var warnings = new List<string>();
            using var net = Learners.Model();
            using var job = new TrainingJob(ModelSource.FromModule(net)!, data, new CyclicSchedule(0.01, 0.1, 4), asked with { Length = new TrainingOptions { Epochs = epochs } }) { Warn = warnings.Add };
            job.Open();
            _ = job.Run(TestContext.Current.CancellationToken).Count();
            Assert.Equal(epochs, job.Finish().Epochs.Count);
            return [.. warnings.Where(static warning => warning.Contains("begins fresh", StringComparison.Ordinal))];
        }
    }

    [Theory]
    [InlineData("best.safetensors", true)]
    [InlineData("snapshot-002.safetensors", true)]
    [InlineData("start.safetensors", false)]
    [InlineData("../best.safetensors", false)]
    public void Given_a_folder_whose_models_would_take_the_place_of_the_weights_when_a_job_is_planned_then_it_is_refused(string file, bool refused)
    {
        TrainingJobOptions options = new() { Learning = new LearnerOptions { Weights = _folder.At("models/" + file) }, ModelFolder = _folder.At("models"), ReplaceModels = true };
        Exception? failure = Record.Exception(() => options.Validate(new CyclicSchedule(0.01, 0.1, 4)));
        Assert.Equal(refused ? "DestinationHasWeights" : null, (failure as InvalidParameterException)?.ErrorId);
    }
}
