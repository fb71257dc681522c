using ClrEngine.Tests.Json;
using ClrEngine.Tests.Torch.Models;
using ClrEngine.Torch.Losses;
using ClrEngine.Torch.Trained;
using ClrEngine.Training.Formats;

namespace ClrEngine.Tests.Torch.Trained;

[Collection(nameof(TorchRandomState))]
public sealed class TrainedModelTests : TrainedModelFolder
{
    [Fact]
    public void Given_a_model_that_was_written_when_tested_on_itsData_then_it_scores_as_it_did_in_training()
    {
        TrainingHistory history = Train(seed: 1, "a");
        TrainedModelScore score = Score(Data, "a/final.safetensors");
        Assert.Equal(history.Epochs[^1].ValidationLoss, score.Loss, 5);
        Assert.Equal(history.Epochs[^1].ValidationAccuracy, score.Accuracy);
        Assert.Equal(("mlp:8", 1, Data.Validation.Count), (score.Model, score.Members, score.Samples));
    }

    // oneDNN computes such convolutions wrongly on some machines.
    [Fact]
    public void Given_a_model_whose_channels_are_padded_when_tested_then_it_scores_as_it_did_in_training()
    {
        TrainingData digits = Digits.Load();
        using var job = new ClrEngine.Torch.TrainingJob(new ModelSource("cnn:16,20,50"), digits, new CyclicSchedule(0.001, 0.01, 5), new ClrEngine.Torch.TrainingJobOptions
        {
            Learning = new LearnerOptions { Device = "cpu", Threads = 1 },
            Length = new TrainingOptions { Epochs = 1 },
            ModelFolder = Folder.At("padded"),
        });
        job.Open();
        Assert.NotEmpty(job.Run(TestContext.Current.CancellationToken).ToArray());
        Assert.Equal(job.Finish().Epochs[^1].ValidationLoss, Score(digits, "padded/final.safetensors").Loss, 4);
    }

    [Fact]
    public void Given_weights_of_half_the_width_when_opened_then_they_are_taken_into_a_model_of_full_width()
    {
        TrainingHistory history = Train(seed: 1, "a", Precision.BFloat16);
        Assert.Equal(TensorType.BFloat16, TrainedModelFile.Read(Final).Tensors[0].Type);
        Assert.Equal(history.Epochs[^1].ValidationLoss, Score(Data, "a/final.safetensors").Loss, 0.05);
    }

    [Fact]
    public void Given_the_best_model_when_tested_then_it_scores_as_in_its_epoch()
    {
        TrainingHistory history = Train(seed: 1, "a");
        Assert.Equal(history.BestEpoch!.ValidationLoss, Score(Data, "a/best.safetensors").Loss, 5);
    }

    [Theory]
    [InlineData("cnn:20000,20000", new long[] { 1, 8, 8 }, 3)]
    [InlineData("cnn:8,200000", new long[] { 1, 8, 8 }, 3)]
    [InlineData("mlp:50000,50000", new long[] { 4 }, 3)]
    [InlineData("mlp:8", new long[] { 4, 1000, 200000 }, 3)]
    [InlineData("lenet", new long[] { 4, 20000, 20000 }, 3)]
    [InlineData("resnet18", new long[] { 4, 32, 32 }, 3)]
    public void Given_a_file_that_names_a_model_larger_than_its_arrays_when_opened_then_nothing_of_that_size_is_made(string model, long[] shape, int outputs)
    {
        Train(seed: 1, "a");
        (TrainedModelInfo info, IReadOnlyList<StateTensor> tensors) = TrainedModelFile.Read(Final);
        string path = Folder.At("large.safetensors");
        double[] scaling = [.. Enumerable.Repeat(1.0, (int)shape[0])];
        TrainedModelFile.Write(path, tensors, info with { Run = info.Run with { Model = model }, InputShape = shape, Outputs = outputs, Means = scaling, StandardDeviations = scaling });
        long before = Environment.WorkingSet;

        Assert.Throws<StateMismatchException>(() => TrainedModel.Open([path], device: "cpu"));

        Assert.InRange(Environment.WorkingSet - before, long.MinValue, 200L << 20);
    }

