using ClrEngine.Data;
using ClrEngine.Torch;
using ClrEngine.Torch.Learning;
using ClrEngine.Torch.Losses;
using ClrEngine.Torch.Native;
using ClrEngine.Torch.Optimizers;
using ClrEngine.Training;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace ClrEngine.Tests.Torch.Learning;

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
        { "smoothed and weighted", new LearnerOptions { Loss = new LossOptions { LabelSmoothing = 0.1, ClassWeights = ClassWeights.Of([1, 2, 3]) } } },
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
        Work(learner, plan, 20);
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

    private static long LiveTensors => DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount;

    private static void Work(TorchLearner learner, BatchPlan plan, long from)
    {
        Learners.Losses(learner, plan, from, from + 10);
        learner.Evaluate(TestContext.Current.CancellationToken);
        using ILearnerState state = learner.Capture();
        learner.Restore(state);
    }
}
