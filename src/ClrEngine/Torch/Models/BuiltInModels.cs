using static TorchSharp.torch;

namespace ClrEngine.Torch.Models;

/// <summary>Models by name.</summary>
public static class ModelCatalog
{
    private const int MostWidths = 1_000;

    internal static readonly ErrorCause ModelNotFound = new(nameof(ModelNotFound), ErrorKind.InvalidArgument,
        "There is no model of this name.", "Give one of the names in the message, the path of a TorchScript file, or a TorchSharp module.");

    private static readonly SortedDictionary<string, BuiltInModel> Models = new(StringComparer.Ordinal)
    {
        ["mlp"] = new("Fully connected layers with ReLU, for samples of any shape; mlp:256,128 sets the hidden widths.", BuiltInNets.Mlp, null, "256,128"),
        ["cnn"] = new("A small convolutional net for images of any size; cnn:16,32,64,128 sets the channels of its blocks.", BuiltInNets.Cnn, 1, "16,32,64,128"),
        ["lenet"] = new("LeNet-5 (1998) with ReLU, for images from 12×12.", BuiltInNets.LeNet, 12),
        ["resnet18"] = new("The residual net of 18 layers (2015) for larger images, from 32×32.", ResNet.ResNet18, 32),
        ["resnet20"] = new("The CIFAR residual net of 20 layers (2015), for images from 8×8.", ResNet.Cifar(20), 8),
        ["resnet56"] = new("The CIFAR residual net of 56 layers (2015), for images from 8×8.", ResNet.Cifar(56), 8),
    };

    /// <summary>The names, each with a line on what it is.</summary>
    public static IReadOnlyDictionary<string, string> Known { get; } = new SortedDictionary<string, string>(
        Models.ToDictionary(static model => model.Key, static model => model.Value.Text), StringComparer.OrdinalIgnoreCase);

    /// <summary>
    /// Finds a model by its name, with arguments after a colon (<c>mlp:256,128</c>): the name with all its arguments, and what builds a module with
    /// fresh weights from the shape of a sample and the number of outputs. On the device <c>meta</c> it has the shapes of its weights, and no memory.
    /// </summary>
    internal static (string Name, Func<IReadOnlyList<long>, int, Device?, nn.Module<Tensor, Tensor>> Build) Find(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        string[] parts = text.Split(':', 2, StringSplitOptions.TrimEntries);
        string name = parts[0].ToLowerInvariant();
        if (!Models.TryGetValue(name, out BuiltInModel? model))
            throw new InvalidParameterException("Model", text, $"There is no model '{parts[0]}', and no file; give one of {string.Join(", ", Known.Keys)}, the path of a TorchScript file (.pt), or a TorchSharp module.", ModelNotFound);
        if (model.Widths is null && parts.Length == 2)
            throw new InvalidParameterException("Model", text, $"'{name}' takes no arguments; write -Model {name}.", ModelErrors.InvalidModelArguments);
        int[] widths = model.Widths is null ? [] : ParseWidths(name, parts.Length == 2 ? parts[1] : model.Widths, model.Widths);
        string full = widths.Length == 0 ? name : $"{name}:{string.Join(',', widths)}";
        return (full, (shape, outputs, device) =>
        {
            if (model.SmallestSide is { } smallest)
                RequireImage(full, shape, smallest);
            if (device is null)
            {
                using nn.Module<Tensor, Tensor> shapes = Shapes();
                RequireMemory(full, shapes);
            }
            return device?.type == TorchSharp.DeviceType.META ? Shapes() : model.Build([.. shape], widths, outputs, device);

            nn.Module<Tensor, Tensor> Shapes()
            {
                try
                {
                    return model.Build([.. shape], widths, outputs, META);
                }
                catch (Exception exception) when (exception is OverflowException || TorchOperationException.IsRaw(exception))
                {
                    throw new InvalidParameterException("Model", full, $"'{full}' for samples of [{string.Join(", ", shape)}] and {outputs} outputs has more weights than can be counted; give smaller widths or samples.", ModelErrors.InvalidModelArguments);
                }
            }
        }
        );
    }

    /// <summary>Whether a text begins with the name of a model.</summary>
    internal static bool IsName(string text) => Models.ContainsKey(text.Split(':')[0].Trim().ToLowerInvariant());

    private static void RequireMemory(string model, nn.Module shapes)
    {
        double bytes = shapes.parameters().Sum(static parameter => (double)parameter.numel() * sizeof(float));
        long available = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;
        if (bytes > available)
            throw new InvalidParameterException("Model", model, string.Create(CultureInfo.InvariantCulture, $"The weights of '{model}' alone would take {bytes / (1 << 30):N1} GiB, and this machine has {available / (double)(1 << 30):N1} GiB; give smaller widths."), ModelErrors.InvalidModelArguments);
    }

    private static int[] ParseWidths(string model, string text, string example)
    {
        int[] widths =
        [
            .. text.Split(',', StringSplitOptions.TrimEntries).Take(MostWidths + 1).Select(width => int.TryParse(width, NumberStyles.None, CultureInfo.InvariantCulture, out int value) && value > 0
                ? value
                : throw new InvalidParameterException("Model", $"{model}:{text}", $"'{text}' is not a list of layer widths; write whole numbers with commas, such as {model}:{example}.", ModelErrors.InvalidModelArguments)),
        ];
        return widths.Length <= MostWidths ? widths : throw new InvalidParameterException("Model", model, $"'{model}' takes at most {MostWidths} widths; give fewer.", ModelErrors.InvalidModelArguments);
    }

