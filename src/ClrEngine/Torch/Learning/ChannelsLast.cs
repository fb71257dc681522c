using ClrEngine.Torch.Models;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ClrEngine.Torch.Learning;

/// <summary>
/// Images whose values lie in memory pixel by pixel, the channels of a pixel together, in the place of plane by plane. Convolutions, normalisation and
/// pooling keep the order that they are given, and are faster in it; results differ by rounding alone. Weights stay as they are.
/// </summary>
internal static class ChannelsLast
{
    private const int ImageDimensions = 4;

    /// <summary>
    /// Whether a model is given its images so: one that convolves them, on a GPU or by oneDNN, and of layers that take them in any order.
    /// A layer of somebody's own may count on planes.
    /// </summary>
    public static bool Suits(nn.Module model, bool? oneDnn) => oneDnn != false
        && model.modules().Prepend(model).All(static layer => layer is ResidualBlock or PaddedShortcut || layer.GetType().Assembly == typeof(nn).Assembly)
        && model.modules().Any(static layer => layer is Conv2d);

    /// <summary>The same images <c>[samples, channels, height, width]</c>, laid so; of one channel they are not copied.</summary>
    public static Tensor Lay(Tensor images)
    {
        if (images.dim() != ImageDimensions)
            return images.alias();
        long[] shape = images.shape;
        // Of one channel both orders are the same memory, and only strides tell that it is this one.
        if (shape[1] == 1 && images.is_contiguous())
            return images.as_strided(shape, [shape[2] * shape[3], 1, shape[3], 1], images.storage_offset());
        using Tensor pixels = images.permute(0, 2, 3, 1);
        using Tensor laid = pixels.contiguous();
        return laid.permute(0, 3, 1, 2);
    }
}
