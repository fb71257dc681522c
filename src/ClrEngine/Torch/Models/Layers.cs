using TorchSharp;
using static TorchSharp.torch;

namespace ClrEngine.Torch.Models;

/// <summary>Layers as the convolutional nets use them.</summary>
internal static class Layers
{
    /// <summary>
    /// A convolution without bias, since a normalisation follows, with weights as in He et al. 2015 (arXiv 1502.01852):
    /// normal, of the variance 2 over the fan-out.
    /// </summary>
    public static nn.Module<Tensor, Tensor> Convolution(long inputs, long outputs, long kernel, long stride = 1)
    {
        var layer = nn.Conv2d(inputs, outputs, kernel, stride, padding: kernel / 2, bias: false);
        nn.init.kaiming_normal_(layer.weight!, mode: nn.init.FanInOut.FanOut, nonlinearity: nn.init.NonlinearityType.ReLU);
        return layer;
    }

    /// <summary>The mean over height and width, as flat features.</summary>
    public static IEnumerable<(string, nn.Module<Tensor, Tensor>)> Head(long features, int outputs) =>
    [
        ("avgpool", nn.AdaptiveAvgPool2d(1)),
        ("flatten", nn.Flatten()),
        ("fc", nn.Linear(features, outputs)),
    ];
}
