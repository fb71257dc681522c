using ClrEngine.Data;
using ClrEngine.Torch.Learning;
using ClrEngine.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace ClrEngine.Torch.Augmentation;

/// <summary>Varies batches of images on their device: all samples at once.</summary>
internal sealed class ImageAugmenter : IDisposable
{
    private static readonly ErrorCause AugmentNotForData = new(nameof(AugmentNotForData), ErrorKind.InvalidArgument,
        "`-Augment` varies images, and the data has none, or not of a kind that it can vary.", "Leave `-Augment` out, or give data of images; `ColorJitter` takes pixels of one byte, grey or red, green and blue.");

    private readonly AugmentationOptions _options;
    private readonly int _channels, _height, _width, _padding;
    private readonly Tensor _rowOffsets, _columns, _mirroredColumns;
    private readonly PixelColours? _colours;
    private EpochOrder? _order;
    private Tensor? _rowStarts, _columnStarts, _flips, _windows, _factors;

    public ImageAugmenter(AugmentationOptions options, TrainingData data, Device device)
    {
        IReadOnlyList<long> shape = data.Shape;
        if (shape.Count != 3)
            throw new InvalidParameterException("Augment", shape, $"Augment varies images ([channels, height, width]), but a sample of this data has the shape [{string.Join(", ", shape)}]; leave it out.", AugmentNotForData);
        _options = options;
        (_channels, _height, _width) = ((int)shape[0], (int)shape[1], (int)shape[2]);
        _padding = options.PaddingFor(_height, _width);
        _colours = options.ColorJitter ? PixelColours.Of(data, device) ?? throw new InvalidParameterException("Augment", options.Kinds,
            $"ColorJitter varies pixels of one byte, grey or red, green and blue, but this data has {(SampleTensors.AreBytes(data.Train.Samples) ? $"{_channels} channels" : "other numbers")}; leave it out.", AugmentNotForData) : null;
        _rowOffsets = tensor(Array.ConvertAll(SampleSet.Consecutive(0, _height), row => row * PaddedWidth), device: device).DetachFromDisposeScope();
        _columns = tensor(SampleSet.Consecutive(0, _width), device: device).DetachFromDisposeScope();
        _mirroredColumns = _columns.flip(0).DetachFromDisposeScope();
    }

    /// <summary>New images from those of a run of samples, <c>[samples, channels, height, width]</c>, that begins somewhere in the order of an epoch.</summary>
    public Tensor Vary(Tensor images, EpochOrder order, int start)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        EnterEpoch(order, images.device);
        int count = (int)images.shape[0];
        // Where each column comes from, mirrored where that was drawn: [samples, width].
        Tensor columns = where(_flips!.narrow(0, start, count).unsqueeze(1), _mirroredColumns, _columns);
        Tensor varied = _options.ResizedCrop ? Resize(images, columns, _windows!.narrow(0, start, count))
            : _options.Crop || _options.Flip ? Move(images, columns, start)
            : images.alias();
        return (_colours?.Vary(varied, _factors!.narrow(0, start, count)) ?? varied).MoveToOuterDisposeScope();
    }

    public void Dispose()
    {
        foreach (Tensor? kept in new[] { _rowOffsets, _columns, _mirroredColumns, _rowStarts, _columnStarts, _flips, _windows, _factors })
            kept?.Dispose();
        _colours?.Dispose();
    }

    private long PaddedWidth => _width + 2 * _padding;

    // Windows of the image's size, by one gather.
    private Tensor Move(Tensor images, Tensor columns, int start)
    {
        long count = images.shape[0];
        Tensor from = columns.add(_columnStarts!.narrow(0, start, count).unsqueeze(1), Scalars.One);
        Tensor rows = _rowOffsets.add(_rowStarts!.narrow(0, start, count).unsqueeze(1), Scalars.One);
        Tensor places = rows.unsqueeze(2).add(from.unsqueeze(1), Scalars.One).reshape(count, 1, _height * _width).expand(count, _channels, _height * _width);
        Tensor padded = _padding == 0 ? images : nn.functional.pad(images, [_padding, _padding, _padding, _padding]);
        return padded.reshape(count, _channels, -1).gather(2, places).reshape(images.shape);
    }

    // Windows of any size, each pixel between its four neighbours within the window. grid_sample counts from -1 to 1, edge to edge.
    private Tensor Resize(Tensor images, Tensor columns, Tensor windows)
    {
        Tensor mirrored = columns.to(ScalarType.Float32), down = arange(_height, ScalarType.Float32, images.device).unsqueeze(0);
        Tensor y = Places(down, windows.narrow(1, 0, 1), windows.narrow(1, 2, 1), _height).unsqueeze(2).expand(-1, -1, _width);
        Tensor x = Places(mirrored, windows.narrow(1, 1, 1), windows.narrow(1, 3, 1), _width).unsqueeze(1).expand(-1, _height, -1);
        return nn.functional.grid_sample(images, stack([x, y], -1), GridSampleMode.Bilinear, GridSamplePaddingMode.Border, align_corners: false);

        static Tensor Places(Tensor pixels, Tensor first, Tensor length, int side)
        {
            Tensor within = ((pixels + 0.5f) * (length / side) - 0.5f).clamp_min(0).minimum(length - 1);
            return ((within + first) * 2 + 1) / side - 1;
        }
    }

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
        if (_options.ResizedCrop)
            Replace(ref _windows, tensor([.. EpochVariation.DrawWindows(order, _options, _height, _width).SelectMany(window => new float[] { window.Top, window.Left, window.Height, window.Width })], [flips.Length, 4], device: device));
        if (_options.ColorJitter)
            Replace(ref _factors, tensor(EpochVariation.DrawFactors(order, _options), device: device));
    }

    private static void Replace(ref Tensor? kept, Tensor next)
    {
        kept?.Dispose();
        kept = next.DetachFromDisposeScope();
    }
}

