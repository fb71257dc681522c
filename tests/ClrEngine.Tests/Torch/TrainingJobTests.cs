using ClrEngine.Tests.Torch.Logs;
using ClrEngine.Torch.Losses;
using ClrEngine.Torch.Optimizers;
using ClrEngine.Torch.Trained;
using ClrEngine.Training.Checkpoints;

namespace ClrEngine.Tests.Torch;

[Collection(nameof(TorchRandomState))]
public sealed class TrainingJobTests : IDisposable
{
    private static readonly CyclicSchedule Schedule = new(0.01, 0.1, 4);

    private readonly TempFolder _folder = new();
    private readonly TrainingData _data = Learners.Data();
    private readonly List<string> _warnings = [];
    private readonly List<string> _remarks = [];

    private static long LiveTensors => DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount;

    private static TrainingJobOptions Options => new() { Learning = new LearnerOptions { Device = "cpu" }, BatchSize = 16, Seed = 5, Length = new TrainingOptions { Epochs = 4 } };

    [Fact]
    public void Given_a_job_with_everything_when_pulled_to_its_end_then_checkpoints_events_models_and_history_are_there()
    {
        using TrainingJob job = Job(Options with
        {
            Snapshots = true,
            Checkpoints = new CheckpointOptions { Path = _folder.At("checkpoints") },
            ModelFolder = _folder.At("models"),
            EventFolder = _folder.At("events"),
            MlflowFolder = _folder.At("mlflow"),
        });
        Assert.Equal(16, job.TotalSteps);
        Assert.Empty(Directory.EnumerateFileSystemEntries(_folder.Path));
        job.Open();
        Assert.Equal(16, job.Run(TestContext.Current.CancellationToken).Count());
        TrainingHistory history = job.Finish();
        Assert.Equal((TrainingStatus.Completed, 4, 2), (history.Status, history.Epochs.Count, history.Cycles.Count));
        Assert.Equal(["best", "final", "snapshot-001", "snapshot-002", "swa"], Directory.GetFiles(_folder.At("models")).Select(Path.GetFileNameWithoutExtension).Order(StringComparer.Ordinal));
        Assert.Equal(history.Run with { Schedule = null }, TrainedModelFile.Read(_folder.At("models/final.safetensors")).Info.Run with { Schedule = null });
        Assert.Single(Directory.GetFiles(_folder.At("events")));
        Assert.Equal("3", MlflowFiles.Only(_folder.At("mlflow"), _data.Name).Meta["status"]);
        Assert.NotEmpty(Directory.GetDirectories(_folder.At("checkpoints"), "step-*"));
        Assert.Contains(_remarks, remark => remark.StartsWith("Written: ", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Given_a_model_whose_validation_is_not_finite_when_trained_then_it_is_said_and_no_model_of_it_is_kept(bool always)
    {
        using var net = new NotFiniteInEvaluation(always);
        using TrainingJob job = new(new ModelSource(net), _data, Schedule, Options with { ModelFolder = _folder.At("models") }) { Warn = _warnings.Add };
        job.Open();
        _ = job.Run(TestContext.Current.CancellationToken).Count();
        TrainingHistory history = job.Finish();

        Assert.Single(_warnings, warning => warning.StartsWith("The validation loss of epoch 1 is NaN", StringComparison.Ordinal));
        Assert.Equal(always ? TrainingStatus.Diverged : TrainingStatus.Completed, history.Status);
        Assert.Equal(always ? [] : ["best", "final"], Directory.GetFiles(_folder.At("."), "*.safetensors", SearchOption.AllDirectories).Select(Path.GetFileNameWithoutExtension).Order(StringComparer.Ordinal));
        Assert.All(_warnings, warning => Assert.DoesNotContain("guess", warning, StringComparison.Ordinal));
        Assert.NotEqual(1, history.BestEpoch?.Epoch);
    }

    [Theory]
    [InlineData("5", 6)]
    [InlineData("4", 0)]
    public void Given_a_run_that_is_stopped_or_fails_when_it_ends_then_MLflow_shows_which(string status, int steps)
    {
        bool isSpent = false;
        var loss = new LossFunction((output, _) => isSpent ? throw new InvalidOperationException("spent") : output.square().mean(), "spent");
        using (TrainingJob job = Job(Options with { MlflowFolder = _folder.At("mlflow"), Learning = Options.Learning with { Loss = new LossOptions { Function = loss } } }))
        {
            job.Open();
            isSpent = steps == 0;
            if (steps > 0)
                Assert.Equal(steps, job.Run(TestContext.Current.CancellationToken).Take(steps).Count());
            else
                Assert.ThrowsAny<Exception>(() => job.Run(TestContext.Current.CancellationToken).Count());
        }
        MlflowFiles shown = MlflowFiles.Only(_folder.At("mlflow"), _data.Name);
        Assert.Equal(status, shown.Meta["status"]);
        Assert.NotEqual("null", shown.Meta["end_time"]);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Given_a_module_in_either_mode_when_trained_then_it_is_given_back_in_that_mode(bool training)
    {
        using var net = torch.nn.Sequential(("layer", torch.nn.Linear(4, 3)), ("drops", torch.nn.Dropout(0.1)));
        net.train(training);
        using (TrainingJob job = new(new ModelSource(net), _data, Schedule, Options))
        {
            job.Open();
            _ = job.Run(TestContext.Current.CancellationToken).Count();
            job.Finish();
        }

        Assert.All(net.modules().Prepend(net), part => Assert.Equal(training, part.training));
    }

    /// <summary>Answers with NaN in evaluation, after the look at the model that comes first: always, or once.</summary>
    private sealed class NotFiniteInEvaluation : torch.nn.Module<torch.Tensor, torch.Tensor>
    {
        private readonly torch.nn.Module<torch.Tensor, torch.Tensor> _layer = torch.nn.Linear(4, 3);
        private readonly bool _always;
        private int _evaluations;

        public NotFiniteInEvaluation(bool always) : base(nameof(NotFiniteInEvaluation))
        {
            _always = always;
            RegisterComponents();
        }

        public override torch.Tensor forward(torch.Tensor input)
        {
            torch.Tensor answer = _layer.call(input);
            return !training && _evaluations++ > 0 && (_always || _evaluations == 2) ? answer * double.NaN : answer;
        }
    }

    [Fact]
    public void Given_a_run_that_never_beats_a_guess_when_it_ends_then_a_warning_names_its_highest_rate() =>
        Assert.Contains("33.33 %, and a guess has 33.33 %. Its highest rate was 0.1", NeverBetterThanAGuess(_data.Train.Targets), StringComparison.Ordinal);

    [Fact]
    public void Given_a_run_on_values_that_never_beats_their_mean_when_it_ends_then_a_warning_names_its_highest_rate()
    {
        string warning = NeverBetterThanAGuess(new ValueTargets([.. Enumerable.Range(0, 60).Select(i => i % 7.0)], 1));
        Assert.Matches(@"its best R² is -?0\.\d+, and the mean of the values has 0\. Its highest rate was 0\.1: take bounds", warning);
    }

    // Samples that are all alike tell nothing of what is to be learnt.
    private string NeverBetterThanAGuess(Targets targets)
    {
        var alike = new LabelledData(new FloatSamples(new float[60 * 4], [4]), targets);
        using var job = new TrainingJob(new ModelSource("mlp:8"), new TrainingData("alike", "made", alike, alike, _data.Scaling, "alike"), Schedule, Options) { Warn = _warnings.Add };
        Finish(job);
        return Assert.Single(_warnings, w => w.Contains("never did better than a guess", StringComparison.Ordinal));
    }

    [Fact]
    public void Given_a_job_when_it_ends_then_its_history_says_what_it_was()
    {
        using TrainingJob job = Job(Options);
        RunDescription run = Finish(job).Run;
        Assert.Equal(("mlp:8", "mlp:8", "small", "small", 60L, 16, 4L, 5), (run.Model, run.ModelIdentity, run.Data, run.DataIdentity, run.SampleCount, run.BatchSize, run.StepsPerEpoch, run.Seed));
        Assert.Equal((Schedule, "Sgd, momentum 0.9, weight decay 0.0001", "CrossEntropy", "Float32", "cpu"), (run.Schedule, run.Optimizer, run.Loss, run.Precision, run.Device));
        Assert.Matches(@"^Clr \S+, TorchSharp \S+, libtorch \S+, \.NET ", run.Versions);
        TorchLibrary.EnsureLoaded();
        TorchLibrarySource loaded = TorchLibrary.Source!;
        Assert.Equal(loaded.Version ?? run.Libtorch, run.Libtorch);
    }

    [Fact]
    public void Given_a_described_run_when_its_settings_are_read_then_they_are_those_it_learnt_by()
    {
        var learning = new LearnerOptions
        {
            Device = "cpu",
            AccumulationSteps = 2,
            Precision = Precision.BFloat16,
            Optimizer = new OptimizerOptions { Kind = OptimizerKind.AdamW, WeightDecay = 0.05, ClipNorm = 1, ParameterGroups = ["layers*", "*"] },
            Loss = new() { LabelSmoothing = 0.1, ClassWeights = ClrEngine.Torch.Losses.ClassWeights.From(new Dictionary<string, double> { ["a"] = 2.5 }) },
        };
        using TorchSession session = TorchSession.Open(new ModelSource("mlp:8"), _data, learning with { Optimizer = learning.Optimizer with { ParameterGroups = [] } }, 16, 1);
        LearnerOptions read = TorchRun.SettingsOf(session.Description);
        Assert.Equal((2, Precision.BFloat16, OptimizerKind.AdamW, 0.05, 1), (read.AccumulationSteps, read.Precision, read.Optimizer.Kind, read.Optimizer.WeightDecay, read.Optimizer.ClipNorm));
        Assert.Equal(2.5, read.Loss.ClassWeights!.PerName!["a"]);
        Assert.Equal(("cpu", null), (read.Device, read.Threads));
        Assert.Throws<InvalidParameterException>(() => TorchRun.SettingsOf(session.Description with { Learning = "{\"Optimizer\":7}" }));
    }

    [Fact]
    public void Given_a_mistyped_parameter_group_when_opened_then_nothing_of_it_stays_in_memory_and_the_folders_are_free()
    {
        TrainingJobOptions good = Options with { Checkpoints = new CheckpointOptions { Path = _folder.At("checkpoints"), Resume = true } };
        TrainingJobOptions mistyped = good with { Learning = good.Learning with { Optimizer = new OptimizerOptions { ParameterGroups = ["no such layer*", "*"] } } };
        Assert.Equal("ParameterGroupEmpty", Refused(mistyped).ErrorId);
        long before = LiveTensors;
        Refused(mistyped);
        Refused(mistyped with { Learning = mistyped.Learning with { Precision = Precision.BFloat16 } });
        Assert.Equal(before, LiveTensors);
        using TrainingJob again = Job(good);
        Finish(again);
    }

    [Fact]
    public void Given_a_folder_that_is_taken_when_opened_then_the_model_and_the_data_are_freed()
    {
        TrainingJobOptions options = Options with { Checkpoints = new CheckpointOptions { Path = _folder.At("checkpoints") } };
        using CheckpointFolder owner = new CheckpointFolder(options.Checkpoints!.Path);
        using TrainingJob first = Job(options), second = Job(options);
        Assert.Throws<CheckpointException>(first.Open);
        long before = LiveTensors;
        Assert.Equal(CheckpointErrors.FolderInUse, Assert.Throws<CheckpointException>(second.Open).Cause);
        Assert.Equal(before, LiveTensors);
    }

    [Fact]
    public void Given_a_place_of_events_that_is_a_file_when_opened_then_the_checkpoints_folder_is_free_again()
    {
        File.WriteAllText(_folder.At("events"), "");
        TrainingJobOptions options = Options with { Checkpoints = new CheckpointOptions { Path = _folder.At("checkpoints") }, EventFolder = _folder.At("events") };
        using TrainingJob job = Job(options);
        Assert.Throws<ClrEngine.Files.FileNotWrittenException>(job.Open);
        new CheckpointFolder(options.Checkpoints!.Path).Dispose();
    }

    [Fact]
    public void Given_a_caller_who_stops_pulling_when_begun_again_with_resume_then_the_run_ends_as_one_that_was_not_stopped()
    {
        using TrainingJob whole = Job(Options);
        TrainingHistory expected = Finish(whole);
        TrainingJobOptions options = Options with { Checkpoints = new CheckpointOptions { Path = _folder.At("checkpoints"), Resume = true } };
        using (TrainingJob stopped = Job(options))
        {
            stopped.Open();
            Assert.Equal(6, stopped.Run(TestContext.Current.CancellationToken).Take(6).Count());
        }
        using TrainingJob resumed = Job(options);
        TrainingHistory history = Finish(resumed);
        Assert.Equal(expected.Epochs.Select(e => e with { Seconds = 0 }), history.Epochs.Select(e => e with { Seconds = 0 }));
        Assert.Contains(_remarks, remark => remark.StartsWith("The run goes on from ", StringComparison.Ordinal));
    }

    [Fact]
    public void Given_bounds_that_were_measured_under_other_settings_when_opened_then_one_warning_names_them()
    {
        using TorchSession test = TorchSession.Open(new ModelSource("mlp:8"), _data, Options.Learning, 32, 0);
        TrainingJobOptions moved = Options with
        {
            Learning = Options.Learning with { Optimizer = new OptimizerOptions { WeightDecay = 0 } },
            BoundsMeasuredOn = test.Description,
        };
        using (TrainingJob job = Job(moved))
            job.Open();
        Assert.Contains("the optimizer was Sgd, momentum 0.9, weight decay 0.0001 and is Sgd, momentum 0.9, weight decay 0; the batch size was 32 and is 16.", Assert.Single(_warnings, w => w.Contains("bounds", StringComparison.Ordinal)), StringComparison.Ordinal);
        _warnings.Clear();
        using (TrainingJob job = Job(Options with { BatchSize = 32, BoundsMeasuredOn = test.Description }))
            job.Open();
        Assert.DoesNotContain(_warnings, w => w.Contains("measured", StringComparison.Ordinal));
    }

    [Fact]
    public void Given_two_descriptions_of_runs_when_compared_for_bounds_then_only_what_is_known_of_both_counts()
    {
        var named = new RunDescription { Model = "mlp:8", ModelIdentity = "mlp:8", Data = "digits", DataIdentity = "1", BatchSize = 32 };
        Assert.Null(named.WarnOfBoundsFor(named with { Seed = 3, Device = "cuda:0" }));
        Assert.Null(named.WarnOfBoundsFor(new RunDescription()));
        Assert.Null((named with { Model = "Sequential", ModelIdentity = null }).WarnOfBoundsFor(named with { Model = "script block", ModelIdentity = null }));
        Assert.Contains("the model was mlp:8 and is mlp:9", named.WarnOfBoundsFor(named with { Model = "mlp:9", ModelIdentity = "mlp:9" }), StringComparison.Ordinal);
        Assert.Contains("the model's file was sha256:1 and is sha256:2", (named with { ModelIdentity = "sha256:1" }).WarnOfBoundsFor(named with { ModelIdentity = "sha256:2" }), StringComparison.Ordinal);
        Assert.Contains("the data was digits and is cifar", named.WarnOfBoundsFor(named with { Data = "cifar", DataIdentity = "2" }), StringComparison.Ordinal);
        Assert.Contains("the data's identity was 1 and is 2", named.WarnOfBoundsFor(named with { DataIdentity = "2" }), StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();

    private TrainingJob Job(TrainingJobOptions options) => new(new ModelSource("mlp:8"), _data, Schedule, options) { Warn = _warnings.Add, Remark = _remarks.Add };

    private InvalidParameterException Refused(TrainingJobOptions options)
    {
        using TrainingJob job = Job(options);
        return Assert.Throws<InvalidParameterException>(job.Open);
    }

    private static TrainingHistory Finish(TrainingJob job)
    {
        job.Open();
        foreach (TrainingTick tick in job.Run(TestContext.Current.CancellationToken))
            Assert.True(tick.Point.LearningRate > 0);
        return job.Finish();
    }
}
