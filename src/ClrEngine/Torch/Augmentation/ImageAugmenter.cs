using ClrEngine.Errors;
using ClrEngine.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace ClrEngine.Torch.Augmentation;

/// <summary>Varies batches of images on their device: all samples at once, by one gather.</summary>
internal sealed class ImageAugmenter : IDisposable
{
    private readonly AugmentationOptions _options;
    private readonly long _channels, _height, _width;
    private readonly int _padding;
    private readonly Tensor _rowOffsets, _columns, _mirroredColumns;
    private EpochOrder? _order;
    private Tensor? _rowStarts, _columnStarts, _flips;

    /// <summary>Prepares for images of a shape.</summary>
    /// <param name="options">How to vary.</param>
    /// <param name="shape">The shape of one sample.</param>
    /// <param name="device">Where the images lie.</param>
    /// <exception cref="InvalidParameterException">The samples are no images.</exception>
    public ImageAugmenter(AugmentationOptions options, IReadOnlyList<long> shape, Device device)
    {
        if (shape.Count != 3)
            throw new InvalidParameterException("Augment", shape, $"Augment varies images ([channels, height, width]), but a sample of this data has the shape [{string.Join(", ", shape)}]; leave it out.", "AugmentNotForData");
        _options = options;
        (_channels, _height, _width) = (shape[0], shape[1], shape[2]);
        _padding = options.PaddingFor(_height, _width);
        long paddedWidth = _width + 2 * _padding;
        using var scope = NewDisposeScope();
        _rowOffsets = Kept(tensor(Range(_height).Select(row => row * paddedWidth).ToArray(), device: device));
        _columns = Kept(tensor(Range(_width).ToArray(), device: device));
        _mirroredColumns = Kept(tensor(Range(_width).Reverse().ToArray(), device: device));
    }

    /// <summary>The batch, varied.</summary>
    /// <param name="images">The images of a run of samples in the order of an epoch, <c>[samples, channels, height, width]</c>.</param>
    /// <param name="order">The order.</param>
    /// <param name="start">Where in the order the run begins.</param>
    /// <returns>New images of the same shape; the caller disposes them.</returns>
    public Tensor Vary(Tensor images, EpochOrder order, int start)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        Draw(order, images.device);
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

    // One upload an epoch.
    private void Draw(EpochOrder order, Device device)
    {
        if (ReferenceEquals(order, _order))
            return;
        _order = order;
        (long[] rows, long[] columns, bool[] flips) = EpochVariation.Of(order, _padding, _options.Flip);
        long paddedWidth = _width + 2 * _padding;
        Replace(ref _rowStarts, tensor(Array.ConvertAll(rows, row => row * paddedWidth), device: device));
        Replace(ref _columnStarts, tensor(columns, device: device));
        Replace(ref _flips, tensor(flips, device: device));
    }

    private static void Replace(ref Tensor? kept, Tensor next)
    {
        kept?.Dispose();
        kept = Kept(next);
    }

    private static Tensor Kept(Tensor made) => made.DetachFromDisposeScope();

    private static IEnumerable<long> Range(long count) => Enumerable.Range(0, (int)count).Select(i => (long)i);
}
