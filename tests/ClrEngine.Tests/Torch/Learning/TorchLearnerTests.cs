using System.Globalization;
using ClrEngine.Data;
using ClrEngine.Torch;
using ClrEngine.Torch.Learning;
using ClrEngine.Torch.Native;
using ClrEngine.Training;
using TorchSharp;
using Xunit;
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
