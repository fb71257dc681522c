using System.Text.Json.Serialization;
using ClrEngine.Numerics;
using ClrEngine.Training;

namespace ClrEngine.Torch.Augmentation;

/// <summary>How training images are varied: anew in each epoch, and never where a model is evaluated.</summary>
public sealed record AugmentationOptions
{
    // He et al. 2015 pad CIFAR's 32 pixels by 4.
    private const int SideOfAMargin = 8;

    /// <summary>Whether a window at a random place is taken.</summary>
    public bool Crop { get; init; }

    /// <summary>Whether left and right change places in half of the images.</summary>
    public bool Flip { get; init; }

    /// <summary>Whether a window of random size and shape is brought to the image's size.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool ResizedCrop { get; init; }

    /// <summary>Whether brightness, contrast, saturation and, where it is asked for, the hue change.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool ColorJitter { get; init; }

    /// <summary>How training images are varied, anew in each epoch: one way, or several with commas between them.</summary>
    [JsonIgnore]
    public IReadOnlyList<AugmentationKind> Kinds
    {
        get => [.. new[] { (Crop, AugmentationKind.Crop), (Flip, AugmentationKind.Flip), (ResizedCrop, AugmentationKind.ResizedCrop), (ColorJitter, AugmentationKind.ColorJitter) }
            .Where(static way => way.Item1).Select(static way => way.Item2)];
        init
        {
            ArgumentNullException.ThrowIfNull(value);
            (Crop, Flip, ResizedCrop, ColorJitter) = (value.Contains(AugmentationKind.Crop), value.Contains(AugmentationKind.Flip),
                value.Contains(AugmentationKind.ResizedCrop), value.Contains(AugmentationKind.ColorJitter));
        }
    }

    /// <summary>Pixels of the margin that a crop may reach into; null for an eighth of the image's shorter side. The margin is 0, which is the mean of standardised images.</summary>
    public int? CropPadding { get; init; }

    /// <summary>The smallest share of the image's area that a resized crop takes, above 0 and up to 1; null for 0.08, as in torchvision.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public double? CropScale { get; init; }

    /// <summary>How far brightness, contrast and saturation are multiplied up or down by a colour jitter, above 0 and up to 1, or 0 where it only turns the hue; null for 0.4: factors from 0.6 to 1.4.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public double? JitterStrength { get; init; }

    /// <summary>By which part of the colour circle a colour jitter turns the hue at most, either way, from 0 to 0.5, as in torchvision; null turns none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public double? JitterHue { get; init; }

    /// <summary>How evenly each sample is mixed with another, inputs and targets alike (mixup): the shares are drawn from Beta(this, this), such as 0.2; null mixes none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public double? Mixup { get; init; }

    /// <summary>How large the rectangle is that each image gets of another, with its share of the target (CutMix): from Beta(this, this), such as 1; null cuts none. With Mixup, each batch draws one of both.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public double? CutMix { get; init; }

    internal bool IsNone => Kinds.Count == 0;

    internal bool TurnsHue => JitterHue > 0;

    /// <summary>What is left of these where images are varied in other ways: figures of a way that is not among them go.</summary>
    internal AugmentationOptions ForOther(IReadOnlyList<AugmentationKind> kinds)
    {
        AugmentationOptions other = this with { Kinds = kinds };
        return other with
        {
            CropPadding = other.Crop ? CropPadding : null,
            CropScale = other.ResizedCrop ? CropScale : null,
            JitterStrength = other.ColorJitter ? JitterStrength : null,
            JitterHue = other.ColorJitter ? JitterHue : null,
        };
    }

    /// <summary>Refuses a figure outside its range, or of a way that is not chosen.</summary>
    internal void Validate()
    {
        if (Crop && ResizedCrop)
            throw new InvalidParameterException("Augment", Kinds, "Augment has both Crop and ResizedCrop, and an image is cropped once; give one of them.");
        Require.AtLeast(CropPadding ?? 1, 1, nameof(CropPadding));
        Require.Share(CropScale ?? EpochVariation.SmallestShare, nameof(CropScale));
        if (JitterHue is { } hue and not (>= 0 and <= 0.5))
            throw new InvalidParameterException(nameof(JitterHue), hue, string.Create(CultureInfo.InvariantCulture, $"JitterHue is {hue}; give a number from 0 to 0.5, where 0.5 is half a turn of the colour circle."));
        if (!(JitterStrength == 0 && TurnsHue))
            Require.Share(JitterStrength ?? EpochVariation.Strength, nameof(JitterStrength), ", or 0 with a JitterHue above 0");
        foreach ((string name, double? evenness) in ((string, double?)[])[(nameof(Mixup), Mixup), (nameof(CutMix), CutMix)])
        {
            if (evenness is { } alpha && !(alpha > 0 && double.IsFinite(alpha)))
                throw new InvalidParameterException(name, evenness, string.Create(CultureInfo.InvariantCulture, $"{name} is {alpha}; give a finite number above 0, such as 0.2, or leave it out."));
        }
        OnlyWith(Crop, CropPadding, nameof(CropPadding), "the margin of a crop; give -Augment Crop too");
        OnlyWith(ResizedCrop, CropScale, nameof(CropScale), "the smallest share of the image that a resized crop takes; give -Augment ResizedCrop too");
        OnlyWith(ColorJitter, JitterStrength, nameof(JitterStrength), "the strength of a colour jitter; give -Augment ColorJitter too");
        OnlyWith(ColorJitter, JitterHue, nameof(JitterHue), "how far a colour jitter turns the hue; give -Augment ColorJitter too");

        static void OnlyWith(bool chosen, object? figure, string name, string meaning)
        {
            if (figure is not null && !chosen)
                throw new InvalidParameterException(name, figure, $"{name} is {meaning}.");
        }
    }

