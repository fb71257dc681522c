using ClrEngine.Torch.Augmentation;
using static TorchSharp.torch;

namespace ClrEngine.Tests.Torch.Augmentation;

[Collection(nameof(TorchRandomState))]
public sealed class ImageAugmenterTests : IDisposable
{
    private const int Samples = 200;
    private static readonly AugmentationOptions Both = new() { Crop = true, Flip = true, CropPadding = 2 };
    private readonly DisposeScope _scope;

    public ImageAugmenterTests()
    {
        TorchLibrary.EnsureLoaded();
        _scope = NewDisposeScope();
    }

    public void Dispose() => _scope.Dispose();

    [Fact]
    public void each_image_is_the_window_that_was_drawn_for_it_and_mirrored_where_that_was_drawn()
    {
        Tensor images = Images();
        var order = new EpochOrder(Samples, 7, 3);
        (long[] rows, long[] columns, bool[] flips) = EpochVariation.Draw(order, 2, true);
        using var augmenter = Augmenter(Both);

        Tensor varied = augmenter.Vary(images, order, 0);

        Tensor padded = nn.functional.pad(images, [2, 2, 2, 2]);
        for (int i = 0; i < Samples; i++)
        {
            Tensor window = padded[i].slice(1, rows[i], rows[i] + 5, 1).slice(2, columns[i], columns[i] + 6, 1);
            Assert.True(varied[i].allclose(flips[i] ? window.flip(2) : window), $"sample {i}");
        }
    }

    [Fact]
    public void an_epoch_is_varied_the_same_however_its_batches_are_cut()
    {
        Tensor images = Images();
        var order = new EpochOrder(Samples, 7, 3);
        using var augmenter = Augmenter(Both);
        using var again = Augmenter(Both);

        Tensor whole = augmenter.Vary(images, order, 0);
        Tensor parts = cat([again.Vary(images.narrow(0, 0, 70), order, 0), again.Vary(images.narrow(0, 70, 130), new EpochOrder(Samples, 7, 3), 70)]);

        Assert.True(whole.allclose(parts, 0, 0));
    }

    [Fact]
    public void another_epoch_and_another_seed_are_varied_otherwise()
    {
        Tensor images = Images();
        using var augmenter = Augmenter(Both);
        Tensor first = augmenter.Vary(images, new EpochOrder(Samples, 7, 3), 0);

        Assert.False(first.allclose(augmenter.Vary(images, new EpochOrder(Samples, 7, 4), 0)));
        Assert.False(first.allclose(augmenter.Vary(images, new EpochOrder(Samples, 8, 3), 0)));
    }

    [Fact]
    public void without_a_crop_images_are_as_they_were_or_mirrored_about_half_each()
    {
        Tensor images = Images();
        using var augmenter = Augmenter(new AugmentationOptions { Flip = true });

        Tensor varied = augmenter.Vary(images, new EpochOrder(Samples, 1, 0), 0);

        int kept = Enumerable.Range(0, Samples).Count(i => varied[i].allclose(images[i]));
        int mirrored = Enumerable.Range(0, Samples).Count(i => varied[i].allclose(images[i].flip(2)));
        Assert.Equal(Samples, kept + mirrored);
        Assert.InRange(kept, 70, 130);
    }

    [Fact]
    public void every_place_is_drawn_about_as_often_as_every_other()
    {
        (long[] rows, long[] columns, bool[] flips) = EpochVariation.Draw(new EpochOrder(10_000, 1, 0), 1, true);

        Assert.All(rows.Concat(columns).CountBy(place => place), place => Assert.InRange(place.Value, 6_300, 7_000));
        Assert.Equal([0L, 1, 2], rows.Concat(columns).Distinct().Order());
        Assert.InRange(flips.Count(flip => flip), 4_800, 5_200);
    }

    [Theory]
    [InlineData(32, 4)]
    [InlineData(28, 3)]
    [InlineData(8, 1)]
    [InlineData(3, 1)]
    public void the_margin_is_an_eighth_of_the_side_and_at_least_one_pixel(long side, int padding) =>
        Assert.Equal(padding, new AugmentationOptions { Crop = true }.PaddingFor(side, side + 9));

    [Fact]
    public void samples_that_are_no_images_are_refused() =>
        Assert.Equal("AugmentNotForData", Assert.Throws<InvalidParameterException>(() => Augmenter(Both, 64)).ErrorId);

    [Fact]
    public void a_margin_without_a_crop_or_of_nothing_is_refused()
    {
        Assert.Throws<InvalidParameterException>(new AugmentationOptions { Flip = true, CropPadding = 2 }.Validate);
        Assert.Throws<InvalidParameterException>(new AugmentationOptions { Crop = true, CropPadding = 0 }.Validate);
    }

