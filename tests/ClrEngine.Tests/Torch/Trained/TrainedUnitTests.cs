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
        using (var job = new TrainingJob(new ModelSource("mlp:8"), digits, new CyclicSchedule(0.001, 0.01, 5), new TrainingJobOptions
        {
            Learning = new LearnerOptions { Device = "cpu", Threads = 1 },
            Length = new TrainingOptions { Epochs = 1 },
            ModelFolder = _folder.At("a"),
        }))
        {
            job.Open();
            Assert.NotEmpty(job.Run(TestContext.Current.CancellationToken).ToArray());
            job.Finish();
        }

        LabelledData shares = Digits.Load(new DataOptions { Standardize = false }).Validation;
        var counts = new LabelledData(new FloatSamples(Array.ConvertAll(shares.Samples.ReadAll(), static value => value * 255), [1, 8, 8]), shares.Targets);
        using TrainedModel model = TrainedModel.Open([_folder.At("a/final.safetensors")], device: "cpu");
        Assert.NotEmpty(model.Predict(shares, FeatureScaling.Identity(1)));
        var error = Assert.Throws<TrainedModelException>(() => model.Predict(counts, FeatureScaling.Identity(1)));
        Assert.Contains("values up to 255, and mlp:8 was trained on values up to about 1", error.Message, StringComparison.Ordinal);
    }
}
