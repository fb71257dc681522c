using ClrEngine.Torch.Losses;
using ClrEngine.Torch.Optimizers;
using static TorchSharp.torch;

namespace ClrEngine.Tests.Torch.Learning;

[Collection(nameof(TorchRandomState))]
public sealed class TorchLearnerTests
{
    public TorchLearnerTests() => TorchLibrary.EnsureLoaded();

    [Fact]
    public void Given_batches_in_parts_the_losses_are_those_of_whole_batches_within_rounding()
    {
        IReadOnlyList<double> whole = Learners.Run(new LearnerOptions(), r => Learners.PlainModel(r));
        IReadOnlyList<double> parts = Learners.Run(new LearnerOptions { AccumulationSteps = 3 }, r => Learners.PlainModel(r));
        Assert.All(whole.Zip(parts), pair => Assert.InRange(Math.Abs(pair.First - pair.Second), 0, 1e-5));
    }

    [Fact]
    public void Given_batches_in_parts_there_is_one_loss_and_every_sample_is_judged_once_an_update()
    {
        using TorchRandom random = TorchRandom.Seeded(1);
        using nn.Module<Tensor, Tensor> model = Learners.PlainModel(random);
        TrainingData data = Learners.Data();
        using var learner = new TorchLearner(model, data, new LearnerOptions { Device = "cpu", AccumulationSteps = 4 }, random);
        var plan = new BatchPlan(data.Train.Count, 16, 0);
        learner.Step(plan.At(0), new(0, 0.1));
        StepReadings readings = learner.Read();
        Assert.Single(readings.Losses);
        Assert.InRange(readings.Correct!.Value, 0, 16);
    }

    [Fact]
    public void Given_data_beyond_the_budget_it_is_read_batch_by_batch_and_gives_the_same_losses_to_the_bit() => Assert.Equal(
        Learners.Run(new LearnerOptions(), r => Learners.Model(r)),
        Learners.Run(new LearnerOptions { ResidencyBudget = 0 }, r => Learners.Model(r)));

    [Fact]
    public void Given_a_budget_for_one_part_only_the_training_part_is_resident()
    {
        using TorchRandom random = TorchRandom.Seeded(1);
        using nn.Module<Tensor, Tensor> model = Learners.PlainModel(random);
        using var learner = new TorchLearner(model, Learners.Data(samples: 60, width: 4), new LearnerOptions { Device = "cpu", ResidencyBudget = 60 * 4 * 4 + 8 }, random);
        Assert.Matches("Training: 60 samples resident on cpu.*Validation: 60 samples read batch by batch", learner.Residency);
    }

    [Fact]
    public void Given_a_reader_that_fails_ahead_of_time_the_step_that_needs_its_samples_says_so()
    {
        TrainingData good = Learners.Data();
        var data = new TrainingData("small", "made", new LabelledData(new FailingReader(good.Train.Samples, failFrom: 2), good.Train.Targets), good.Validation, good.Scaling, "small");
        Assert.Throws<IOException>(() => Learners.Run(new LearnerOptions { ResidencyBudget = 0 }, r => Learners.PlainModel(r), data: data));
    }

    [Fact]
    public void Given_a_number_of_threads_a_step_uses_it_and_leaves_the_callers()
    {
        int before = get_num_threads();
        Learners.Run(new LearnerOptions { Threads = before + 1 }, r => Learners.PlainModel(r), steps: 2);
        Assert.Equal(before, get_num_threads());
    }

    [Fact]
    public async Task Given_two_trainings_at_once_each_gives_the_losses_that_it_gives_alone()
    {
        IReadOnlyList<double> firstAlone = Run(1), secondAlone = Run(2);
        CancellationToken token = TestContext.Current.CancellationToken;
        IReadOnlyList<double>[] together = await Task.WhenAll(Task.Run(() => Run(1), token), Task.Run(() => Run(2), token));
        Assert.Equal([firstAlone, secondAlone], together);

        static IReadOnlyList<double> Run(int seed) => Learners.Run(new LearnerOptions { Threads = 1 }, r => Learners.Model(r), seed, steps: 200);
    }

