using TorchSharp;
using static TorchSharp.torch;

namespace ClrEngine.Torch.Models;

/// <summary>A multilayer perceptron: flattened input, hidden layers with ReLU, a linear output.</summary>
internal static class Mlp
{
    public const string DefaultWidths = "256,128";

    public static ModelSpec Spec(string widths)
    {
        int[] hidden = ModelWidths.Parse("mlp", widths, DefaultWidths);
        return new ModelSpec($"mlp:{string.Join(',', hidden)}", (shape, outputs) => Build(shape, hidden, outputs));
    }

    private static nn.Module<Tensor, Tensor> Build(IReadOnlyList<long> shape, int[] hidden, int outputs)
    {
        var layers = new List<(string, nn.Module<Tensor, Tensor>)> { ("flatten", nn.Flatten()) };
        long width = shape.Aggregate(1L, (product, side) => product * side);
        for (int i = 0; i < hidden.Length; i++)
        {
            layers.Add(($"hidden{i + 1}", nn.Linear(width, hidden[i])));
            layers.Add(($"relu{i + 1}", nn.ReLU()));
            width = hidden[i];
        }
        layers.Add(("output", nn.Linear(width, outputs)));
        return nn.Sequential(layers);
    }
}
