using ClrEngine.Torch.Optimizers;
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
    public void Given_a_state_is_captured_and_restored_the_same_steps_give_the_same_losses_to_the_bit(OptimizerOptions options) => CheckRepeats(options, before: 5, steps: 20);

    [Theory, MemberData(nameof(EveryOptimizer))]
    public void Given_the_state_of_a_fresh_learner_is_restored_after_steps_the_run_starts_over_to_the_bit(OptimizerOptions options) => CheckRepeats(options, before: 0, steps: 20);

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
    public void Given_a_state_with_somebodys_gradients_is_restored_then_the_next_step_does_not_add_to_them() =>
        CheckRepeats(new OptimizerOptions(), before: 0, steps: 5, static parameter => parameter.grad = full_like(parameter, 1000));

    private static void CheckRepeats(OptimizerOptions options, int before, int steps, Action<TorchSharp.Modules.Parameter>? prepare = null)
    {
        TorchLibrary.EnsureLoaded();
        using TorchRandom random = TorchRandom.Seeded(1);
        using nn.Module<Tensor, Tensor> model = Learners.Model(random);
        foreach (TorchSharp.Modules.Parameter parameter in model.parameters())
            prepare?.Invoke(parameter);
        TrainingData data = Learners.Data();
        using var learner = new TorchLearner(model, data, new LearnerOptions { Device = "cpu", Optimizer = options }, random);
        var plan = new BatchPlan(data.Train.Count, 16, 0);
        Learners.Losses(learner, plan, 0, before);
        using ILearnerState state = learner.Capture();
        IReadOnlyList<double> first = Learners.Losses(learner, plan, before, before + steps);
        learner.Restore(state);
        Assert.Equal(first, Learners.Losses(learner, plan, before, before + steps));
    }
}

/// <summary>Whoever borrows a model gives it back bit for bit: weights, batch-norm statistics, velocities, random state, mode.</summary>
[Collection(nameof(TorchRandomState))]
public sealed class RestoreTests : IDisposable
{
    private static readonly TrainingData Data = DataCatalog.Default.Load("digits");
    private static readonly CyclicSchedule Schedule = new(0.01, 0.1, 20);

    private readonly BatchPlan _plan = new(Data.Train.Count, 64, seed: 0);
    private readonly nn.Module<Tensor, Tensor> _model;
    private readonly TorchRandom _random;
    private readonly TorchLearner _learner;

    public RestoreTests()
    {
        TorchLibrary.EnsureLoaded();
        _random = TorchRandom.Seeded(7);
        using TorchRandom.Section stream = _random.Enter();
        _model = nn.Sequential(
            ("flatten", nn.Flatten()),
            ("hidden", nn.Linear(64, 32)),
            ("norm", nn.BatchNorm1d(32)),
            ("relu", nn.ReLU()),
            ("dropout", nn.Dropout(0.3)),
            ("output", nn.Linear(32, 10)));
        _learner = new TorchLearner(_model, Data, new LearnerOptions { Device = "cpu" }, _random);
    }

    public void Dispose()
    {
        _learner.Dispose();
        _model.Dispose();
        _random.Dispose();
    }

    [Fact]
    public void Given_a_trained_learner_when_a_range_test_ran_then_the_next_losses_are_what_they_would_have_been()
    {
        Train(0, 10);
        using ILearnerState before = _learner.Capture();
        double[] expected = Train(10, 20);
        _learner.Restore(before);
        _ = new LrRangeTest(_learner, _plan, new LrRangeTestOptions()).Run(TestContext.Current.CancellationToken).Count();
        Assert.Equal(expected, Train(10, 20));
    }

    [Fact]
    public void Given_a_range_test_left_in_the_middle_when_the_model_is_looked_at_then_every_bit_is_as_it_was()
    {
        Train(0, 5);
        byte[][] before = Bits();
        _ = new LrRangeTest(_learner, _plan, new LrRangeTestOptions { StartLr = 0.1 }).Run(TestContext.Current.CancellationToken).Take(7).ToArray();
        Assert.Equal(before, Bits());
    }

    [Fact]
    public void Given_a_model_in_evaluation_mode_without_gradients_when_a_range_test_ran_then_it_is_so_again()
    {
        _model.eval();
        _ = new LrRangeTest(_learner, _plan, new LrRangeTestOptions { Iterations = 12 }).Run(TestContext.Current.CancellationToken).Count();
        Assert.False(_model.training);
        Assert.All(_model.parameters(), p => Assert.Null(p.grad));
    }

    [Fact]
    public void Given_an_evaluation_between_updates_when_training_goes_on_then_the_losses_are_the_same()
    {
        using ILearnerState before = _learner.Capture();
        double[] expected = Train(0, 10);
        _learner.Restore(before);
        double[] first = Train(0, 5);
        _learner.Evaluate(TestContext.Current.CancellationToken);
        Assert.Equal(expected, first.Concat(Train(5, 10)));
    }

    private double[] Train(long from, long to)
    {
        for (long step = from; step < to; step++)
            _learner.Step(_plan.At(step), Schedule.At(step));
        return [.. _learner.Read().Losses];
    }

    private byte[][] Bits()
    {
        using TorchRandom.Section stream = _random.Enter();
        return [.. _model.parameters().Concat(_model.buffers()).Append(get_rng_state()).Select(t => t.bytes.ToArray())];
    }
}

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
