using TorchSharp;
using static TorchSharp.torch;

namespace ClrEngine.Torch.Models;

/// <summary>
/// LeNet-5 (LeCun et al. 1998) with ReLU and maxima in the place of sigmoids and means, as it is taught today.
/// Images smaller than its 32×32 are padded by 2 pixels, as MNIST is in the paper.
/// </summary>
internal static class LeNet
{
    private const string Name = "lenet";
    private const int SmallestSide = 12;
    private const int PaperSide = 32;

    public static ModelSpec Spec { get; } = new(Name, (shape, outputs) => Build(ImageShape.For(Name, shape, SmallestSide), outputs));

    private static nn.Module<Tensor, Tensor> Build(ImageShape image, int outputs)
    {
        long padding = Math.Min(image.Height, image.Width) < PaperSide ? 2 : 0;
        return nn.Sequential(
            ("conv1", nn.Conv2d(image.Channels, 6, 5, padding: padding)),
            ("relu1", nn.ReLU(inplace: true)),
            ("pool1", nn.MaxPool2d(2)),
            ("conv2", nn.Conv2d(6, 16, 5)),
            ("relu2", nn.ReLU(inplace: true)),
            ("pool2", nn.MaxPool2d(2)),
            ("flatten", nn.Flatten()),
            ("fc1", nn.Linear(16 * Side(image.Height, padding) * Side(image.Width, padding), 120)),
            ("relu3", nn.ReLU(inplace: true)),
            ("fc2", nn.Linear(120, 84)),
            ("relu4", nn.ReLU(inplace: true)),
            ("fc3", nn.Linear(84, outputs)));
    }

    // Two 5×5 convolutions, the second without padding, each followed by a 2×2 maximum.
    private static long Side(long side, long padding) => (((side + (2 * padding) - 4) / 2) - 4) / 2;
}
