using static TorchSharp.torch;

namespace ClrEngine.Tests.Torch.Learning;

[Collection(nameof(TorchRandomState))]
public sealed class BFloat16Tests : IDisposable
{
    private readonly TorchRandom _random;
    private readonly nn.Module<Tensor, Tensor> _model;
    private readonly TrainingData _data = Learners.Data();
    private readonly BatchPlan _plan;

    public BFloat16Tests()
    {
        TorchLibrary.EnsureLoaded();
        _random = TorchRandom.Seeded(1);
        _model = Learners.Model(_random);
        _plan = new BatchPlan(_data.Train.Count, 16, 0);
    }

    public void Dispose()
    {
        _model.Dispose();
        _random.Dispose();
    }

    [Fact]
    public void Given_a_model_in_bfloat16_it_learns()
    {
        using TorchLearner learner = Learner();
        IReadOnlyList<double> losses = Learners.Losses(learner, _plan, 0, 200);
        Assert.True(losses.Skip(180).Average() < 0.7 * losses.Take(20).Average());
    }

    [Fact]
    public void Given_a_model_in_bfloat16_its_weights_are_of_16_bits_but_batch_normalisation_is_not()
    {
        using TorchLearner learner = Learner();
        Assert.Equal(
            [ScalarType.BFloat16, ScalarType.Float32],
            _model.named_parameters().Where(p => p.name is "hidden.weight" or "norm.weight").Select(p => p.parameter.dtype));
    }

    [Fact]
    public void Given_small_updates_the_exact_weights_gather_them_and_are_given_back_in_32_bits()
    {
        using (TorchLearner learner = Learner())
            Learners.Losses(learner, _plan, 0, 20);
        using Tensor weight = _model.named_parameters().First(p => p.name == "hidden.weight").parameter.detach();
        using Tensor rounded = weight.to(ScalarType.BFloat16).to(ScalarType.Float32);
        Assert.Equal(ScalarType.Float32, weight.dtype);
        Assert.NotEqual(weight.data<float>().ToArray(), rounded.data<float>().ToArray());
    }

    [Fact]
    public void Given_a_state_in_bfloat16_is_restored_the_same_steps_give_the_same_losses_to_the_bit()
    {
        using TorchLearner learner = Learner();
        Learners.Losses(learner, _plan, 0, 5);
        using ILearnerState state = learner.Capture();
        IReadOnlyList<double> first = Learners.Losses(learner, _plan, 5, 15);
        learner.Restore(state);
        Assert.Equal(first, Learners.Losses(learner, _plan, 5, 15));
    }

    private TorchLearner Learner() => new(_model, _data, new LearnerOptions { Device = "cpu", Precision = Precision.BFloat16 }, _random);
}
