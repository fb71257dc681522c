using ClrEngine.Numerics;
using ClrEngine.Torch.Learning;
using ClrEngine.Training;
using static TorchSharp.torch;

namespace ClrEngine.Torch.Augmentation;

/// <summary>Varies batches of images on their device: all samples at once, by one gather.</summary>
internal sealed class ImageAugmenter : IDisposable
{
    private static readonly ErrorCause AugmentNotForData = new(nameof(AugmentNotForData), ErrorKind.InvalidArgument,
        "`-Augment` varies images, and the data has none.", "Leave `-Augment` out, or give data of images.");

    private readonly AugmentationOptions _options;
    private readonly long _channels, _height, _width;
    private readonly int _padding;
    private readonly Tensor _rowOffsets, _columns, _mirroredColumns;
    private EpochOrder? _order;
    private Tensor? _rowStarts, _columnStarts, _flips;

    public ImageAugmenter(AugmentationOptions options, IReadOnlyList<long> shape, Device device)
    {
        if (shape.Count != 3)
            throw new InvalidParameterException("Augment", shape, $"Augment varies images ([channels, height, width]), but a sample of this data has the shape [{string.Join(", ", shape)}]; leave it out.", AugmentNotForData);
        _options = options;
        (_channels, _height, _width) = (shape[0], shape[1], shape[2]);
        _padding = options.PaddingFor(_height, _width);
        _rowOffsets = tensor(Array.ConvertAll(SampleSet.Consecutive(0, (int)_height), row => row * PaddedWidth), device: device).DetachFromDisposeScope();
        _columns = tensor(SampleSet.Consecutive(0, (int)_width), device: device).DetachFromDisposeScope();
        _mirroredColumns = _columns.flip(0).DetachFromDisposeScope();
    }

    /// <summary>New images from those of a run of samples, <c>[samples, channels, height, width]</c>, that begins somewhere in the order of an epoch.</summary>
    public Tensor Vary(Tensor images, EpochOrder order, int start)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        EnterEpoch(order, images.device);
        long count = images.shape[0];
        Tensor flips = _flips!.narrow(0, start, count).unsqueeze(1);
        Tensor columns = where(flips, _mirroredColumns, _columns).add(_columnStarts!.narrow(0, start, count).unsqueeze(1), Scalars.One);
        Tensor rows = _rowOffsets.add(_rowStarts!.narrow(0, start, count).unsqueeze(1), Scalars.One);
        Tensor places = rows.unsqueeze(2).add(columns.unsqueeze(1), Scalars.One).reshape(count, 1, _height * _width).expand(count, _channels, _height * _width);
        Tensor padded = _padding == 0 ? images : nn.functional.pad(images, [_padding, _padding, _padding, _padding]);
        return padded.reshape(count, _channels, -1).gather(2, places).reshape(images.shape).MoveToOuterDisposeScope();
    }

    public void Dispose()
    {
        foreach (Tensor? kept in new[] { _rowOffsets, _columns, _mirroredColumns, _rowStarts, _columnStarts, _flips })
            kept?.Dispose();
    }

    private long PaddedWidth => _width + 2 * _padding;

    // One upload an epoch.
    private void EnterEpoch(EpochOrder order, Device device)
    {
        if (ReferenceEquals(order, _order))
            return;
        _order = order;
        (long[] rows, long[] columns, bool[] flips) = EpochVariation.Draw(order, _padding, _options.Flip);
        Replace(ref _rowStarts, tensor(Array.ConvertAll(rows, row => row * PaddedWidth), device: device));
        Replace(ref _columnStarts, tensor(columns, device: device));
        Replace(ref _flips, tensor(flips, device: device));
    }

    private static void Replace(ref Tensor? kept, Tensor next)
    {
        kept?.Dispose();
        kept = next.DetachFromDisposeScope();
    }
}

/// <summary>
/// How each sample of an epoch is varied: a function of the seed, the epoch and the place in its order alone, so that
/// a resumed run sees the same images, however batches are cut.
/// </summary>
internal static class EpochVariation
{
    /// <summary>For each sample in the order of the epoch, where its window begins, from 0 to twice the margin, and whether it is flipped.</summary>
    public static (long[] Rows, long[] Columns, bool[] Flips) Draw(EpochOrder order, int padding, bool flip)
    {
        // The order itself is drawn from the stream of the epoch's number; those below 0 are free.
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
}

/// <summary>How training images are varied: anew in each epoch, and never where a model is evaluated.</summary>
public sealed record AugmentationOptions
{
    // He et al. 2015 pad CIFAR's 32 pixels by 4.
    private const int SideOfAMargin = 8;

    /// <summary>Whether a window at a random place is taken.</summary>
    public bool Crop { get; init; }

    /// <summary>Whether left and right change places in half of the images.</summary>
    public bool Flip { get; init; }

    /// <summary>Pixels of the margin that a crop may reach into; null for an eighth of the image's shorter side. The margin is 0, which is the mean of standardised images.</summary>
    public int? CropPadding { get; init; }

    internal bool IsNone => !Crop && !Flip;

    /// <summary>Refuses a margin that is less than 1, or is given without a crop.</summary>
    internal void Validate()
    {
        if (CropPadding is not { } padding)
            return;
        Require.AtLeast(padding, 1, nameof(CropPadding));
        if (!Crop)
            throw new InvalidParameterException(nameof(CropPadding), padding, "CropPadding is the margin of a crop; give -Augment Crop too.");
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
}
