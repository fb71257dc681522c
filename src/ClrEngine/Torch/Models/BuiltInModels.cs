using System.Globalization;
using ClrEngine.Errors;
using TorchSharp;
using static TorchSharp.torch;

namespace ClrEngine.Torch.Models;

/// <summary>Models by name.</summary>
public static class ModelCatalog
{
    private static readonly ErrorCause ModelNotFound = new(nameof(ModelNotFound), ErrorKind.InvalidArgument,
        "There is no model of this name.", "Give one of the names in the message, the path of a TorchScript file, or a TorchSharp module.");

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
            _ => throw new InvalidParameterException("Model", text, $"There is no model '{parts[0]}'; give one of {string.Join(", ", Known.Keys)}, the path of a TorchScript file (.pt), or a TorchSharp module.", ModelNotFound),
        };

        ModelSpec WithoutArguments(ModelSpec spec) => arguments is null
            ? spec
            : throw new InvalidParameterException("Model", text, $"'{spec.Name}' takes no arguments; write -Model {spec.Name}.", ModelErrors.InvalidModelArguments);
    }
}

/// <summary>A model that can be built by name for the shape of a data set.</summary>
/// <param name="Name">The name with its arguments, such as <c>mlp:256,128</c>.</param>
/// <param name="Build">Builds a module with fresh weights from the shape of a sample and the number of outputs.</param>
public sealed record ModelSpec(string Name, Func<IReadOnlyList<long>, int, nn.Module<Tensor, Tensor>> Build);

/// <summary>Widths of layers as a model's arguments: whole numbers with commas.</summary>
internal static class ModelWidths
{
    /// <summary>The widths.</summary>
    /// <param name="model">The model's name.</param>
    /// <param name="text">The arguments.</param>
    /// <param name="example">Arguments that are right.</param>
    /// <exception cref="InvalidParameterException">The text is no such list.</exception>
    public static int[] Parse(string model, string text, string example) =>
        text.Split(',', StringSplitOptions.TrimEntries)
            .Select(width => int.TryParse(width, NumberStyles.None, CultureInfo.InvariantCulture, out int value) && value > 0
                ? value
                : throw new InvalidParameterException("Model", $"{model}:{text}", $"'{text}' is not a list of layer widths; write whole numbers with commas, such as {model}:{example}.", ModelErrors.InvalidModelArguments))
            .ToArray();
}

/// <summary>The shape of an image sample.</summary>
internal readonly record struct ImageShape(long Channels, long Height, long Width)
{
    /// <summary>The shape of a sample as an image that a model can take.</summary>
    /// <param name="model">The model that asks.</param>
    /// <param name="shape">The shape of one sample.</param>
    /// <param name="smallest">The smallest height and width that the model takes.</param>
    /// <exception cref="ModelMismatchException">The sample is no image, or too small; the message names a model that fits.</exception>
    public static ImageShape For(string model, IReadOnlyList<long> shape, int smallest)
    {
        if (shape.Count != 3)
            throw Mismatch("takes images ([channels, height, width])", "mlp");
        var image = new ImageShape(shape[0], shape[1], shape[2]);
        if (Math.Min(image.Height, image.Width) < smallest)
            throw Mismatch($"takes images of {smallest}×{smallest} pixels or more", "cnn");
        return image;

        ModelMismatchException Mismatch(string takes, string fitting) => new(
            ModelErrors.ModelInput,
            $"Model '{model}' {takes}, but a sample of this data has the shape [{string.Join(", ", shape)}]. Use -Model {fitting}, which takes it.");
    }
}

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
