using ClrEngine.Data;
using ClrEngine.Numerics;
using ClrEngine.Torch.Losses;
using ClrEngine.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace ClrEngine.Torch.Augmentation;

/// <summary>
/// Mixes each sample of a batch with another of it: by a weighted sum (mixup, Zhang et al. 2018, arXiv 1710.09412), or by a rectangle of the other's
/// image (CutMix, Yun et al. 2019, arXiv 1905.04899). The loss is mixed in the same shares. A batch and its reverse are mixed, in a share that is
/// a function of the seed, the epoch and the place in its order alone; where both ways are chosen, each batch draws one.
/// </summary>
internal sealed class BatchMixer
{
    // Beside the streams of the other ways.
    private const long Mixing = long.MinValue / 4, Epochs = 1L << 31;

    private static readonly ErrorCause MixNotForData = new(nameof(MixNotForData), ErrorKind.InvalidArgument,
        "`-Mixup` and `-CutMix` mix samples whose classes are learnt, and CutMix images; the data has none such.", "Leave them out, or give data of classes; with CutMix, of images.");

    private readonly AugmentationOptions _options;

    private BatchMixer(AugmentationOptions options) => _options = options;

    /// <summary>Makes one; null where nothing is mixed.</summary>
    public static BatchMixer? For(AugmentationOptions options, TrainingData data, LossKind loss)
    {
        string? name = options.CutMix is not null ? nameof(options.CutMix) : options.Mixup is not null ? nameof(options.Mixup) : null;
        if (name is null)
            return null;
        if (loss.IsOfErrors())
            throw Refused($"the loss is {loss}, of values");
        if (data.Train.Samples is SampleReader { IsInteger: true })
            throw Refused("its samples are whole numbers that mean something each");
        if (options.CutMix is not null && data.Shape.Count != 3)
            throw Refused($"a sample of it has the shape [{string.Join(", ", data.Shape)}], and is no image");
        return new BatchMixer(options);

        InvalidParameterException Refused(string why) => new(name, data.Name, $"{name} does not fit this data: {why}; leave it out.", MixNotForData);
    }

    /// <summary>Mixes a run of samples that begins somewhere in the order of an epoch.</summary>
    /// <returns>What is learnt, the targets of the other samples, and the share of each sample's own target, from 0 to 1.</returns>
    public (Tensor Features, Tensor Others, double Share) Mix(Tensor features, Tensor targets, EpochOrder order, int start)
    {
        using var noGrad = no_grad();
        var random = new SeededRandom(order.Seed, Mixing + (order.Epoch * Epochs) + start);
        bool cuts = _options.Mixup is null || (_options.CutMix is not null && random.NextInt(2) == 1);
        double share = Beta(random, (cuts ? _options.CutMix : _options.Mixup)!.Value);
        Tensor others = features.flip(0);
        if (!cuts)
        {
            using Scalar own = share, rest = 1 - share;
            return (features.mul(own).add_(others.mul_(rest), Scalars.One), targets.flip(0), share);
        }
        (int height, int width) = ((int)features.shape[^2], (int)features.shape[^1]);
        double side = Math.Sqrt(1 - share);
        (int top, int bottom) = Edges(random, height, side);
        (int left, int right) = Edges(random, width, side);
        Tensor cut = features.clone();
        cut.narrow(-2, top, bottom - top).narrow(-1, left, right - left).copy_(others.narrow(-2, top, bottom - top).narrow(-1, left, right - left));
        return (cut, targets.flip(0), 1 - ((double)(bottom - top) * (right - left) / (height * width)));
    }

    // A part of a side about a random place, as far as it lies within.
    private static (int From, int To) Edges(SeededRandom random, int length, double part)
    {
        int middle = random.NextInt(length), half = (int)(length * part) / 2;
        return (Math.Max(0, middle - half), Math.Min(length, middle + half));
    }

    // Of two numbers that are gamma distributed, the share of the first is beta distributed.
    private static double Beta(SeededRandom random, double alpha)
    {
        double one = Gamma(random, alpha), other = Gamma(random, alpha);
        // Both may be too small for a double where alpha is: all the weight is on one side then.
        return one + other > 0 ? one / (one + other) : random.NextInt(2);
    }

    // Marsaglia and Tsang, "A simple method for generating gamma variables", ACM TOMS 26 (2000).
    private static double Gamma(SeededRandom random, double alpha)
    {
        if (alpha < 1)
            return Gamma(random, alpha + 1) * Math.Pow(1 - random.NextDouble(), 1 / alpha);
        double d = alpha - (1.0 / 3), c = 1 / Math.Sqrt(9 * d);
        while (true)
        {
            double normal = Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
            double v = Math.Pow(1 + (c * normal), 3);
            if (v > 0 && Math.Log(1 - random.NextDouble()) < (normal * normal / 2) + d - (d * v) + (d * Math.Log(v)))
                return d * v;
        }
    }
}
