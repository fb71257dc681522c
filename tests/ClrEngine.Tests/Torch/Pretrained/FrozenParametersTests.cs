using ClrEngine.Tests.Torch.Models;
using ClrEngine.Torch.Optimizers;
using static TorchSharp.torch;

namespace ClrEngine.Tests.Torch.Pretrained;

[Collection(nameof(TorchRandomState))]
public sealed class FrozenParametersTests : IDisposable
{
    private static readonly LearnerOptions Frozen = new() { Device = "cpu", Freeze = ["hidden.*", "norm.*"], Optimizer = new OptimizerOptions { WeightDecay = 0.1 } };

    private readonly nn.Module<Tensor, Tensor> _net;
    private readonly TrainingData _data = Learners.Data();

    public FrozenParametersTests()
    {
        TorchLibrary.EnsureLoaded();
        _net = Learners.Model();
    }

    public void Dispose() => _net.Dispose();

    [Theory]
    [InlineData(Precision.Float32, true)]
    [InlineData(Precision.Float32, false)]
    [InlineData(Precision.BFloat16, true)]
    public void Given_frozen_layers_when_trained_then_their_weights_and_statistics_stay_to_the_bit_and_the_others_learn(Precision precision, bool training)
    {
        _net.train(training);
        Dictionary<string, float[]> before = State();
        using (var learner = new TorchLearner(_net, _data, Frozen with { Precision = precision }))
        {
            Learners.Losses(learner, new BatchPlan(60, 16, 1), 0, 4);
            Assert.NotEqual(double.NaN, learner.Evaluate(TestContext.Current.CancellationToken).Loss);
            Learners.Losses(learner, new BatchPlan(60, 16, 1), 4, 8);
        }
        string[] moved = [.. State().Where(now => !now.Value.SequenceEqual(before[now.Key])).Select(static now => now.Key)];
        Assert.Equal(["model.output.weight", "model.output.bias"], moved);
        Assert.All(_net.parameters(), static parameter => Assert.True(parameter.requires_grad));
    }

    [Fact]
    public void Given_a_norm_of_which_one_parameter_is_frozen_when_trained_then_its_statistics_are_learnt()
    {
        Dictionary<string, float[]> before = State();
        using (var learner = new TorchLearner(_net, _data, Frozen with { Freeze = ["norm.weight"] }))
            Learners.Losses(learner, new BatchPlan(60, 16, 1), 0, 4);
        Dictionary<string, float[]> after = State();
        Assert.Equal(before["model.norm.weight"], after["model.norm.weight"]);
        Assert.NotEqual(before["model.norm.running_mean"], after["model.norm.running_mean"]);
    }

    [Fact]
    public void Given_frozen_layers_when_weights_are_averaged_then_their_statistics_are_not_taken_anew()
    {
        using var learner = new TorchLearner(_net, _data, Frozen);
        using var ensemble = learner.NewEnsemble();
        for (int cycle = 0; cycle < 2; cycle++)
        {
            Learners.Losses(learner, new BatchPlan(60, 16, 1), 4 * cycle, 4 * cycle + 4);
            ensemble.Add(TestContext.Current.CancellationToken);
        }
        Assert.All(ensemble.Average!.Where(static tensor => !tensor.Name.Contains("output", StringComparison.Ordinal)), tensor =>
            Assert.Equal(ensemble.Members[0]!.Single(member => member.Name == tensor.Name).Bytes.ToArray(), tensor.Bytes.ToArray()));
    }

    [Fact]
    public void Given_frozen_layers_when_weights_have_a_moving_average_then_theirs_is_what_they_are_to_the_bit()
    {
        using var learner = new TorchLearner(_net, _data, Frozen with { EmaDecay = 0.9 });
        Learners.Losses(learner, new BatchPlan(60, 16, 1), 0, 8);
        Dictionary<string, byte[]> own = ModelWeights.Export(_net).ToDictionary(static tensor => tensor.Name, static tensor => tensor.Bytes.ToArray());
        Assert.Equal(["model.output.weight", "model.output.bias"], learner.Average!.Where(tensor => !tensor.Bytes.Span.SequenceEqual(own[tensor.Name])).Select(static tensor => tensor.Name));
    }

    [Fact]
    public void Given_a_frozen_layer_of_TorchScript_when_trained_and_averaged_then_its_statistics_stay()
    {
        using var folder = new TempFolder();
        using ScriptModel script = ScriptModel.Load(TorchScriptFile.Normalized(folder.At("net.pt"), 4, 3, 0.1));
        float[] before = script.get_buffer("norm.running_mean")!.data<float>().ToArray();
        using var learner = new TorchLearner(script, _data, Frozen with { Freeze = ["norm.*"] });
        Learners.Losses(learner, new BatchPlan(60, 16, 1), 0, 4);
        using var ensemble = learner.NewEnsemble();
        ensemble.Add(TestContext.Current.CancellationToken);
        Assert.Equal(before, script.get_buffer("norm.running_mean")!.data<float>().ToArray());
        Assert.Equal(ensemble.Members[0]!.Single(static tensor => tensor.Name == "model.norm.running_var").Bytes.ToArray(), ensemble.Average!.Single(static tensor => tensor.Name == "model.norm.running_var").Bytes.ToArray());
    }

    [Fact]
    public void Given_patterns_that_cannot_be_meant_when_a_learner_is_made_then_they_are_refused_and_the_module_is_as_it_was()
    {
        Assert.Contains("'fc.*'; the model's parameters are hidden.weight, hidden.bias, norm.weight", Refused("FreezeFitsNothing", Frozen with { Freeze = ["hidden.*", "fc.*"] }), StringComparison.Ordinal);
        Refused("FreezeLeavesNothing", Frozen with { Freeze = ["*"] });
        Assert.Contains("such as 'hidden.weight', are frozen", Refused("ParameterGroupEmpty", Frozen with { Optimizer = new OptimizerOptions { ParameterGroups = ["hidden.*", "*"] } }), StringComparison.Ordinal);
        Assert.All(_net.parameters(), static parameter => Assert.True(parameter.requires_grad));

        string Refused(string id, LearnerOptions options)
        {
            var refused = Assert.Throws<InvalidParameterException>(() => new TorchLearner(_net, _data, options));
            Assert.Equal(id, refused.ErrorId);
            return refused.Message;
        }
    }

    private Dictionary<string, float[]> State() =>
        ModelWeights.Live(_net).ToDictionary(static live => live.Name, static live => live.Tensor.detach().to(ScalarType.Float32).data<float>().ToArray());
}
