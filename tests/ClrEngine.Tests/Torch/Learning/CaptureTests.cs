using ClrEngine.Data;
using ClrEngine.Schedules;
using ClrEngine.Torch;
using ClrEngine.Torch.Learning;
using ClrEngine.Torch.Native;
using ClrEngine.Torch.Optimizers;
using ClrEngine.Training;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace ClrEngine.Tests.Torch.Learning;

public sealed class CaptureTests
{
    public static TheoryData<OptimizerOptions> EveryOptimizer => new()
    {
        new OptimizerOptions(),
        new OptimizerOptions { Dampening = 0.2 },
        new OptimizerOptions { Nesterov = true, ClipNorm = 0.5 },
        new OptimizerOptions { Kind = OptimizerKind.Adam },
        new OptimizerOptions { Kind = OptimizerKind.AdamW, ExcludeBiasAndNorm = true },
        new OptimizerOptions { Kind = OptimizerKind.RMSprop },
        new OptimizerOptions { Kind = OptimizerKind.RMSprop, Momentum = 0.9, WeightDecay = 0.01 },
    };

    [Theory, MemberData(nameof(EveryOptimizer))]
    public void Given_a_state_is_captured_and_restored_the_same_steps_give_the_same_losses_to_the_bit(OptimizerOptions options)
    {
        TorchLibrary.EnsureLoaded();
        TrainingData data = Learners.Data();
        using TorchRandom random = TorchRandom.Seeded(1);
        using nn.Module<Tensor, Tensor> model = Learners.Model();
        using var learner = new TorchLearner(model, data, new LearnerOptions { Device = "cpu", Optimizer = options });
        var plan = new BatchPlan(data.Train.Count, 16, 0);
        Learners.Losses(learner, plan, 0, 5);
        using ILearnerState state = learner.Capture();
        IReadOnlyList<double> first = Learners.Losses(learner, plan, 5, 25);
        learner.Restore(state);
        Assert.Equal(first, Learners.Losses(learner, plan, 5, 25));
    }

    [Theory, MemberData(nameof(EveryOptimizer))]
    public void Given_the_state_of_a_fresh_learner_is_restored_after_steps_the_run_starts_over_to_the_bit(OptimizerOptions options)
    {
        TorchLibrary.EnsureLoaded();
        TrainingData data = Learners.Data();
        using TorchRandom random = TorchRandom.Seeded(1);
        using nn.Module<Tensor, Tensor> model = Learners.Model();
        using var learner = new TorchLearner(model, data, new LearnerOptions { Device = "cpu", Optimizer = options });
        var plan = new BatchPlan(data.Train.Count, 16, 0);
        using ILearnerState state = learner.Capture();
        IReadOnlyList<double> first = Learners.Losses(learner, plan, 0, 20);
        learner.Restore(state);
        Assert.Equal(first, Learners.Losses(learner, plan, 0, 20));
    }
}