    private static void RequireImage(string model, IReadOnlyList<long> shape, int smallest)
    {
        if (shape.Count != 3)
            throw Mismatch("takes images ([channels, height, width])", "mlp");
        if (Math.Min(shape[1], shape[2]) < smallest)
            throw Mismatch($"takes images of {smallest}×{smallest} pixels or more", "cnn");

        ModelMismatchException Mismatch(string takes, string fitting) => new(
            ModelErrors.ModelInput,
            $"Model '{model}' {takes}, but a sample of this data has the shape [{string.Join(", ", shape)}]. Use -Model {fitting}, which takes it.");
    }

    // The smallest side of an image; null where samples of any shape are taken. Widths are the arguments that hold where none are given; null where it takes none.
    private sealed record BuiltInModel(string Text, Func<long[], int[], int, Device?, nn.Module<Tensor, Tensor>> Build, int? SmallestSide, string? Widths = null);
}

/// <summary>The smaller nets, from the shape of a sample, widths of layers, the number of outputs, and where their weights lie.</summary>
internal static class BuiltInNets
{
    private const int SmallestPooledSide = 4;
    private const int PaperSide = 32;

    /// <summary>A multilayer perceptron: flattened input, hidden layers with ReLU, a linear output.</summary>
    public static nn.Module<Tensor, Tensor> Mlp(long[] shape, int[] hidden, int outputs, Device? device)
    {
        var layers = new List<(string, nn.Module<Tensor, Tensor>)> { ("flatten", nn.Flatten()) };
        long width = shape.Aggregate(1L, (product, side) => checked(product * side));
        for (int i = 0; i < hidden.Length; i++)
        {
            layers.Add(($"hidden{i + 1}", nn.Linear(width, hidden[i], device: device)));
            layers.Add(($"relu{i + 1}", nn.ReLU()));
            width = hidden[i];
        }
        layers.Add(("output", nn.Linear(width, outputs, device: device)));
        return nn.Sequential(layers);
    }

    /// <summary>
    /// LeNet-5 (LeCun et al. 1998) with ReLU and maxima in the place of sigmoids and means, as it is taught today.
    /// Images smaller than its 32×32 are padded by 2 pixels, as MNIST is in the paper.
    /// </summary>
    public static nn.Module<Tensor, Tensor> LeNet(long[] shape, int[] widths, int outputs, Device? device)
    {
        long padding = Math.Min(shape[1], shape[2]) < PaperSide ? 2 : 0;
        return nn.Sequential(
            ("conv1", nn.Conv2d(shape[0], 6, 5, padding: padding, device: device)),
            ("relu1", nn.ReLU(inplace: true)),
            ("pool1", nn.MaxPool2d(2)),
            ("conv2", nn.Conv2d(6, 16, 5, device: device)),
            ("relu2", nn.ReLU(inplace: true)),
            ("pool2", nn.MaxPool2d(2)),
            ("flatten", nn.Flatten()),
            ("fc1", nn.Linear(16 * Side(shape[1]) * Side(shape[2]), 120, device: device)),
            ("relu3", nn.ReLU(inplace: true)),
            ("fc2", nn.Linear(120, 84, device: device)),
            ("relu4", nn.ReLU(inplace: true)),
            ("fc3", nn.Linear(84, outputs, device: device)));

        // Two 5×5 convolutions, the second without padding, each followed by a 2×2 maximum.
        long Side(long side) => (((side + (2 * padding) - 4) / 2) - 4) / 2;
    }

    /// <summary>
    /// A small convolutional net for images of any size: 3×3 convolution, batch normalisation and ReLU in each block,
    /// a 2×2 maximum between blocks while a side has 4 pixels or more, the mean over the picture, a linear output.
    /// </summary>
    public static nn.Module<Tensor, Tensor> Cnn(long[] shape, int[] channels, int outputs, Device? device)
    {
        var layers = new List<(string, nn.Module<Tensor, Tensor>)>();
        long inputs = shape[0], side = Math.Min(shape[1], shape[2]);
        for (int i = 1; i <= channels.Length; i++)
        {
            if (i > 1 && side >= SmallestPooledSide)
            {
                layers.Add(($"pool{i - 1}", nn.MaxPool2d(2)));
                side /= 2;
            }
            layers.Add(($"conv{i}", Convolution(inputs, channels[i - 1], 3, device: device)));
            layers.Add(($"bn{i}", nn.BatchNorm2d(channels[i - 1], device: device)));
            layers.Add(($"relu{i}", nn.ReLU(inplace: true)));
            inputs = channels[i - 1];
        }
        layers.AddRange(Head(inputs, outputs, device));
        return nn.Sequential(layers);
    }

    /// <summary>
    /// A convolution without bias, since a normalisation follows, with weights as in He et al. 2015 (arXiv 1502.01852):
    /// normal, of the variance 2 over the fan-out.
    /// </summary>
    public static nn.Module<Tensor, Tensor> Convolution(long inputs, long outputs, long kernel, long stride = 1, Device? device = null)
    {
        var layer = nn.Conv2d(inputs, outputs, kernel, stride, padding: kernel / 2, bias: false, device: device);
        nn.init.kaiming_normal_(layer.weight!, mode: nn.init.FanInOut.FanOut, nonlinearity: nn.init.NonlinearityType.ReLU);
        return layer;
    }

    /// <summary>The mean over height and width as flat features, and a linear output.</summary>
    public static IEnumerable<(string, nn.Module<Tensor, Tensor>)> Head(long features, int outputs, Device? device) =>
    [
        ("avgpool", nn.AdaptiveAvgPool2d(1)),
        ("flatten", nn.Flatten()),
        ("fc", nn.Linear(features, outputs, device: device)),
    ];
}