    [Theory]
    [InlineData(4, 16, 1)]
    [InlineData(4096, 1024, 4)]
    public void Given_more_work_in_a_step_more_threads_share_it(int width, int batch, int expected)
    {
        using nn.Module<Tensor, Tensor> model = nn.Linear(width, 64);
        Assert.Equal(expected, OperationThreads.For(model, [width], batch, available: 4));
    }

    [Fact]
    public void Given_a_thread_that_began_beside_work_with_its_own_number_then_a_step_has_the_threads_that_it_would_have_alone()
    {
        using nn.Module<Tensor, Tensor> model = nn.Linear(4096, 64);
        int alone = OperationThreads.For(model, [4096], 1024);
        using OperationThreads.Section other = OperationThreads.Enter(alone == 1 ? 2 : 1);
        int beside = 0;
        var thread = new Thread(() => beside = OperationThreads.For(model, [4096], 1024));
        thread.Start();
        thread.Join();
        Assert.Equal(alone, beside);
    }

    private sealed class FailingReader(ISampleReader samples, int failFrom) : ISampleReader
    {
        private int _reads;

        public long Count => samples.Count;

        public IReadOnlyList<long> Shape => samples.Shape;

        public int SampleLength => samples.SampleLength;

        public void Read(ReadOnlySpan<long> indices, Span<float> destination)
        {
            if (Interlocked.Increment(ref _reads) >= failFrom)
                throw new IOException(string.Create(CultureInfo.InvariantCulture, $"read {_reads} fails"));
            samples.Read(indices, destination);
        }
    }
}

/// <summary>A validation over many batches ends between two of them when it is cancelled, and leaves the model as it was.</summary>
public sealed class StoppedValidationTests : IDisposable
{
    // Three validation batches.
    private readonly TrainingData _data = Learners.Data(samples: 3000);
    private readonly CancellationTokenSource _cancel = new();
    private readonly CountedModel _model;
    private readonly TorchLearner _learner;

    public StoppedValidationTests()
    {
        TorchLibrary.EnsureLoaded();
        _model = new CountedModel();
        _learner = new TorchLearner(_model, _data, new LearnerOptions { Device = "cpu" });
    }

    public void Dispose()
    {
        _learner.Dispose();
        _model.Dispose();
        _cancel.Dispose();
    }