    [Fact]
    public void a_resized_crop_is_the_window_that_was_drawn_between_its_pixels_and_mirrored_where_that_was_drawn()
    {
        var options = new AugmentationOptions { ResizedCrop = true, Flip = true };
        Tensor images = Images();
        var order = new EpochOrder(Samples, 7, 3);
        ImageWindow[] windows = EpochVariation.DrawWindows(order, options, 5, 6);
        (_, _, bool[] flips) = EpochVariation.Draw(order, 0, true);
        using ImageAugmenter augmenter = Augmenter(options);

        Tensor varied = augmenter.Vary(images, order, 0);

        for (int i = 0; i < Samples; i++)
        {
            ImageWindow window = windows[i];
            Tensor cut = images[i].narrow(1, window.Top, window.Height).narrow(2, window.Left, window.Width).unsqueeze(0);
            Tensor resized = nn.functional.interpolate(cut, [5, 6], mode: InterpolationMode.Bilinear, align_corners: false).squeeze(0);
            Assert.True(varied[i].allclose(flips[i] ? resized.flip(2) : resized, 1e-4, 1e-5), $"sample {i}: {window}");
        }
        Assert.Contains(windows, window => window.Height < 4 && window.Width < 4);
        Assert.Contains(windows, window => window is { Height: 5, Width: > 3 });
    }