/// <summary>Changes colours of images that were scaled: in the pixels' own numbers, from black to white.</summary>
internal sealed class PixelColours : IDisposable
{
    /// <summary>The column of a row of factors in which the turn of the hue stands, behind brightness, contrast and saturation.</summary>
    public const int Hue = 3;

    // ITU-R BT.601, to the digits that torchvision has.
    private static readonly float[] Luma = [0.2989f, 0.587f, 0.114f];

    // The sectors of the colour circle, of six, at which red, green and blue fall off.
    private static readonly float[] Falls = [5, 3, 1];

    private readonly Tensor _means, _deviations, _luma, _falls;
    private readonly double _white;

    private PixelColours(FeatureScaling scaling, double white, Device device)
    {
        long[] shape = [1, scaling.Channels, 1, 1];
        _means = tensor(scaling.Means.ToArray(), shape, ScalarType.Float32, device).DetachFromDisposeScope();
        _deviations = tensor(scaling.StandardDeviations.ToArray(), shape, ScalarType.Float32, device).DetachFromDisposeScope();
        _falls = tensor(Falls, [1, Falls.Length, 1, 1], device: device).DetachFromDisposeScope();
        _luma = tensor(scaling.Channels == 1 ? [1f] : Luma, shape, device: device).DetachFromDisposeScope();
        _white = white;
    }

    /// <summary>Those of a data set; null where its images are not of bytes, grey or red, green and blue.</summary>
    public static PixelColours? Of(TrainingData data, Device device) =>
        data.Train.Samples is SampleReader { ByteDivisor: { } divisor } && data.Scaling is { ChannelsLast: false, Channels: 1 or 3 } scaling ? new PixelColours(scaling, divisor == 1 ? 1 : byte.MaxValue / divisor, device) : null;

    /// <summary>Brightness, then contrast about the image's mean grey, then saturation, then the hue where it turns, by a row of factors an image. Grey has neither of the last two.</summary>
    public Tensor Vary(Tensor images, Tensor factors)
    {
        Tensor pixels = images * _deviations + _means;
        pixels = (pixels * Factor(0)).clamp(0, _white);
        pixels = Blend(pixels, Grey(pixels).mean([1, 2, 3], keepdim: true), Factor(1));
        if (_luma.shape[1] > 1)
        {
            pixels = Blend(pixels, Grey(pixels), Factor(2));
            if (factors.shape[1] > Hue)
                pixels = Turn(pixels, Factor(Hue));
        }
        return (pixels - _means) / _deviations;

        Tensor Factor(int kind) => factors.narrow(1, kind, 1).reshape(-1, 1, 1, 1);
        Tensor Grey(Tensor colours) => (colours * _luma).sum(1, keepdim: true);
        Tensor Blend(Tensor colours, Tensor towards, Tensor factor) => (towards + (colours - towards) * factor).clamp(0, _white);
    }

    // To hue, saturation and value, and back with another hue, as torchvision's adjust_hue does.
    private Tensor Turn(Tensor pixels, Tensor turn)
    {
        Tensor value = pixels.amax([1], keepdim: true), chroma = value - pixels.amin([1], keepdim: true);
        // Where there is no colour all differences are 0.
        Tensor divisor = where(chroma == 0, ones_like(chroma), chroma);
        Tensor red = pixels.narrow(1, 0, 1), green = pixels.narrow(1, 1, 1), blue = pixels.narrow(1, 2, 1);
        Tensor sector = where(red == value, (green - blue) / divisor, where(green == value, (blue - red) / divisor + 2, (red - green) / divisor + 4));
        Tensor place = (sector + turn * 6 + _falls).remainder(6);
        return value - chroma * place.minimum(4 - place).clamp(0, 1);
    }

    public void Dispose()
    {
        foreach (Tensor kept in new[] { _means, _deviations, _luma, _falls })
            kept.Dispose();
    }
}