    [Fact]
    public void An_evaluation_stops_after_the_batch_that_it_is_in()
    {
        _model.Called = _cancel.Cancel;
        Assert.Throws<OperationCanceledException>(() => _learner.Evaluate(_cancel.Token));
        Assert.Equal((1, true), (_model.Calls, _model.training));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    [InlineData(8)]
    public void A_snapshot_that_is_stopped_is_no_member_and_leaves_the_weights_as_they_were(int call)
    {
        using ISnapshotEnsemble ensemble = _learner.NewEnsemble();
        ensemble.Add(TestContext.Current.CancellationToken);
        Learners.Losses(_learner, new BatchPlan(_data.Train.Count, 16, 0), 0, 5);
        Evaluation before = _learner.Evaluate(TestContext.Current.CancellationToken);
        int from = _model.Calls;
        _model.Called = () => { if (_model.Calls == from + call) _cancel.Cancel(); };
        Assert.Throws<OperationCanceledException>(() => ensemble.Add(_cancel.Token));
        Assert.Equal(from + call, _model.Calls);
        Assert.Single(ensemble.Members);
        Assert.Equal(before, _learner.Evaluate(TestContext.Current.CancellationToken));
    }

    private sealed class CountedModel : nn.Module<Tensor, Tensor>
    {
        private readonly nn.Module<Tensor, Tensor> _inner = Learners.Model();

        public CountedModel()
            : base(nameof(CountedModel)) => RegisterComponents();

        public int Calls { get; private set; }

        public Action? Called { get; set; }

        public override Tensor forward(Tensor input)
        {
            Calls++;
            Called?.Invoke();
            return _inner.call(input);
        }
    }
}

/// <summary>A tensor that nobody disposes waits for a finaliser, which does not know how much memory it holds.</summary>
[Collection(nameof(TorchRandomState))]
public sealed class TensorHandleTests
{
    public static TheoryData<string, LearnerOptions> EveryWay => new()
    {
        { "SGD", new LearnerOptions() },
        { "dampened", new LearnerOptions { Optimizer = new OptimizerOptions { Dampening = 0.2 } } },
        { "clipped", new LearnerOptions { Optimizer = new OptimizerOptions { ClipNorm = 0.5 } } },
        { "AdamW", new LearnerOptions { Optimizer = new OptimizerOptions { Kind = OptimizerKind.AdamW, ExcludeBiasAndNorm = true } } },
        { "RMSprop", new LearnerOptions { Optimizer = new OptimizerOptions { Kind = OptimizerKind.RMSprop, Momentum = 0.9, WeightDecay = 0.01 } } },
        { "accumulated", new LearnerOptions { AccumulationSteps = 3 } },
        { "bfloat16", new LearnerOptions { Precision = Precision.BFloat16 } },
        { "streamed", new LearnerOptions { ResidencyBudget = 0 } },
        { "smoothed and weighted", new LearnerOptions { Loss = new LossOptions { LabelSmoothing = 0.1, ClassWeights = ClassWeights.From([1, 2, 3]) } } },
    };

    [Theory, MemberData(nameof(EveryWay))]
    public void Given_steps_and_evaluations_then_no_tensor_stays_behind(string way, LearnerOptions options)
    {
        TorchLibrary.EnsureLoaded();
        TrainingData data = Learners.Data();
        using TorchRandom random = TorchRandom.Seeded(1);
        using nn.Module<Tensor, Tensor> model = Learners.Model(random);
        using var learner = new TorchLearner(model, data, options with { Device = "cpu" }, random);
        var plan = new BatchPlan(data.Train.Count, 16, 0);
        Work(learner, plan, 0);
        Work(learner, plan, 10);
        long before = LiveTensors;
        // As far into an epoch as before: buffers of samples go at its end.
        Work(learner, plan, 10 + plan.StepsPerEpoch);
        Assert.True(before == LiveTensors, $"{way}: {LiveTensors - before} tensors of 10 steps were not disposed.");
    }

    [Fact]
    public void Given_a_learner_that_is_disposed_then_its_tensors_are()
    {
        TorchLibrary.EnsureLoaded();
        TrainingData data = Learners.Data();
        using TorchRandom random = TorchRandom.Seeded(1);
        using nn.Module<Tensor, Tensor> model = Learners.Model(random);
        foreach (int _ in Enumerable.Range(0, 2))
        {
            long before = LiveTensors;
            using (var learner = new TorchLearner(model, data, new LearnerOptions { Device = "cpu" }, random))
                Work(learner, new BatchPlan(data.Train.Count, 16, 0), 0);
            Assert.Equal(before, LiveTensors);
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(100_000)]
    public void Given_threads_that_libtorch_cannot_bear_when_validated_then_they_are_refused(int threads) =>
        Assert.Equal("InvalidThreads", Assert.Throws<ClrEngine.Errors.InvalidParameterException>(() => new LearnerOptions { Threads = threads }.Validate()).ErrorId);

    private static long LiveTensors => DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount;

    private static void Work(TorchLearner learner, BatchPlan plan, long from)
    {
        Learners.Losses(learner, plan, from, from + 10);
        learner.Evaluate(TestContext.Current.CancellationToken);
        using ILearnerState state = learner.Capture();
        learner.Restore(state);
    }
}
