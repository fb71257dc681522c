using ClrEngine.Errors;

namespace ClrEngine.Torch.Models;

/// <summary>Models by name.</summary>
public static class ModelCatalog
{
    /// <summary>The names, each with a line on what it is.</summary>
    public static IReadOnlyDictionary<string, string> Known { get; } = new SortedDictionary<string, string>(StringComparer.OrdinalIgnoreCase)
    {
        ["mlp"] = "Fully connected layers with ReLU, for samples of any shape; mlp:256,128 sets the hidden widths.",
        ["cnn"] = "A small convolutional net for images of any size; cnn:16,32,64,128 sets the channels of its blocks.",
        ["lenet"] = "LeNet-5 (1998) with ReLU, for images from 12×12.",
        ["resnet18"] = "The residual net of 18 layers (2015) for larger images, from 32×32.",
        ["resnet20"] = "The CIFAR residual net of 20 layers (2015), for images from 8×8.",
        ["resnet56"] = "The CIFAR residual net of 56 layers (2015), for images from 8×8.",
    };

    /// <summary>Finds a model.</summary>
    /// <param name="text">A name, with arguments after a colon: <c>mlp</c>, <c>mlp:256,128</c>, <c>resnet20</c>.</param>
    /// <exception cref="InvalidParameterException">No such model, or its arguments cannot be used.</exception>
    public static ModelSpec Find(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        string[] parts = text.Split(':', 2, StringSplitOptions.TrimEntries);
        string? arguments = parts.Length == 2 ? parts[1] : null;
        return parts[0].ToLowerInvariant() switch
        {
            "mlp" => Mlp.Spec(arguments ?? Mlp.DefaultWidths),
            "cnn" => Cnn.Spec(arguments ?? Cnn.DefaultWidths),
            "lenet" => WithoutArguments(LeNet.Spec),
            "resnet18" => WithoutArguments(ResNet.ResNet18),
            "resnet20" => WithoutArguments(ResNet.Cifar(20)),
            "resnet56" => WithoutArguments(ResNet.Cifar(56)),
            _ => throw new InvalidParameterException("Model", text, $"There is no model '{parts[0]}'; give one of {string.Join(", ", Known.Keys)}, the path of a TorchScript file (.pt), or a TorchSharp module.", "ModelNotFound"),
        };

        ModelSpec WithoutArguments(ModelSpec spec) => arguments is null
            ? spec
            : throw new InvalidParameterException("Model", text, $"'{spec.Name}' takes no arguments; write -Model {spec.Name}.", "InvalidModelArguments");
    }
}
