using ClrEngine.Torch.Models;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ClrEngine.Torch.Learning;

/// <summary>
/// Gives a model its images with the values of a pixel together in memory, in the place of plane by plane, where that is faster: convolutions,
/// normalisation and pooling keep the order that they are given. Results differ by rounding alone, and weights stay as they are.
/// </summary>
internal readonly struct ChannelsLast
{
    // A GPU is bound by the calls below some work a batch, and these are a few more. Measured on an H100.
    private const double LeastWorkOnGpu = 2e10;
    private const int ImageDimensions = 4;

    private readonly double _leastSamples;

    private ChannelsLast(double leastSamples) => _leastSamples = leastSamples;

    /// <summary>
    /// For a model that convolves images, on a GPU or by oneDNN, and has layers that take them in any order. A layer of somebody's own may count on planes.
    /// </summary>
    public static ChannelsLast For(nn.Module model, IReadOnlyList<long> sampleShape, bool? oneDnn)
    {
        bool suits = oneDnn != false && model.modules().Any(static layer => layer is Conv2d)
            && model.WithParts().All(static layer => layer is ResidualBlock or PaddedShortcut || layer.GetType().Assembly == typeof(nn).Assembly);
        return new ChannelsLast(!suits ? double.PositiveInfinity : oneDnn is null ? LeastWorkOnGpu / OperationThreads.WorkOfASample(model, sampleShape) : 0);
    }

    /// <summary>A batch as the model shall have it, images <c>[samples, channels, height, width]</c> of the same values, of one channel not copied; null where it is good as it is.</summary>
    public Tensor? Lay(Tensor batch) => _leastSamples < double.PositiveInfinity && batch.dim() == ImageDimensions && batch.shape[0] >= _leastSamples ? PixelByPixel(batch) : null;

    /// <summary>The same images in the other order.</summary>
    public static Tensor PixelByPixel(Tensor images)
    {
        long[] shape = images.shape;
        // Of one channel both orders are the same memory, and only strides tell that it is this one.
        if (shape[1] == 1 && images.is_contiguous())
            return images.as_strided(shape, [shape[2] * shape[3], 1, shape[3], 1], images.storage_offset());
        return images.permute(0, 2, 3, 1).contiguous().permute(0, 3, 1, 2);
    }
}
