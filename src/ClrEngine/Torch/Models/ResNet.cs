using static TorchSharp.torch;

namespace ClrEngine.Torch.Models;

/// <summary>
/// Residual nets of He et al. 2015 (arXiv 1512.03385), named inside as torchvision names its own: <c>conv1</c>, <c>bn1</c>,
/// <c>layer1.0.conv1</c> to <c>fc</c>.
/// </summary>
internal static class ResNet
{
    /// <summary>The nets of the paper's section 4.2: 6n + 2 layers, 16 to 64 channels, shortcuts without weights (option A).</summary>
    public static Func<long[], int[], int, Device?, nn.Module<Tensor, Tensor>> Cifar(int depth) => (shape, _, outputs, device) => nn.Sequential(
    [
        ("conv1", BuiltInNets.Convolution(shape[0], 16, 3, device: device)),
        ("bn1", nn.BatchNorm2d(16, device: device)),
        ("relu", nn.ReLU(inplace: true)),
        .. Stages([16, 32, 64], (depth - 2) / 6, (inputs, width, stride) => new PaddedShortcut(inputs, width, stride), device),
        .. BuiltInNets.Head(64, outputs, device),
    ]);

    /// <summary>The 18 layers of the paper's table 1, with projections where shapes change (option B).</summary>
    public static nn.Module<Tensor, Tensor> ResNet18(long[] shape, int[] widths, int outputs, Device? device) => nn.Sequential(
    [
        ("conv1", BuiltInNets.Convolution(shape[0], 64, 7, 2, device)),
        ("bn1", nn.BatchNorm2d(64, device: device)),
        ("relu", nn.ReLU(inplace: true)),
        ("maxpool", nn.MaxPool2d(3, 2, 1)),
        .. Stages([64, 128, 256, 512], 2, (inputs, width, stride) => nn.Sequential(BuiltInNets.Convolution(inputs, width, 1, stride, device), nn.BatchNorm2d(width, device: device)), device),
        .. BuiltInNets.Head(512, outputs, device),
    ]);

    // Each stage but the first halves height and width in its first block.
    private static IEnumerable<(string, nn.Module<Tensor, Tensor>)> Stages(
        long[] widths, int blocks, Func<long, long, long, nn.Module<Tensor, Tensor>> downsample, Device? device)
    {
        long inputs = widths[0];
        for (int stage = 0; stage < widths.Length; stage++)
        {
            var layers = new nn.Module<Tensor, Tensor>[blocks];
            for (int block = 0; block < blocks; block++)
            {
                long stride = stage > 0 && block == 0 ? 2 : 1;
                bool changes = stride != 1 || inputs != widths[stage];
                layers[block] = new ResidualBlock(inputs, widths[stage], stride, changes ? downsample(inputs, widths[stage], stride) : null, device);
                inputs = widths[stage];
            }
            yield return ($"layer{stage + 1}", nn.Sequential(layers));
        }
    }
}

/// <summary>
/// The basic block of He et al. 2015 (arXiv 1512.03385): two 3×3 convolutions beside a shortcut.
/// Its parts are named as torchvision names them.
/// </summary>
internal sealed class ResidualBlock : nn.Module<Tensor, Tensor>
{
    private readonly nn.Module<Tensor, Tensor> _conv1, _bn1, _conv2, _bn2;
    private readonly nn.Module<Tensor, Tensor>? _downsample;

    public ResidualBlock(long inputs, long outputs, long stride, nn.Module<Tensor, Tensor>? downsample, Device? device)
        : base(nameof(ResidualBlock))
    {
        register_module("conv1", _conv1 = BuiltInNets.Convolution(inputs, outputs, 3, stride, device));
        register_module("bn1", _bn1 = nn.BatchNorm2d(outputs, device: device));
        register_module("conv2", _conv2 = BuiltInNets.Convolution(outputs, outputs, 3, device: device));
        register_module("bn2", _bn2 = nn.BatchNorm2d(outputs, device: device));
        if (downsample is not null)
            register_module("downsample", _downsample = downsample);
    }

    public override Tensor forward(Tensor input) => Compute(input, hidden => _bn1.call(_conv1.call(hidden)), hidden => _bn2.call(_conv2.call(hidden)), _downsample is null ? null : _downsample.call);

    /// <summary>What the block computes where something else computes layers that follow each other.</summary>
    public Func<Tensor, Tensor> By(Func<nn.Module<Tensor, Tensor>[], Func<Tensor, Tensor>> chain)
    {
        Func<Tensor, Tensor> first = chain([_conv1, _bn1]), second = chain([_conv2, _bn2]);
        Func<Tensor, Tensor>? shortcut = _downsample is null ? null : chain([_downsample]);
        return input => Compute(input, first, second, shortcut);
    }

    private static Tensor Compute(Tensor input, Func<Tensor, Tensor> first, Func<Tensor, Tensor> second, Func<Tensor, Tensor>? shortcut)
    {
        using var scope = NewDisposeScope();
        Tensor hidden = first(input).relu_();
        return second(hidden).add_(shortcut?.Invoke(input) ?? input, Scalars.One).relu_().MoveToOuterDisposeScope();
    }
}

/// <summary>Option A of He et al. 2015: every second pixel, and channels of zeros where the block has more. It has no weights.</summary>
internal sealed class PaddedShortcut(long inputs, long outputs, long stride) : nn.Module<Tensor, Tensor>(nameof(PaddedShortcut))
{
    public long Stride => stride;

    /// <summary>Channels of zeros before those of the input.</summary>
    public long Before { get; } = (outputs - inputs) / 2;

    /// <summary>Channels of zeros behind them.</summary>
    public long After { get; } = outputs - inputs - (outputs - inputs) / 2;

    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        Tensor strided = input.slice(2, 0, input.shape[2], stride).slice(3, 0, input.shape[3], stride);
        return nn.functional.pad(strided, [0, 0, 0, 0, Before, After]).MoveToOuterDisposeScope();
    }
}