    [Theory]
    [InlineData(0.08)]
    [InlineData(0.5)]
    [InlineData(1)]
    public void windows_lie_in_the_image_and_have_the_area_and_shape_that_was_asked_for(double smallest)
    {
        ImageWindow[] windows = EpochVariation.DrawWindows(new EpochOrder(5_000, 1, 0), new AugmentationOptions { CropScale = smallest }, 100, 120);

        Assert.All(windows, window =>
        {
            Assert.InRange(window.Top, 0, 100 - window.Height);
            Assert.InRange(window.Left, 0, 120 - window.Width);
            Assert.InRange((double)window.Width / window.Height, 0.72, 1.38);
            Assert.InRange(window.Height * window.Width / 12_000.0, Math.Min(smallest, 0.9) * 0.95, 1);
        });
        Assert.InRange(windows.Average(window => window.Top + window.Height / 2.0), 48, 52);
        Assert.InRange(windows.Average(window => window.Left + window.Width / 2.0), 58, 62);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void colours_are_multiplied_in_pixels_and_stay_between_black_and_white(int channels)
    {
        var options = new AugmentationOptions { ColorJitter = true, JitterStrength = 0.7 };
        byte[] pixels = [.. Enumerable.Range(0, Samples * channels * 12).Select(i => (byte)(i * 37 % 256))];
        TrainingData data = Pixels(pixels, channels);
        var order = new EpochOrder(Samples, 7, 3);
        float[,] factors = EpochVariation.DrawFactors(order, options);
        using var augmenter = new ImageAugmenter(options, data, CPU);

        Tensor varied = augmenter.Vary(SampleTensors.Read(data.Train.Samples, order.Indices.Span), order, 0);

        double[] mean = [.. data.Scaling.Means], deviation = [.. data.Scaling.StandardDeviations];
        for (int i = 0; i < Samples; i++)
        {
            double[][] colours = [.. Enumerable.Range(0, channels).Select(c => Enumerable.Range(0, 12).Select(p => Bright(pixels[(((order.Indices.Span[i] * channels) + c) * 12) + p])).ToArray())];
            double[] grey = [.. Enumerable.Range(0, 12).Select(p => Grey(colours, p))];
            colours = [.. colours.Select(plane => plane.Select(value => Blend(value, grey.Average(), factors[i, 1])).ToArray())];
            grey = [.. Enumerable.Range(0, 12).Select(p => Grey(colours, p))];
            float[] found = varied[i].flatten().data<float>().ToArray();
            for (int c = 0; c < channels; c++)
            {
                for (int p = 0; p < 12; p++)
                {
                    double wanted = channels == 1 ? colours[c][p] : Blend(colours[c][p], grey[p], factors[i, 2]);
                    Assert.Equal((wanted - mean[c]) / deviation[c], found[(c * 12) + p], 1e-4);
                }
            }

            double Bright(byte value) => Math.Min(1, value / 255.0 * factors[i, 0]);
        }
        Assert.Contains(factors.Cast<float>(), factor => factor < 0.4f);
        Assert.Contains(factors.Cast<float>(), factor => factor > 1.6f);

        static double Grey(double[][] colours, int p) => colours.Length == 1 ? colours[0][p] : (0.2989 * colours[0][p]) + (0.587 * colours[1][p]) + (0.114 * colours[2][p]);
        static double Blend(double value, double towards, double factor) => Math.Clamp((value * factor) + (towards * (1 - factor)), 0, 1);
    }

    // Made by adjust_hue of torchvision 0.14 from bytes, which it cuts off to whole numbers.
    [Theory]
    [InlineData(0.1f, new byte[] { 255, 153, 0, 12, 188, 200, 116, 250, 10, 114, 29, 220, 128, 128, 128, 0, 0, 0, 255, 255, 255, 201, 16, 69, 89, 91, 89, 19, 6, 250, 64, 60, 16, 180, 210, 255 })]
    [InlineData(-0.37f, new byte[] { 0, 56, 255, 200, 57, 12, 187, 10, 250, 101, 220, 29, 128, 128, 128, 0, 0, 0, 255, 255, 255, 16, 201, 181, 91, 89, 90, 193, 250, 6, 21, 16, 64, 255, 237, 180 })]
    [InlineData(0.5f, new byte[] { 0, 255, 255, 200, 12, 113, 10, 20, 250, 220, 189, 29, 128, 128, 128, 0, 0, 0, 255, 255, 255, 16, 201, 37, 90, 89, 91, 250, 117, 6, 16, 47, 64, 255, 180, 181 })]
    public void a_turned_hue_is_that_of_torchvision(float turn, byte[] wanted)
    {
        byte[] colours = [255, 0, 0, 12, 200, 99, 250, 240, 10, 30, 60, 220, 128, 128, 128, 0, 0, 0, 255, 255, 255, 201, 17, 180, 90, 91, 89, 7, 140, 250, 64, 32, 16, 180, 255, 254];
        TrainingData data = Pixels([.. Enumerable.Range(0, 36).Select(i => colours[(i % 12 * 3) + (i / 12)])], 3);
        using var pixels = PixelColours.Of(data, CPU)!;

        Tensor turned = pixels.Vary(SampleTensors.Read(data.Train.Samples, [0]), tensor(new[] { 1, 1, 1, turn }, [1, 4]));

        float[] found = turned.flatten().data<float>().ToArray();
        for (int i = 0; i < 36; i++)
            Assert.InRange(((found[i] * data.Scaling.StandardDeviations[i / 12]) + data.Scaling.Means[i / 12]) * 255, wanted[(i % 12 * 3) + (i / 12)] - 1.5, wanted[(i % 12 * 3) + (i / 12)] + 1.5);
    }

    [Fact]
    public void a_hue_is_drawn_for_each_image_up_to_its_bound_and_the_other_factors_stay()
    {
        var options = new AugmentationOptions { ColorJitter = true, JitterHue = 0.3 };
        var order = new EpochOrder(5_000, 7, 3);

        float[,] factors = EpochVariation.DrawFactors(order, options), without = EpochVariation.DrawFactors(order, options with { JitterHue = null });

        Assert.All(Enumerable.Range(0, 5_000), i => Assert.Equal((without[i, 0], without[i, 1], without[i, 2]), (factors[i, 0], factors[i, 1], factors[i, 2])));
        float[] turns = [.. Enumerable.Range(0, 5_000).Select(i => factors[i, 3])];
        Assert.InRange(turns.Min(), -0.3f, -0.299f);
        Assert.InRange(turns.Max(), 0.299f, 0.3f);
        Assert.InRange(turns.Average(), -0.01f, 0.01f);
        Assert.Equal(3, EpochVariation.DrawFactors(order, options with { JitterHue = 0 }).GetLength(1));
    }

    [Theory]
    [InlineData("JitterHue", true, null, -0.1)]
    [InlineData("JitterHue", true, null, 0.51)]
    [InlineData("JitterHue", true, null, double.NaN)]
    [InlineData("JitterHue", false, null, 0.1)]
    [InlineData("JitterStrength", true, 0.0, null)]
    [InlineData("JitterStrength", true, 0.0, 0.0)]
    [InlineData(null, true, 0.0, 0.5)]
    public void a_hue_beyond_half_a_turn_or_without_colours_is_refused_and_may_be_all_that_changes(string? name, bool colours, double? strength, double? hue)
    {
        Exception? error = Record.Exception(new AugmentationOptions { Flip = true, ColorJitter = colours, JitterStrength = strength, JitterHue = hue }.Validate);

        Assert.Equal(name, (error as InvalidParameterException)?.ParamName);
    }

    [Fact]
    public void colours_of_what_is_no_byte_are_refused() =>
        Assert.Equal("AugmentNotForData", Assert.Throws<InvalidParameterException>(() => Augmenter(new AugmentationOptions { ColorJitter = true })).ErrorId);

    [Theory]
    [InlineData("Augment", true, true, false, null, null)]
    [InlineData("CropScale", true, false, false, 0.5, null)]
    [InlineData("CropScale", false, true, false, 0.0, null)]
    [InlineData("CropScale", false, true, false, 1.5, null)]
    [InlineData("CropScale", false, true, false, double.NaN, null)]
    [InlineData("JitterStrength", false, true, false, null, 0.5)]
    [InlineData("JitterStrength", false, false, true, null, -0.1)]
    [InlineData("JitterStrength", false, false, true, null, 1.01)]
    public void figures_that_mean_nothing_are_refused(string name, bool crop, bool resized, bool colours, double? scale, double? strength) =>
        Assert.Equal(name, Assert.Throws<InvalidParameterException>(
            new AugmentationOptions { Crop = crop, ResizedCrop = resized, ColorJitter = colours, CropScale = scale, JitterStrength = strength }.Validate).ParamName);

    private static Tensor Images() => rand(Samples, 2, 5, 6) + 1;

    private static ImageAugmenter Augmenter(AugmentationOptions options, params long[] shape)
    {
        long[] sides = shape.Length == 0 ? [2, 5, 6] : shape;
        return new ImageAugmenter(options, Data(new FloatSamples(new float[2 * sides.Aggregate(1L, (product, side) => product * side)], sides), FeatureScaling.Identity((int)sides[0])), CPU);
    }

    private static TrainingData Pixels(byte[] pixels, int channels)
    {
        var scaling = new FeatureScaling([.. StandardScalings.All["ImageNet"].Means.Take(channels)], [.. StandardScalings.All["ImageNet"].StandardDeviations.Take(channels)]);
        return Data(new ScaledSamples(new ByteSamples(pixels, [channels, 3, 4], byte.MaxValue), scaling), scaling);
    }

    private static TrainingData Data(ISampleReader samples, FeatureScaling scaling)
    {
        var part = new LabelledData(samples, new ClassTargets([.. Enumerable.Range(0, (int)samples.Count).Select(i => i % 2L)], ["a", "b"]));
        return new TrainingData("made", "here", part, part, scaling, "made");
    }
}

[Collection(nameof(TorchRandomState))]
public sealed class AugmentedTrainingTests
{
    private static readonly LearnerOptions Plain = new() { Device = "cpu" };
    private static readonly LearnerOptions Augmented = Plain with { Augmentation = new AugmentationOptions { Crop = true } };

