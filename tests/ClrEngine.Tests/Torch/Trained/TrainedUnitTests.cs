using ClrEngine.Torch.Trained;

namespace ClrEngine.Tests.Torch.Trained;

/// <summary>A trained model takes pixels in the unit of its training.</summary>
[Collection(nameof(TorchRandomState))]
public sealed class TrainedUnitTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Given_pixels_in_another_unit_when_a_model_is_tested_then_they_are_refused(bool isScaled)
    {
        TrainingData digits = Digits.Load(new DataOptions { Standardize = isScaled });
        Train(digits);

        LabelledData shares = Digits.Load(new DataOptions { Standardize = false }).Validation;
        var counts = new LabelledData(new FloatSamples(Array.ConvertAll(shares.Samples.ReadAll(), static value => value * 255), [1, 8, 8]), shares.Targets);
        using TrainedModel model = TrainedModel.Open([_folder.At("a/final.safetensors")], device: "cpu");
        Assert.NotEmpty(model.Predict(shares, FeatureScaling.Identity(1)));
        var error = Assert.Throws<TrainedModelException>(() => model.Predict(counts, FeatureScaling.Identity(1)));
        Assert.Contains("values up to 255, and mlp:8 was trained on values up to about 1", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Given_flat_samples_in_another_unit_when_a_model_is_tested_then_it_is_said_and_so_is_a_loss_without_end(bool isScaled)
    {
        float[] shares = [.. Enumerable.Range(0, 80).Select(static i => i * 7 % 13 / 13f)];
        TrainingData data = DataPreparation.Prepare("flat", "made", Flat(1), Flat(1), "flat", new DataOptions { Standardize = isScaled });
        Assert.Empty(data.Warnings);
        Train(data);

        using TrainedModel model = TrainedModel.Open([_folder.At("a/final.safetensors")], device: "cpu");
        Assert.Null(Score(1).Warning);
        Assert.Empty(model.Warnings);
        Assert.Null(Score(255).Warning);
        Assert.Contains("The samples hold values up to 235.385, and mlp:8 was trained on values up to about", Assert.Single(model.Warnings), StringComparison.Ordinal);
        Assert.Contains("far beyond those of training", Score(1e8f).Warning, StringComparison.Ordinal);

        LabelledData Flat(float unit) => new(new FloatSamples(Array.ConvertAll(shares, value => value * unit), [4]), new ClassTargets([.. Enumerable.Range(0, 20).Select(static i => (long)(i % 2))], ["a", "b"]));
        TrainedModelScore Score(float unit)
        {
            var tally = new PredictionTally(model.Info);
            foreach (SamplePrediction prediction in model.Predict(Flat(unit), FeatureScaling.Identity(4))) tally.Add(prediction);
            return tally.Score(model, "flat");
        }
    }

    private void Train(TrainingData data)
    {
        using var job = new TrainingJob(new ModelSource("mlp:8"), data, new CyclicSchedule(0.001, 0.01, 5), new TrainingJobOptions
        {
            Learning = new LearnerOptions { Device = "cpu", Threads = 1 },
            Length = new TrainingOptions { Epochs = 1 },
            ModelFolder = _folder.At("a"),
        });
        job.Open();
        Assert.NotEmpty(job.Run(TestContext.Current.CancellationToken).ToArray());
        job.Finish();
    }
}
