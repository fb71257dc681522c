using ClrEngine.Tests.Torch.Models;
using ClrEngine.Torch.Cycles;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ClrEngine.Tests.Torch.Cycles;

/// <summary>The statistics of batch normalisation in a TorchScript module are taken anew as those of TorchSharp's own.</summary>
[Collection(nameof(TorchRandomState))]
public sealed class ScriptBatchNormTests : IDisposable
{
    private const int Width = 4;

    private readonly TempFolder _folder = new();

    public ScriptBatchNormTests() => TorchLibrary.EnsureLoaded();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(0.1)]
    [InlineData(0.01)]
    [InlineData(0.9)]
    public void Given_a_layer_of_its_own_when_taken_anew_then_its_statistics_are_those_of_a_TorchSharp_layer_and_no_random_number_is_drawn(double momentum)
    {
        using ScriptModel script = ScriptModel.Load(TorchScriptFile.Normalized(_folder.At("net.pt"), Width, 3, momentum));
        using nn.Module<Tensor, Tensor> own = nn.Sequential(("norm", nn.BatchNorm1d(Width)), ("output", nn.Linear(Width, 3)));
        script.eval();
        own.eval();
        Change(script, 7);
        using Tensor before = get_rng_state();

        Assert.True(BatchNormStatistics.Recompute(script, script.forward, Batches()));
        Assert.True(BatchNormStatistics.Recompute(own, own.forward, Batches()));

        using Tensor after = get_rng_state();
        Assert.True(before.equal(after).all().item<bool>());
        Assert.False(script.training);
        Near(own.get_buffer("norm.running_mean")!, script.get_buffer("norm.running_mean")!);
        Near(own.get_buffer("norm.running_var")!, script.get_buffer("norm.running_var")!);
    }

    [Fact]
    public void Given_a_traced_layer_when_taken_anew_then_it_keeps_its_statistics_and_it_is_said()
    {
        using ScriptModel script = ScriptModel.Load(TorchScriptFile.Normalized(_folder.At("net.pt"), Width, 3, 0.1, training: "False"));
        script.eval();
        Change(script, 7);
        Assert.False(BatchNormStatistics.Recompute(script, script.forward, Batches()));
        Assert.Equal([7f, 7, 7, 7], script.get_buffer("norm.running_mean")!.data<float>().ToArray());
        Assert.Equal([1f, 1, 1, 1], script.get_buffer("norm.running_var")!.data<float>().ToArray());
    }

    [Fact]
    public void Given_statistics_among_other_things_when_taken_anew_then_they_are_kept_and_it_is_said()
    {
        using ScriptModel script = ScriptModel.Load(TorchScriptFile.Classifier(_folder.At("net.pt"), Width, 3, dropout: 0.5));
        script.eval();
        Assert.False(BatchNormStatistics.Recompute(script, script.forward, Batches()));
        Assert.Equal([0f, 0, 0, 0], script.get_buffer("running_mean")!.data<float>().ToArray());
    }

    [Theory]
    [InlineData("self.training", false)]
    [InlineData("False", true)]
    public void Given_snapshots_of_a_TorchScript_module_then_a_warning_comes_only_where_the_mean_is_not_as_it_should_be(string training, bool warns)
    {
        using ScriptModel script = ScriptModel.Load(TorchScriptFile.Normalized(_folder.At("net.pt"), Width, Learners.Classes, 0.1, training));
        using var learner = new TorchLearner(script, Learners.Data(), new LearnerOptions { Device = "cpu" });
        using ISnapshotEnsemble ensemble = learner.NewEnsemble();
        Learners.Losses(learner, new BatchPlan(60, 16, 0), 0, 8);
        SnapshotScores scores = ensemble.Add(TestContext.Current.CancellationToken);
        Assert.Equal(warns, ensemble.Warning is not null);
        Assert.True(double.IsFinite(scores.Average.Loss));
    }

    private static IEnumerable<Tensor> Batches()
    {
        for (int i = 0; i < 3; i++)
            yield return arange(Width * (5 + 2 * i), ScalarType.Float32).mul(1.7f * (i + 1)).cos().reshape(-1, Width).add(i);
    }

    private static void Change(ScriptModel script, float mean)
    {
        using var noGrad = no_grad();
        script.get_buffer("norm.running_mean")!.fill_(mean);
    }

    private static void Near(Tensor wanted, Tensor got)
    {
        foreach ((float a, float b) in wanted.data<float>().ToArray().Zip(got.data<float>().ToArray()))
            Assert.Equal(a, b, 1e-3f * Math.Max(1, Math.Abs(a)));
    }
}
