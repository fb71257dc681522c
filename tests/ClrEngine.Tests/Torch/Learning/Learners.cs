using System.Collections.Immutable;
using static TorchSharp.torch;

namespace ClrEngine.Tests.Torch.Learning;

/// <summary>Small learners on small data.</summary>
internal static class Learners
{
    public const int Classes = 3;

    public static TrainingData Data(int samples = 60, int width = 4)
    {
        var random = new ClrEngine.Numerics.SeededRandom(3, 0);
        var labels = new long[samples];
        var features = new float[samples * width];
        for (int i = 0; i < samples; i++)
        {
            labels[i] = i % Classes;
            for (int j = 0; j < width; j++)
                features[i * width + j] = random.NextInt(1000) / 1000f - 0.5f + (j % Classes == labels[i] ? 1 : 0);
        }
        var set = new LabelledData(
            new FloatSamples(features, [width]),
            new ClassTargets(ImmutableArray.Create(labels), ["a", "b", "c"]));
        return new TrainingData("small", "made", set, set, FeatureScaling.Identity(width), "small");
    }

    /// <summary>A model with all that a state has: weights, buffers (batch normalisation) and chance (dropout).</summary>
    public static nn.Module<Tensor, Tensor> Model(TorchRandom? random = null, int width = 4)
    {
        using TorchRandom.Section stream = TorchRandom.Borrow(random);
        return nn.Sequential(
            ("hidden", nn.Linear(width, 8)), ("norm", nn.BatchNorm1d(8)), ("relu", nn.ReLU()), ("dropout", nn.Dropout(0.2)), ("output", nn.Linear(8, Classes)));
    }

    /// <summary>Trains a run of steps under a short cycle and gives each loss.</summary>
    public static IReadOnlyList<double> Losses(ILearner learner, BatchPlan plan, long from, long to)
    {
        for (long step = from; step < to; step++)
            learner.Step(plan.At(step), new SchedulePoint(step, 0.01 + 0.01 * (step % 10), 0.9));
        return learner.Read().Losses;
    }

    /// <summary>A model without chance or statistics: its gradients are sums over samples.</summary>
    public static nn.Module<Tensor, Tensor> PlainModel(TorchRandom random, int width = 4)
    {
        using TorchRandom.Section stream = TorchRandom.Borrow(random);
        return nn.Sequential(("hidden", nn.Linear(width, 8)), ("relu", nn.ReLU()), ("output", nn.Linear(8, Classes)));
    }

    /// <summary>The losses of a fresh model under a seed and options.</summary>
    public static string Residency(TrainingData data, long budget = long.MaxValue)
    {
        (SampleSet train, SampleSet validation) = SampleSet.Open(data, null, CPU, budget);
        using (train)
        using (validation)
            return train.Residency;
    }

    public static IReadOnlyList<double> Run(LearnerOptions options, Func<TorchRandom, nn.Module<Tensor, Tensor>> make, int seed = 1, int steps = 30, TrainingData? data = null)
    {
        TorchLibrary.EnsureLoaded();
        data ??= Data();
        using TorchRandom random = TorchRandom.Seeded(seed);
        using nn.Module<Tensor, Tensor> model = make(random);
        using var learner = new TorchLearner(model, data, options with { Device = "cpu" }, random);
        IReadOnlyList<double> losses = Losses(learner, new BatchPlan(data.Train.Count, 16, seed), 0, steps);
        return [.. losses, learner.Evaluate(TestContext.Current.CancellationToken).Loss];
    }
}
