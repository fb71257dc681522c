using ClrEngine.Data;
using ClrEngine.Torch;
using ClrEngine.Torch.Learning;
using ClrEngine.Torch.Native;
using ClrEngine.Torch.Optimizers;
using ClrEngine.Training;
using static TorchSharp.torch;

namespace ClrEngine.Tests.Torch.Learning;

[Collection(nameof(TorchRandomState))]
public sealed class StateExportTests
{
    [Theory, MemberData(nameof(CaptureTests.EveryOptimizer), MemberType = typeof(CaptureTests))]
    public void Given_a_state_leaves_one_learner_when_another_takes_it_then_both_go_on_alike_to_the_bit(OptimizerOptions options)
    {
        TorchLibrary.EnsureLoaded();
        TrainingData data = Learners.Data();
        var plan = new BatchPlan(data.Train.Count, 16, 0);
        IReadOnlyList<StateTensor> left;
        IReadOnlyList<double> losses;
        using (TorchRandom.Seeded(1))
        {
            using nn.Module<Tensor, Tensor> model = Learners.Model();
            using var learner = new TorchLearner(model, data, new LearnerOptions { Device = "cpu", Optimizer = options });
            Learners.Losses(learner, plan, 0, 5);
            using ILearnerState state = learner.Capture();
            left = state.Export();
            losses = Learners.Losses(learner, plan, 5, 25);
        }
        using (TorchRandom.Seeded(2))
        {
            using nn.Module<Tensor, Tensor> model = Learners.Model();
            using var learner = new TorchLearner(model, data, new LearnerOptions { Device = "cpu", Optimizer = options });
            using ILearnerState state = learner.Capture();
            state.Import(left);
            learner.Restore(state);
            Assert.Equal(losses, Learners.Losses(learner, plan, 5, 25));
        }
    }

    [Fact]
    public void Given_a_state_of_a_wider_model_when_taken_then_the_array_that_differs_is_named_and_nothing_changes()
    {
        TorchLibrary.EnsureLoaded();
        using nn.Module<Tensor, Tensor> wide = Learners.Model(width: 7), narrow = Learners.Model();
        using var wider = new TorchLearner(wide, Learners.Data(width: 7), new LearnerOptions { Device = "cpu" });
        using var narrower = new TorchLearner(narrow, Learners.Data(), new LearnerOptions { Device = "cpu" });
        using ILearnerState from = wider.Capture(), to = narrower.Capture();
        string[] before = [.. to.Export().Select(t => Convert.ToHexString(t.Bytes.Span))];
        var refused = Assert.Throws<StateMismatchException>(() => to.Import(from.Export()));
        Assert.Contains("'model.hidden.weight' is F32 [8, 7] there and F32 [8, 4] here", refused.Message, StringComparison.Ordinal);
        Assert.Equal(before, to.Export().Select(t => Convert.ToHexString(t.Bytes.Span)));
    }

    [Fact]
    public void Given_a_state_when_exported_then_names_tell_the_model_from_what_only_training_needs()
    {
        TorchLibrary.EnsureLoaded();
        using nn.Module<Tensor, Tensor> model = Learners.Model();
        using var learner = new TorchLearner(model, Learners.Data(), new LearnerOptions { Device = "cpu" });
        using ILearnerState state = learner.Capture();
        Assert.Equal(
            model.state_dict().Keys.Order(StringComparer.Ordinal),
            state.Export().Select(t => t.Name).Where(n => n.StartsWith("model.", StringComparison.Ordinal)).Select(n => n["model.".Length..]).Order(StringComparer.Ordinal));
        Assert.All(state.Export(), t => Assert.Matches("^(model|optimizer|random)[.]", t.Name));
    }
}