    [Fact]
    public void Given_weights_that_are_not_finite_when_tested_then_no_class_is_made_of_them()
    {
        Train(seed: 1, "a");
        string path = Final;
        (TrainedModelInfo info, IReadOnlyList<StateTensor> tensors) = TrainedModelFile.Read(path);
        TrainedModelFile.Write(path, tensors.Select(t => new StateTensor(t.Name, t.Type, t.Shape, Enumerable.Repeat((byte)0xff, t.Bytes.Length).ToArray())), info);

        Assert.Equal("TrainedModelNotFinite", Assert.Throws<TrainedModelException>(() => Score(Data, "a/final.safetensors")).ErrorId);
    }

    [Fact]
    public void Given_two_models_when_they_answer_together_then_each_probability_is_the_mean()
    {
        Train(seed: 1, "a");
        Train(seed: 2, "b");
        double[] one = Actual("a/final.safetensors"), other = Actual("b/final.safetensors"), both = Actual("a/final.safetensors", "b/final.safetensors");
        Assert.NotEqual(one, other);
        for (int i = 0; i < both.Length; i++)
            Assert.Equal((one[i] + other[i]) / 2, both[i], 6);
    }

    [Fact]
    public void GivenData_with_another_scaling_when_tested_then_the_model_s_own_takes_its_place()
    {
        Train(seed: 1, "a");
        FeatureScaling other = new([0.5f, 0.5f, 0.5f, 0.5f], [2, 2, 2, 2]);
        var scaled = new LabelledData(new ScaledSamples(Data.Validation.Samples, other), Data.Validation.Targets);
        TrainedModelScore expected = Score(Data, "a/final.safetensors");
        TrainedModelScore score = Score(new TrainingData("scaled", "made", scaled, scaled, other, "scaled"), "a/final.safetensors");
        Assert.Equal(expected.Loss, score.Loss, 4);
        Assert.Equal(expected.Accuracy, score.Accuracy);
    }

    [Fact]
    public void Given_classes_in_another_order_when_tested_then_they_are_told_apart_by_name()
    {
        Train(seed: 1, "a");
        var targets = (ClassTargets)Data.Validation.Targets;
        var turned = new ClassTargets([.. targets.Labels.Select(l => 2 - l)], ["c", "b", "a"]);
        var set = new LabelledData(Data.Validation.Samples, turned);
        Assert.Equal(Score(Data, "a/final.safetensors").Accuracy, Score(new TrainingData("turned", "made", set, set, Data.Scaling, "turned"), "a/final.safetensors").Accuracy);
    }