    public AugmentedTrainingTests() => TorchLibrary.EnsureLoaded();

    [Fact]
    public void evaluation_sees_the_images_as_they_are() =>
        Assert.Equal(Session(Plain, s => s.Learner.Evaluate(TestContext.Current.CancellationToken)), Session(Augmented, s => s.Learner.Evaluate(TestContext.Current.CancellationToken)));

    [Fact]
    public void training_sees_other_images_and_the_same_seed_the_same_ones()
    {
        IReadOnlyList<double> augmented = Session(Augmented, s => Losses(s, 0, 30));

        Assert.NotEqual(Session(Plain, s => Losses(s, 0, 30)), augmented);
        Assert.Equal(Session(Augmented, s => Losses(s, 0, 30)), augmented);
    }

    [Fact]
    public void a_run_that_goes_on_in_the_middle_of_an_epoch_sees_the_same_images()
    {
        IReadOnlyList<double> whole = Session(Augmented, s => Losses(s, 0, 40));

        IReadOnlyList<double> resumed = Session(Augmented, first =>
        {
            Losses(first, 0, 17);
            using ILearnerState state = first.Learner.Capture();
            return Session(Augmented, second =>
            {
                second.Learner.Restore(state);
                return Losses(second, 17, 40);
            });
        });

        Assert.Equal(whole.Skip(17), resumed);
    }

    private static IReadOnlyList<double> Losses(TorchSession session, long from, long to)
    {
        for (long step = from; step < to; step++)
            session.Learner.Step(session.Plan.At(step), new SchedulePoint(step, 0.05));
        return session.Learner.Read().Losses;
    }

    private static T Session<T>(LearnerOptions options, Func<TorchSession, T> use)
    {
        using TorchSession session = TorchSession.Open(new ModelSource("mlp:16"), Digits.Load(), options, 64, 2);
        return use(session);
    }
}
