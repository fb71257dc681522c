using static TorchSharp.torch;

namespace ClrEngine.Tests.Data.Images;

/// <summary>Folders of images that are decoded anew whenever they are learnt.</summary>
[Collection(nameof(TorchRandomState))]
public sealed class ImageStreamTests : IDisposable
{
    private static readonly DataOptions Kept = new() { ImageSize = new ImageSize(9, 8) }, Streamed = Kept with { Stream = true };

    private readonly TempFolder _folder = new();

    public ImageStreamTests() => TorchLibrary.EnsureLoaded();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(false, "", false)]
    [InlineData(true, "", false)]
    [InlineData(false, "train/", false)]
    [InlineData(false, "", true)]
    [InlineData(true, "train/", true)]
    public void They_are_the_same_data_to_the_bit(bool areDeep, string part, bool isCached)
    {
        Write(areDeep, part);
        if (part.Length > 0) Write(areDeep, "test/");
        TrainingData kept = Load(Kept), streamed = Load(Streamed with { Cache = isCached });
        // What was kept does not ask the files.
        if (isCached) Directory.Delete(Path.Combine(_folder.Path, part + "a"), recursive: true);

        Assert.Equal(kept.Identity, streamed.Identity);
        Assert.Equal(kept.Scaling.Means, streamed.Scaling.Means);
        Assert.Equal(kept.Scaling.StandardDeviations, streamed.Scaling.StandardDeviations);
        foreach ((LabelledData one, LabelledData other) in new[] { (kept.Train, streamed.Train), (kept.Validation, streamed.Validation) })
        {
            long[] order = [.. Enumerable.Range(0, (int)one.Count).Select(static i => (long)i).Reverse(), 0, 0];
            float[] values = new float[order.Length * one.Samples.SampleLength], others = new float[values.Length];
            one.Samples.Read(order, values);
            other.Samples.Read(order, others);
            Assert.Equal(values, others);
        }
    }

    [Fact]
    public void Their_mean_and_deviation_are_those_of_all_training_pixels()
    {
        Write(areDeep: false);
        TrainingData data = Load(Streamed with { Standardize = false });
        var values = new float[data.Train.Count * data.Train.Samples.SampleLength];
        data.Train.Samples.Read([.. Enumerable.Range(0, (int)data.Train.Count).Select(static i => (long)i)], values);
        for (int channel = 0; channel < 3; channel++)
        {
            double[] own = [.. values.Where((_, i) => i / (9 * 8) % 3 == channel).Select(static value => (double)value)];
            Assert.Equal(own.Average(), Load(Streamed).Scaling.Means[channel], 1e-7);
            Assert.Equal(Math.Sqrt(own.Average(value => (value - own.Average()) * (value - own.Average()))), Load(Streamed).Scaling.StandardDeviations[channel], 1e-7);
        }
    }

    [Fact]
    public void A_model_learns_the_same_from_them_and_no_image_is_kept()
    {
        Write(areDeep: false);
        TrainingData kept = Load(Kept), streamed = Load(Streamed);
        Assert.Equal(Losses(kept), Losses(streamed));
        Assert.Contains("as bytes", Learners.Residency(kept));
        Assert.Contains("read batch by batch", Learners.Residency(streamed));

        static IReadOnlyList<double> Losses(TrainingData data) => Learners.Run(
            new LearnerOptions { Threads = 1 }, random => nn.Sequential(("flatten", nn.Flatten()), ("rest", Learners.Model(random, 3 * 9 * 8))), steps: 12, data: data);
    }

    [Fact]
    public void One_that_changed_since_it_was_checked_is_named()
    {
        Write(areDeep: false);
        TrainingData data = Load(Streamed);
        string path = Path.Combine(_folder.Path, "b", "4.png");
        File.SetLastWriteTimeUtc(path, File.GetLastWriteTimeUtc(path).AddSeconds(1));
        Fails("was changed while it was read");
        File.Delete(path);
        Fails("was changed while it was read");

        void Fails(string expected)
        {
            var error = Assert.Throws<DataFormatException>(() =>
            {
                foreach (LabelledData part in new[] { data.Train, data.Validation })
                    part.Samples.Read([.. Enumerable.Range(0, (int)part.Count).Select(static i => (long)i)], new float[part.Count * part.Samples.SampleLength]);
            });
            Assert.Equal(path, error.Path);
            Assert.Contains(expected, error.Message);
        }
    }

    [Fact]
    public void Other_data_has_no_use_for_it()
    {
        Write(areDeep: false);
        foreach ((string data, DataOptions options) in new[] { ("iris", new DataOptions { Stream = true }), ("iris", new DataOptions { Stream = true, Cache = true }), (_folder.Path, Kept with { Cache = true }) })
            Assert.Equal("DataOptionWithoutUse", Assert.Throws<ClrEngine.Errors.InvalidParameterException>(() => DataCatalog.Default.Load(data, options)).ErrorId);
    }

    private TrainingData Load(DataOptions options) => DataCatalog.Default.Load(_folder.Path, options);

    // Some in colours and some grey, of two sizes; a JPEG among them.
    private void Write(bool areDeep, string part = "")
    {
        for (int i = 0; i < 24; i++)
        {
            (int height, int width, int channels) = (6 + (i % 5), 11, i % 4 == 0 ? 1 : 3);
            byte[] pixels = [.. Enumerable.Range(0, height * width * channels).Select(k => (byte)((k * 7) + (i * 31) + (k * k * i >> 4)))];
            string folder = Path.Combine(_folder.Path, part + (char)('a' + (i % 3)));
            Directory.CreateDirectory(folder);
            byte[] file = areDeep && i % 6 == 0 ? SampleImages.PngDeep : i % 7 == 3 ? SampleImages.Jpeg : ImageWriter.Png(height, width, channels, pixels);
            File.WriteAllBytes(Path.Combine(folder, $"{i}.png"), file);
        }
    }
}
