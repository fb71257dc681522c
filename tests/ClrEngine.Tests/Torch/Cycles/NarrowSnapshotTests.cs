using ClrEngine.Data;
using ClrEngine.Tests.Torch.Learning;
using ClrEngine.Torch;
using ClrEngine.Torch.Learning;
using ClrEngine.Training;
using ClrEngine.Training.Cycles;
using static TorchSharp.torch;

namespace ClrEngine.Tests.Torch.Cycles;

[Collection(nameof(TorchRandomState))]
public sealed class NarrowSnapshotTests
{
    [Fact]
    public void Given_a_model_that_works_in_bfloat16_when_snapshots_are_taken_then_the_run_goes_on_as_if_none_had_been()
    {
        Assert.Equal(Losses(withSnapshots: false), Losses(withSnapshots: true));
    }

    private static List<double> Losses(bool withSnapshots)
    {
        TrainingData data = Learners.Data();
        using TorchRandom random = TorchRandom.Seeded(1);
        using nn.Module<Tensor, Tensor> model = Learners.Model();
        using var learner = new TorchLearner(model, data, new LearnerOptions { Device = "cpu", Precision = Precision.BFloat16 });
        using ISnapshotEnsemble ensemble = learner.NewEnsemble();
        var plan = new BatchPlan(data.Train.Count, 16, 0);
        var losses = new List<double>();
        for (int cycle = 0; cycle < 3; cycle++)
        {
            losses.AddRange(Learners.Losses(learner, plan, 10 * cycle, 10 * (cycle + 1)));
            if (withSnapshots)
                Assert.True(double.IsFinite(ensemble.Add(TestContext.Current.CancellationToken).Average.Loss));
        }
        return losses;
    }
}
