using TorchSharp;
using static TorchSharp.torch;

namespace ClrEngine.Torch.Models;

/// <summary>
/// A small convolutional net for images of any size: 3×3 convolution, batch normalisation and ReLU in each block,
/// a 2×2 maximum between blocks while a side has 4 pixels or more, the mean over the picture, a linear output.
/// </summary>
internal static class Cnn
{
    public const string DefaultWidths = "16,32,64,128";

    private const int SmallestPooledSide = 4;

    public static ModelSpec Spec(string widths)
    {
        int[] channels = ModelWidths.Parse("cnn", widths, DefaultWidths);
        string name = $"cnn:{string.Join(',', channels)}";
        return new ModelSpec(name, (shape, outputs) => Build(ImageShape.For(name, shape, 1), channels, outputs));
    }

    private static nn.Module<Tensor, Tensor> Build(ImageShape image, int[] channels, int outputs)
    {
        var layers = new List<(string, nn.Module<Tensor, Tensor>)>();
        long inputs = image.Channels, side = Math.Min(image.Height, image.Width);
        for (int i = 1; i <= channels.Length; i++)
        {
            if (i > 1 && side >= SmallestPooledSide)
            {
                layers.Add(($"pool{i - 1}", nn.MaxPool2d(2)));
                side /= 2;
            }
            layers.Add(($"conv{i}", Layers.Convolution(inputs, channels[i - 1], 3)));
            layers.Add(($"bn{i}", nn.BatchNorm2d(channels[i - 1])));
            layers.Add(($"relu{i}", nn.ReLU(inplace: true)));
            inputs = channels[i - 1];
        }
        layers.AddRange(Layers.Head(inputs, outputs));
        return nn.Sequential(layers);
    }
}
