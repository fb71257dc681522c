using ClrEngine.Torch.Augmentation;
using ClrEngine.Torch.Losses;
using static TorchSharp.torch;

namespace ClrEngine.Tests.Torch.Augmentation;

[Collection(nameof(TorchRandomState))]
public sealed class BatchMixerTests : IDisposable
{
    private readonly DisposeScope _scope;

    public BatchMixerTests()
    {
        TorchLibrary.EnsureLoaded();
        _scope = NewDisposeScope();
    }

    public void Dispose() => _scope.Dispose();

    [Fact]
    public void mixup_is_the_sum_of_a_sample_and_another_in_their_shares()
    {
        Tensor features = rand(6, 4);
        Tensor targets = tensor(new long[] { 0, 1, 2, 0, 1, 2 });
        (Tensor mixed, Tensor others, double share) = Mixer(new() { Mixup = 0.4 }, Learners.Data()).Mix(features, targets, new EpochOrder(6, 3, 2), 0);

        Assert.True(mixed.allclose(features * share + features.flip(0) * (1 - share)));
        Assert.Equal([2, 1, 0, 2, 1, 0], others.data<long>().ToArray());
        Assert.InRange(share, 0, 1);
    }

    [Fact]
    public void cutmix_exchanges_one_rectangle_whose_area_is_the_share_of_the_other()
    {
        Tensor images = arange(0, 4, 1, float32).reshape(4, 1, 1, 1).expand(4, 2, 10, 7).clone();
        BatchMixer mixer = Mixer(new() { CutMix = 1 }, Images());
        for (int start = 0; start < 40; start += 4)
        {
            (Tensor cut, _, double share) = mixer.Mix(images, zeros(4, int64), new EpochOrder(100, 3, 2), start);
            Tensor own = cut.eq(images);
            Assert.Equal(share, own[0][0].to(float64).mean().item<double>(), 1e-9);
            Assert.True(cut.eq(images).logical_or(cut.eq(images.flip(0))).all().item<bool>());
            Tensor rows = own[0][0].logical_not().any(1), columns = own[0][0].logical_not().any(0);
            Assert.Equal(rows.sum().item<long>() * columns.sum().item<long>(), own[0][0].logical_not().sum().item<long>());
        }
    }

    [Theory]
    [InlineData(0.2)]
    [InlineData(1)]
    [InlineData(3)]
    public void shares_are_beta_distributed_and_the_same_for_the_same_place(double alpha)
    {
        BatchMixer mixer = Mixer(new() { Mixup = alpha }, Learners.Data());
        double[] shares = [.. Enumerable.Range(0, 4000).Select(start => ShareAt(mixer, start))];

        Assert.Equal(0.5, shares.Average(), 0.03);
        Assert.Equal(1 / (4 * (2 * alpha + 1)), shares.Average(share => (share - 0.5) * (share - 0.5)), 0.01);
        Assert.Equal(shares[..20], Enumerable.Range(0, 20).Select(start => ShareAt(Mixer(new() { Mixup = alpha }, Learners.Data()), start)));
    }

    [Fact]
    public void with_both_each_batch_draws_one_of_them()
    {
        Tensor images = rand(2, 2, 10, 7);
        BatchMixer mixer = Mixer(new() { Mixup = 1, CutMix = 1 }, Images());
        int cut = Enumerable.Range(0, 200).Count(start => mixer.Mix(images, zeros(2, int64), new EpochOrder(4, 3, 2), start).Features.eq(images).any().item<bool>());
        Assert.InRange(cut, 70, 130);
    }

    [Fact]
    public void a_model_learns_from_mixed_samples_and_a_run_repeats_itself()
    {
        var mixed = new LearnerOptions { Device = "cpu", Augmentation = new() { Mixup = 0.4 }, Loss = new() { LabelSmoothing = 0.1 } };
        IReadOnlyList<double> losses = Learners.Run(mixed, random => Learners.PlainModel(random), steps: 60);

        Assert.Equal(losses, Learners.Run(mixed, random => Learners.PlainModel(random), steps: 60));
        Assert.NotEqual(losses, Learners.Run(mixed with { Augmentation = new() }, random => Learners.PlainModel(random), steps: 60));
        Assert.True(losses.Skip(50).Average() < 0.8 * losses.Take(3).Average(), string.Join(" ", losses));
    }

    [Fact]
    public void what_cannot_be_mixed_is_refused()
    {
        Assert.Contains("has the shape [4]", Refused(new() { CutMix = 1 }, LossKind.CrossEntropy), StringComparison.Ordinal);
        Assert.Contains("of values", Refused(new() { Mixup = 1 }, LossKind.Huber), StringComparison.Ordinal);
        Assert.Contains("above 0", Assert.Throws<InvalidParameterException>(() => new AugmentationOptions { Mixup = 0 }.Validate()).Message, StringComparison.Ordinal);

        static string Refused(AugmentationOptions options, LossKind loss) => Assert.Throws<InvalidParameterException>(() => BatchMixer.For(options, Learners.Data(), loss)).Message;
    }

    private static BatchMixer Mixer(AugmentationOptions options, TrainingData data) => BatchMixer.For(options, data, LossKind.CrossEntropy)!;

    private static double ShareAt(BatchMixer mixer, int start)
    {
        using var scope = NewDisposeScope();
        return mixer.Mix(zeros(2, 1), zeros(2, int64), new EpochOrder(2, 5, 1), start).Share;
    }

    private static TrainingData Images()
    {
        var set = new LabelledData(new FloatSamples(new float[4 * 140], [2, 10, 7]), new ClassTargets([0, 1, 0, 1], ["a", "b"]));
        return new TrainingData("images", "made", set, set, FeatureScaling.Identity(2), "images");
    }
}
