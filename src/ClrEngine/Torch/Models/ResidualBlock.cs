using TorchSharp;
using static TorchSharp.torch;

namespace ClrEngine.Torch.Models;

/// <summary>
/// The basic block of He et al. 2015 (arXiv 1512.03385): two 3×3 convolutions beside a shortcut.
/// Its parts are named as torchvision names them.
/// </summary>
internal sealed class ResidualBlock : nn.Module<Tensor, Tensor>
{
    private readonly nn.Module<Tensor, Tensor> _conv1, _bn1, _conv2, _bn2;
    private readonly nn.Module<Tensor, Tensor>? _downsample;

    /// <param name="inputs">Channels of the input.</param>
    /// <param name="outputs">Channels of the output.</param>
    /// <param name="stride">The stride of the first convolution.</param>
    /// <param name="downsample">What the input passes on its shortcut; null lets it pass as it is.</param>
    public ResidualBlock(long inputs, long outputs, long stride, nn.Module<Tensor, Tensor>? downsample)
        : base(nameof(ResidualBlock))
    {
        register_module("conv1", _conv1 = Layers.Convolution(inputs, outputs, 3, stride));
        register_module("bn1", _bn1 = nn.BatchNorm2d(outputs));
        register_module("conv2", _conv2 = Layers.Convolution(outputs, outputs, 3));
        register_module("bn2", _bn2 = nn.BatchNorm2d(outputs));
        if (downsample is not null)
            register_module("downsample", _downsample = downsample);
    }

    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        Tensor hidden = _bn1.call(_conv1.call(input)).relu_();
        Tensor residual = _bn2.call(_conv2.call(hidden));
        return residual.add_(_downsample?.call(input) ?? input, Scalars.One).relu_().MoveToOuterDisposeScope();
    }
}
