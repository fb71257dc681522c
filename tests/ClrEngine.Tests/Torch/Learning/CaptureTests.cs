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

[Collection(nameof(TorchRandomState))]
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
        using nn.Module<Tensor, Tensor> model = Learners.Model(random);
        using var learner = new TorchLearner(model, data, new LearnerOptions { Device = "cpu", Optimizer = options }, random);
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
        using nn.Module<Tensor, Tensor> model = Learners.Model(random);
        using var learner = new TorchLearner(model, data, new LearnerOptions { Device = "cpu", Optimizer = options }, random);
        var plan = new BatchPlan(data.Train.Count, 16, 0);
        using ILearnerState state = learner.Capture();
        IReadOnlyList<double> first = Learners.Losses(learner, plan, 0, 20);
        learner.Restore(state);
        Assert.Equal(first, Learners.Losses(learner, plan, 0, 20));
    }

    [Fact]
    public void Given_a_part_that_somebody_froze_when_a_state_is_restored_then_each_part_has_its_own_mode()
    {
        TorchLibrary.EnsureLoaded();
        using TorchRandom random = TorchRandom.Seeded(1);
        using nn.Module<Tensor, Tensor> model = Learners.Model(random);
        using var learner = new TorchLearner(model, Learners.Data(), new LearnerOptions { Device = "cpu" }, random);
        nn.Module norm = model.children().ElementAt(1);
        norm.eval();
        using ILearnerState state = learner.Capture();
        model.eval();
        learner.Restore(state);
        Assert.Equal((true, false), (model.training, norm.training));
    }

    [Fact]
    public void Given_a_part_that_somebody_froze_when_the_model_is_evaluated_then_it_stays_frozen_and_the_rest_trains_on()
    {
        TorchLibrary.EnsureLoaded();
        using TorchRandom random = TorchRandom.Seeded(1);
        using nn.Module<Tensor, Tensor> model = Learners.Model(random);
        using var learner = new TorchLearner(model, Learners.Data(), new LearnerOptions { Device = "cpu" }, random);
        nn.Module norm = model.children().ElementAt(1);
        norm.eval();
        learner.Evaluate(TestContext.Current.CancellationToken);
        Assert.Equal((true, false), (model.training, norm.training));
    }

    [Fact]
    public void Given_a_state_with_somebodys_gradients_is_restored_then_the_next_step_does_not_add_to_them()
    {
        TorchLibrary.EnsureLoaded();
        using TorchRandom random = TorchRandom.Seeded(1);
        using nn.Module<Tensor, Tensor> model = Learners.Model(random);
        foreach (TorchSharp.Modules.Parameter parameter in model.parameters())
            parameter.grad = full_like(parameter, 1000);
        TrainingData data = Learners.Data();
        using var learner = new TorchLearner(model, data, new LearnerOptions { Device = "cpu" }, random);
        var plan = new BatchPlan(data.Train.Count, 16, 0);
        using ILearnerState state = learner.Capture();
        IReadOnlyList<double> first = Learners.Losses(learner, plan, 0, 5);
        learner.Restore(state);
        Assert.Equal(first, Learners.Losses(learner, plan, 0, 5));
    }
}
