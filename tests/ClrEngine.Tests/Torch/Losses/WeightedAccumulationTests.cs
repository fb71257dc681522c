using ClrEngine.Data;
using ClrEngine.Tests.Torch.Learning;
using ClrEngine.Torch;
using ClrEngine.Torch.Learning;
using ClrEngine.Torch.Losses;
using TorchSharp;
using static TorchSharp.torch;

namespace ClrEngine.Tests.Torch.Losses;

/// <summary>A batch in parts is the batch as a whole, also where classes weigh so differently that the parts do too.</summary>
[Collection(nameof(TorchRandomState))]
public sealed class WeightedAccumulationTests
{
    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(8)]
    public void Given_weighted_classes_when_a_batch_is_split_then_losses_are_those_of_the_whole_batch(int parts)
    {
        var loss = new LossOptions { ClassWeights = ClassWeights.Of([0.1, 1, 25]), LabelSmoothing = 0.05 };
        Equal(
            Learners.Run(new LearnerOptions { Loss = loss }, r => Learners.PlainModel(r)),
            Learners.Run(new LearnerOptions { Loss = loss, AccumulationSteps = parts }, r => Learners.PlainModel(r)));
    }

    [Theory]
    [InlineData(2)]
    [InlineData(5)]
    public void Given_two_weighted_classes_under_binary_cross_entropy_when_a_batch_is_split_then_losses_are_those_of_the_whole_batch(int parts)
    {
        var loss = new LossOptions { Kind = LossKind.BinaryCrossEntropy, ClassWeights = ClassWeights.Balanced };
        TrainingData data = DataCatalog.Default.Load("breast-cancer");
        Equal(
            Learners.Run(new LearnerOptions { Loss = loss }, One, data: data),
            Learners.Run(new LearnerOptions { Loss = loss, AccumulationSteps = parts }, One, data: data));

        nn.Module<Tensor, Tensor> One(TorchRandom random)
        {
            using TorchRandom.Section stream = TorchRandom.Borrow(random);
            return nn.Sequential(("hidden", nn.Linear(data.Shape[0], 8)), ("relu", nn.ReLU()), ("output", nn.Linear(8, 1)));
        }
    }

    private static void Equal(IReadOnlyList<double> whole, IReadOnlyList<double> parts) =>
        Assert.All(whole.Zip(parts), pair => Assert.InRange(Math.Abs(pair.First - pair.Second), 0, 1e-6 * Math.Max(1, Math.Abs(pair.First))));
}
