using System.Globalization;
using ClrEngine.Errors;
using TorchSharp;
using static TorchSharp.torch;

namespace ClrEngine.Torch.Models;

/// <summary>A multilayer perceptron: flattened input, hidden layers with ReLU, a linear output.</summary>
internal static class Mlp
{
    public static ModelSpec Spec(string widths)
    {
        int[] hidden = widths.Split(',', StringSplitOptions.TrimEntries).Select(w => Width(w, widths)).ToArray();
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

    private static int Width(string text, string all) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int width) && width > 0
            ? width
            : throw new InvalidParameterException("Model", $"mlp:{all}", $"'{all}' is not a list of hidden widths; write whole numbers with commas, such as mlp:256,128.", "InvalidModelArguments");
}
