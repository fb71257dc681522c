using ClrEngine.Data;
using ClrEngine.RangeTest;
using ClrEngine.Schedules;
using ClrEngine.Torch;
using ClrEngine.Torch.Learning;
using ClrEngine.Torch.Native;
using ClrEngine.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace ClrEngine.Tests.Torch.Learning;

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