    [Fact]
    public void Given_a_class_that_the_model_does_not_know_when_tested_then_it_is_named()
    {
        Train(seed: 1, "a");
        var strange = new LabelledData(Data.Validation.Samples, new ClassTargets(((ClassTargets)Data.Validation.Targets).Labels, ["a", "b", "z"]));
        var refused = Assert.Throws<TrainedModelException>(() => Score(new TrainingData("strange", "made", strange, strange, Data.Scaling, "x"), "a/final.safetensors"));
        Assert.Equal(TrainedModelErrors.OtherClasses, refused.Cause);
        Assert.Contains("'z'", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Given_samples_of_another_shape_when_tested_then_it_is_refused()
    {
        Train(seed: 1, "a");
        Assert.Equal(TrainedModelErrors.OtherShape, Assert.Throws<TrainedModelException>(() => Score(Learners.Data(width: 5), "a/final.safetensors")).Cause);
    }

    [Fact]
    public void Given_another_file_of_the_same_arrays_as_the_model_when_tested_then_a_warning_says_so()
    {
        TrainingData digits = Digits.Load();
        ModelSource learnt = ModelSource.FromFile(TorchScriptFile.Classifier(Folder.At("net.pt"), 64, 10)), other = ModelSource.FromFile(TorchScriptFile.Classifier(Folder.At("other.pt"), 64, 10, dropout: 0.5));
        string path = Folder.At("x.safetensors");
        using (var module = learnt.Open([1, 8, 8], 10))
            TrainedModelFile.Write(path, ModelWeights.Export(module), TrainedModelInfo.FromRun(new RunDescription { Model = learnt.Name, ModelIdentity = learnt.Identity() }, digits, new LossOptions()));
        Assert.Empty(Warnings(learnt));
        Assert.Contains("Model 'other.pt' is not what the weights in '" + path + "' were trained in, a file 'net.pt' with another SHA-256", Assert.Single(Warnings(other)), StringComparison.Ordinal);

        IReadOnlyList<string> Warnings(ModelSource source)
        {
            using TrainedModel model = TrainedModel.Open([path], source, "cpu", 1);
            Assert.NotEmpty(model.Predict(digits.Validation, digits.Scaling));
            return model.Warnings;
        }
    }

    [Fact]
    public void Given_weights_of_another_model_when_opened_under_its_name_then_the_array_that_differs_is_named()
    {
        string path = Folder.At("x.safetensors");
        TrainedModelFile.Write(path, [new StateTensor("model.w", TensorType.Float32, [1], new byte[4])], TrainedModelInfo.FromRun(new RunDescription { Model = "mlp:8" }, Data, new LossOptions()));
        Assert.Contains("it lacks 'model.", Assert.Throws<StateMismatchException>(() => TrainedModel.Open([path])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Given_snapshots_of_a_longer_run_in_theFolder_when_a_run_writes_its_models_then_these_are_gone()
    {
        string old = Folder.File("a/snapshot-009.safetensors", "old");
        Train(seed: 1, "a");
        Assert.False(File.Exists(old));
    }

    private TrainedModelScore Score(TrainingData data, params string[] files)
    {
        using TrainedModel model = TrainedModel.Open([.. files.Select(Folder.At)], device: "cpu");
        var tally = new PredictionTally(model.Info);
        foreach (SamplePrediction prediction in model.Predict(data.Validation, data.Scaling))
            tally.Add(prediction);
        return tally.Score(model, data.Name);
    }

    private double[] Actual(params string[] files)
    {
        using TrainedModel model = TrainedModel.Open([.. files.Select(Folder.At)], device: "cpu");
        return [.. model.Predict(Data.Validation, Data.Scaling).Cast<ModelPrediction>().Select(p => p.ActualProbability!.Value)];
    }
}

/// <summary>A folder for the models of small runs.</summary>
public abstract class TrainedModelFolder : IDisposable
{
    private protected TempFolder Folder { get; } = new();

    private protected TrainingData Data { get; } = Learners.Data();

    private protected string Final => Folder.At("a/final.safetensors");

    public void Dispose()
    {
        Folder.Dispose();
        GC.SuppressFinalize(this);
    }

    private protected TrainingHistory Train(int seed, string folder, Precision precision = Precision.Float32)
    {
        using TorchSession session = TorchSession.Open(new ModelSource("mlp:8"), Data, new LearnerOptions { Device = "cpu", Precision = precision }, 16, seed);
        var models = new RunModels(Folder.At(folder), TrainedModelInfo.FromRun(session.Description, Data, new LossOptions()), session.Learner);
        var run = new TrainingRun(session.Learner, session.Plan, new CyclicSchedule(0.01, 0.1, 8), new TrainingOptions { Epochs = 4 });
        foreach (TrainingTick tick in run.Run(TestContext.Current.CancellationToken))
        {
            if (tick.Epoch is { } epoch)
                models.KeepIfBest(epoch, run.History);
        }
        models.Write(run.History, null);
        return run.History;
    }
}
