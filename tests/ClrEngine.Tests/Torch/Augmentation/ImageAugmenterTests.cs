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
        using var augmenter = new ImageAugmenter(Both, [2, 5, 6], CPU);

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
        using var augmenter = new ImageAugmenter(Both, [2, 5, 6], CPU);
        using var again = new ImageAugmenter(Both, [2, 5, 6], CPU);

        Tensor whole = augmenter.Vary(images, order, 0);
        Tensor parts = cat([again.Vary(images.narrow(0, 0, 70), order, 0), again.Vary(images.narrow(0, 70, 130), new EpochOrder(Samples, 7, 3), 70)]);

        Assert.True(whole.allclose(parts, 0, 0));
    }

    [Fact]
    public void another_epoch_and_another_seed_are_varied_otherwise()
    {
        Tensor images = Images();
        using var augmenter = new ImageAugmenter(Both, [2, 5, 6], CPU);
        Tensor first = augmenter.Vary(images, new EpochOrder(Samples, 7, 3), 0);

        Assert.False(first.allclose(augmenter.Vary(images, new EpochOrder(Samples, 7, 4), 0)));
        Assert.False(first.allclose(augmenter.Vary(images, new EpochOrder(Samples, 8, 3), 0)));
    }

    [Fact]
    public void without_a_crop_images_are_as_they_were_or_mirrored_about_half_each()
    {
        Tensor images = Images();
        using var augmenter = new ImageAugmenter(new AugmentationOptions { Flip = true }, [2, 5, 6], CPU);

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
        Assert.Equal("AugmentNotForData", Assert.Throws<InvalidParameterException>(() => new ImageAugmenter(Both, [64], CPU)).ErrorId);

    [Fact]
    public void a_margin_without_a_crop_or_of_nothing_is_refused()
    {
        Assert.Throws<InvalidParameterException>(new AugmentationOptions { Flip = true, CropPadding = 2 }.Validate);
        Assert.Throws<InvalidParameterException>(new AugmentationOptions { Crop = true, CropPadding = 0 }.Validate);
    }

    private static Tensor Images() => rand(Samples, 2, 5, 6) + 1;
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
