using ClrEngine.Torch.Trained;
using ClrEngine.Training.Checkpoints;
using static TorchSharp.torch;

namespace ClrEngine.Tests.Torch.Optimizers;

/// <summary>The moving average of the weights.</summary>
[Collection(nameof(TorchRandomState))]
public sealed class WeightAverageTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(0.999)]
    [InlineData(0.3)]
    public void It_is_that_of_its_formula_over_all_updates_with_the_statistics_of_batches(double decay)
    {
        TrainingData data = Learners.Data();
        using nn.Module<Tensor, Tensor> model = Learners.Model();
        using var learner = new TorchLearner(model, data, new LearnerOptions { Device = "cpu", EmaDecay = decay });
        var plan = new BatchPlan(data.Train.Count, 16, 0);
        double[] Weights() => [.. ModelWeights.Live(model).Where(live => live.Tensor.is_floating_point()).SelectMany(live => live.Tensor.detach().to(float64).reshape(-1).data<double>().ToArray())];
        double[] expected = Weights();
        for (int n = 0; n < 12; n++)
        {
            learner.Step(plan.At(n), new SchedulePoint(n, 0.1, 0.9));
            double kept = Math.Min(decay, (1.0 + n) / (10 + n));
            expected = [.. expected.Zip(Weights(), (average, own) => kept * average + (1 - kept) * own)];
        }

        double[] average = [.. learner.Average!.Where(array => array.Type == TensorType.Float32).SelectMany(array => System.Runtime.InteropServices.MemoryMarshal.Cast<byte, float>(array.Bytes.Span).ToArray()).Select(value => (double)value)];
        Assert.Equal(expected.Length, average.Length);
        Assert.All(expected.Zip(average), pair => Assert.Equal(pair.First, pair.Second, 1e-5));
        Assert.NotEqual(Weights(), average);
    }

    [Fact]
    public void It_is_evaluated_and_written_and_the_model_learns_as_without_it()
    {
        TrainingData data = Learners.Data();
        TrainingHistory with = Run(data, 0.9, 4, null, _folder.At("models")), without = Run(data, null, 4, null, null);

        Assert.Equal(without.Epochs.Select(e => e.ValidationLoss), with.Epochs.Select(e => e.ValidationLoss));
        Assert.All(without.Epochs, e => Assert.Null(e.EmaLoss));
        using TrainedModel average = TrainedModel.Open([_folder.At("models/ema.safetensors")], device: "cpu");
        var tally = new PredictionTally(average.Info);
        foreach (SamplePrediction prediction in average.Predict(data.Validation, data.Scaling))
            tally.Add(prediction);
        TrainedModelScore score = tally.Score(average, data.Name);
        Assert.Equal((TrainedModelKind.MovingAverage, with.Epochs[^1].EmaAccuracy), (average.Info.Kind, score.Accuracy));
        Assert.Equal(with.Epochs[^1].EmaLoss!.Value, score.Loss, 1e-5);
    }

    [Fact]
    public void A_run_that_goes_on_has_the_average_of_one_that_was_never_stopped()
    {
        TrainingData data = Learners.Data();
        TrainingHistory whole = Run(data, 0.95, 4, null, _folder.At("whole"));
        Run(data, 0.95, 2, _folder.At("checkpoints"), null);
        TrainingHistory resumed = Run(data, 0.95, 4, _folder.At("checkpoints"), _folder.At("resumed"));

        Assert.Equal(whole.Epochs.Select(e => e.EmaLoss), resumed.Epochs.Select(e => e.EmaLoss));
        Assert.Equal(Weights("whole"), Weights("resumed"));

        byte[][] Weights(string folder) => [.. TrainedModelFile.Read(_folder.At($"{folder}/ema.safetensors")).Tensors.Select(tensor => tensor.Bytes.ToArray())];
    }

    [Fact]
    public void A_decay_outside_its_range_is_refused() =>
        Assert.Contains("EmaDecay is 1", Assert.Throws<InvalidParameterException>(() => Run(Learners.Data(), 1, 1, null, null)).Message, StringComparison.Ordinal);

    private static TrainingHistory Run(TrainingData data, double? decay, int epochs, string? checkpoints, string? models)
    {
        using var job = new TrainingJob(new ModelSource("mlp:8"), data, new CyclicSchedule(0.01, 0.1, 4), new TrainingJobOptions
        {
            Learning = new LearnerOptions { Device = "cpu", EmaDecay = decay },
            BatchSize = 16,
            Length = new TrainingOptions { Epochs = epochs },
            ModelFolder = models,
            Checkpoints = checkpoints is null ? null : new CheckpointOptions { Path = checkpoints, Resume = true },
        });
        job.Open();
        _ = job.Run(TestContext.Current.CancellationToken).Count();
        return job.Finish();
    }
}
