using TorchSharp;
using static TorchSharp.torch;

namespace ClrBenchmarks;

/// <summary>The networks that are timed, for images of one channel and 28 × 28.</summary>
internal static class Networks
{
    /// <summary>784-256-128-10.</summary>
    public static nn.Module<Tensor, Tensor> Mlp() => MlpOf(784, 256, 128);

    /// <summary>A perceptron with any hidden widths and ten outputs.</summary>
    public static nn.Module<Tensor, Tensor> MlpOf(int inputs, params int[] hidden)
    {
        var layers = new List<(string, nn.Module<Tensor, Tensor>)> { ("flatten", nn.Flatten()) };
        int width = inputs;
        foreach (int next in hidden)
        {
            layers.Add(($"linear{layers.Count}", nn.Linear(width, next)));
            layers.Add(($"relu{layers.Count}", nn.ReLU()));
            width = next;
        }
        layers.Add(("output", nn.Linear(width, 10)));
        return nn.Sequential(layers);
    }

    /// <summary>Two convolutions with batch normalisation and pooling, and a linear layer.</summary>
    public static nn.Module<Tensor, Tensor> Cnn() => nn.Sequential(
        ("conv1", nn.Conv2d(1, 16, 3, padding: 1)), ("norm1", nn.BatchNorm2d(16)), ("relu1", nn.ReLU()), ("pool1", nn.MaxPool2d(2)),
        ("conv2", nn.Conv2d(16, 32, 3, padding: 1)), ("norm2", nn.BatchNorm2d(32)), ("relu2", nn.ReLU()), ("pool2", nn.MaxPool2d(2)),
        ("flatten", nn.Flatten()), ("output", nn.Linear(32 * 7 * 7, 10)));
}
