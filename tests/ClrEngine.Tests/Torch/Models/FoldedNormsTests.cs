using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ClrEngine.Tests.Torch.Models;

[Collection(nameof(TorchRandomState))]
public sealed class FoldedNormsTests : IDisposable
{
    private readonly TorchRandom _random;
    private readonly DisposeScope _scope;

    public FoldedNormsTests()
    {
        TorchLibrary.EnsureLoaded();
        _random = TorchRandom.Seeded(1);
        _scope = NewDisposeScope();
    }

    public void Dispose()
    {
        _scope.Dispose();
        _random.Dispose();
    }

    [Theory]
    [InlineData("cnn", 4)]
    [InlineData("resnet20", 19)]
    [InlineData("resnet18", 20)]
    [InlineData("mlp", 0)]
    public void A_net_by_name_gives_the_same_but_for_rounding_and_stays_as_it_is(string name, int count)
    {
        using TorchRandom.Section stream = _random.Enter();
        RequireSame(ModelCatalog.Find(name).Build([3, 32, 32], 10, null), rand(2, 3, 32, 32), count);
    }

    [Fact]
    public void Layers_of_a_chain_are_folded_with_all_that_they_were_given()
    {
        using TorchRandom.Section stream = _random.Enter();
        RequireSame(nn.Sequential(nn.Conv2d(4, 8, (3, 5), stride: (2, 1), padding: (1, 2), dilation: (1, 1), groups: 2), nn.BatchNorm2d(8, affine: false), nn.Conv2d(8, 6, 3), nn.BatchNorm2d(6, eps: 0.1)), rand(3, 4, 9, 7), 2);
        RequireSame(nn.Sequential(nn.Linear(5, 7, hasBias: false), nn.BatchNorm1d(7), nn.Sequential(nn.Linear(7, 7), nn.BatchNorm1d(7), nn.ReLU())), rand(6, 5), 2);
        // Of sequences each takes another dimension.
        RequireSame(nn.Sequential(nn.Linear(5, 7), nn.BatchNorm1d(7)), rand(6, 7, 5), 1);
    }

    [Fact]
    public void What_may_compute_otherwise_is_left()
    {
        using TorchRandom.Section stream = _random.Enter();
        RequireSame(nn.Sequential(nn.Conv2d(1, 2, 3), nn.BatchNorm2d(2, track_running_stats: false)), rand(3, 1, 5, 5), 0);
        RequireSame(nn.Sequential(nn.Conv2d(1, 2, 3, padding: Padding.Same), nn.BatchNorm2d(2)), rand(3, 1, 5, 5), 0);
        RequireSame(nn.Sequential(nn.Conv2d(1, 2, 3, padding: 1, padding_mode: PaddingModes.Reflect), nn.BatchNorm2d(2)), rand(3, 1, 5, 5), 0);
        RequireSame(nn.Sequential(nn.ConvTranspose2d(2, 2, 3), nn.BatchNorm2d(2)), rand(3, 2, 5, 5), 0);
        RequireSame(nn.Sequential(nn.Conv2d(1, 2, 3), nn.ReLU(), nn.BatchNorm2d(2)), rand(3, 1, 5, 5), 0);
        RequireSame(nn.Sequential(nn.Conv2d(1, 2, 3, dtype: bfloat16), nn.BatchNorm2d(2)), rand(3, 1, 5, 5).to(bfloat16), 0);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void A_layer_to_which_somebody_listens_is_called(int listened)
    {
        using TorchRandom.Section stream = _random.Enter();
        nn.Module<Tensor, Tensor>[] layers = [nn.Conv2d(1, 2, 3), nn.BatchNorm2d(2)];
        int calls = 0;
        layers[listened].register_forward_hook((_, _, output) =>
        {
            calls++;
            return output;
        });

        RequireSame(nn.Sequential(layers), rand(3, 1, 5, 5), 0);

        Assert.Equal(2, calls);
    }

    [Fact]
    public void A_validation_is_that_of_the_model()
    {
        TrainingData data = Learners.Data();
        using nn.Module<Tensor, Tensor> model = Learners.Model();
        using var learner = new TorchLearner(model, data, new LearnerOptions { Device = "cpu" }, _random);
        Learners.Losses(learner, new BatchPlan(60, 20, 1), 0, 30);

        double loss = learner.Evaluate(TestContext.Current.CancellationToken).Loss;

        Assert.True(model.training);
        model.eval();
        (Tensor features, Tensor targets) = learner.Validation.Slice(0, 60);
        Assert.Equal(learner.Loss.Sum(learner.Forward(features), targets).item<float>() / 60, loss, 1e-5);
    }

    private static void RequireSame(nn.Module<Tensor, Tensor> model, Tensor batch, int count)
    {
        using var noGrad = no_grad();
        foreach ((_, Tensor tensor) in model.named_parameters().Select(static named => (named.name, (Tensor)named.parameter)).Concat(model.named_buffers()).Where(static named => named.Item2.dim() == 1))
            tensor.uniform_(0.5, 1.5);
        model.eval();
        Tensor[] before = [.. model.state_dict().Values.Select(static value => value.clone())];

        using var folded = new FoldedNorms(model);
        Tensor wanted = model.forward(batch), found = folded.Forward(batch);

        Assert.Equal(count, folded.Count);
        Assert.InRange((found - wanted).abs().max().to(float64).item<double>() / wanted.abs().max().to(float64).item<double>(), 0, count == 0 ? 0 : 1e-5);
        Assert.All(model.state_dict().Values.Zip(before), pair => Assert.True(pair.First.eq(pair.Second).all().item<bool>()));
    }
}