    /// <summary>The margin for images of a size, 0 where nothing is cropped.</summary>
    internal int PaddingFor(long height, long width) => Crop ? CropPadding ?? (int)Math.Max(1, Math.Min(height, width) / SideOfAMargin) : 0;
}

/// <summary>A way to vary training images.</summary>
public enum AugmentationKind
{
    /// <summary>A window of the image's size at a random place of the image with a margin around it.</summary>
    Crop,

    /// <summary>Left and right change places in half of the images.</summary>
    Flip,

    /// <summary>A window of random size, shape and place, brought to the image's size.</summary>
    ResizedCrop,

    /// <summary>Brightness, contrast and saturation, each by a random factor, and where it is asked for the hue, by a random part of a turn.</summary>
    ColorJitter,
}

/// <summary>
/// How each sample of an epoch is varied: a function of the seed, the epoch and the place in its order alone, so that
/// a resumed run sees the same images, however batches are cut.
/// </summary>
internal static class EpochVariation
{
    /// <summary>What is taken where nothing is given.</summary>
    public const double SmallestShare = 0.08, Strength = 0.4;

    private const double WidestShape = 4.0 / 3;
    private const int Tries = 10;

    // The order itself is drawn from the stream of the epoch's number; those below 0 are free.
    private const long Windowing = long.MinValue, Turning = long.MinValue / 4 * 3, Colouring = long.MinValue / 2;

    /// <summary>For each sample in the order of the epoch, where its window begins, from 0 to twice the margin, and whether it is flipped.</summary>
    public static (long[] Rows, long[] Columns, bool[] Flips) Draw(EpochOrder order, int padding, bool flip)
    {
        var random = new SeededRandom(order.Seed, -1 - order.Epoch);
        int samples = order.Indices.Length, places = 2 * padding + 1;
        var (rows, columns, flips) = (new long[samples], new long[samples], new bool[samples]);
        for (int i = 0; i < samples; i++)
        {
            rows[i] = random.NextInt(places);
            columns[i] = random.NextInt(places);
            flips[i] = random.NextInt(2) == 1 && flip;
        }
        return (rows, columns, flips);
    }

    /// <summary>For each sample a window of whole pixels: its area a share of the image's from the smallest to all of it, its shape from 3:4 to 4:3.</summary>
    /// <remarks>As torchvision's RandomResizedCrop draws it: after ten windows that do not fit, the largest of an allowed shape in the middle.</remarks>
    public static ImageWindow[] DrawWindows(EpochOrder order, AugmentationOptions options, int height, int width)
    {
        var random = new SeededRandom(order.Seed, Windowing + order.Epoch);
        var windows = new ImageWindow[order.Indices.Length];
        for (int i = 0; i < windows.Length; i++)
            windows[i] = Draw(random, options.CropScale ?? SmallestShare, height, width);
        return windows;
    }

    /// <summary>For each sample the factors of brightness, contrast and saturation, and where the hue turns, by which part of the colour circle: from a stream of its own, so that the factors stay.</summary>
    public static float[,] DrawFactors(EpochOrder order, AugmentationOptions options)
    {
        var random = new SeededRandom(order.Seed, Colouring + order.Epoch);
        double strength = options.JitterStrength ?? Strength;
        var turning = new SeededRandom(order.Seed, Turning + order.Epoch);
        var factors = new float[order.Indices.Length, options.TurnsHue ? PixelColours.Hue + 1 : PixelColours.Hue];
        for (int i = 0; i < factors.GetLength(0); i++)
        {
            for (int kind = 0; kind < PixelColours.Hue; kind++)
                factors[i, kind] = (float)Between(random, 1 - strength, 1 + strength);
            if (options.JitterHue is > 0 and var hue)
                factors[i, PixelColours.Hue] = (float)Between(turning, -hue, hue);
        }
        return factors;
    }

    private static ImageWindow Draw(SeededRandom random, double smallest, int height, int width)
    {
        for (int attempt = 0; attempt < Tries; attempt++)
        {
            double area = height * width * Between(random, smallest, 1);
            double shape = Math.Exp(Between(random, -Math.Log(WidestShape), Math.Log(WidestShape)));
            (int h, int w) = ((int)Math.Round(Math.Sqrt(area / shape)), (int)Math.Round(Math.Sqrt(area * shape)));
            if (h >= 1 && w >= 1 && h <= height && w <= width)
                return new ImageWindow(random.NextInt(height - h + 1), random.NextInt(width - w + 1), h, w);
        }
        int tall = Math.Min(height, (int)Math.Round(width * WidestShape)), wide = Math.Min(width, (int)Math.Round(height * WidestShape));
        return new ImageWindow((height - tall) / 2, (width - wide) / 2, tall, wide);
    }

    private static double Between(SeededRandom random, double low, double high) => low + ((high - low) * random.NextDouble());
}

/// <summary>A rectangle of whole pixels.</summary>
internal readonly record struct ImageWindow(int Top, int Left, int Height, int Width);
