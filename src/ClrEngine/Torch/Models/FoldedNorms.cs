using System.Collections;
using System.Reflection;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ClrEngine.Torch.Models;

/// <summary>
/// What a model computes in evaluation, with each batch normalisation folded into the convolution or linear layer right before it: one operation
/// in the place of two, the same but for rounding. It holds copies of the weights as they were when it was made; the model stays as it is.
/// </summary>
internal sealed class FoldedNorms : IDisposable
{
    // Of TorchSharp: it says nowhere else whether somebody listens to a layer.
    private static readonly FieldInfo?[] Hooks = [.. new[] { "pre_hooks", "post_hooks", "module_pre_hooks", "module_post_hooks" }
        .Select(static name => typeof(nn.Module<Tensor, Tensor>).BaseType!.GetField(name, BindingFlags.Instance | BindingFlags.NonPublic))];

    private readonly List<Tensor> _weights = [];

    /// <summary>Folds a model that is in evaluation mode.</summary>
    public FoldedNorms(nn.Module<Tensor, Tensor> model)
    {
        using var noGrad = no_grad();
        Func<Tensor, Tensor> folded = Fold(model);
        Forward = Count == 0 ? model.forward : folded;
    }

    public Func<Tensor, Tensor> Forward { get; }

    public int Count => _weights.Count / 2;

    public void Dispose() => _weights.ForEach(static weight => weight.Dispose());

    private Func<Tensor, Tensor> Fold(nn.Module<Tensor, Tensor> layer) => layer switch
    {
        _ when IsListenedTo(layer) => layer.call,
        // A class that derives from it may compute anything.
        Sequential chain when layer.GetType() == typeof(Sequential) && Parts(chain) is { Length: > 0 } parts && parts.Length == chain.Count => Chain(parts),
        ResidualBlock block => block.By(Chain),
        _ => layer.call,
    };

    private static nn.Module<Tensor, Tensor>[] Parts(Sequential chain) => [.. chain.named_children().Select(static child => child.module).OfType<nn.Module<Tensor, Tensor>>()];

    private Func<Tensor, Tensor> Chain(params nn.Module<Tensor, Tensor>[] layers)
    {
        var steps = new List<Func<Tensor, Tensor>>();
        for (int i = 0; i < layers.Length; i++)
        {
            Func<Tensor, Tensor>? pair = i + 1 < layers.Length ? Pair(layers[i], layers[i + 1]) : null;
            steps.Add(pair ?? Fold(layers[i]));
            if (pair is not null)
                i++;
        }
        return input =>
        {
            Tensor output = steps[0](input);
            foreach (Func<Tensor, Tensor> step in steps.Skip(1))
            {
                using Tensor before = output;
                output = step(before);
            }
            return output;
        };
    }

    private Func<Tensor, Tensor>? Pair(nn.Module<Tensor, Tensor> layer, nn.Module<Tensor, Tensor> next)
    {
        if (next is not BatchNorm { training: false, running_mean: { } mean, running_var: { } variance } norm || IsListenedTo(layer) || IsListenedTo(norm))
            return null;
        (Tensor? Weight, Tensor? Bias) given = layer switch
        {
            Conv2d { padding: not null, padding_type: null, padding_mode: PaddingModes.Zeros } conv when layer.GetType() == typeof(Conv2d) && norm.GetType() == typeof(BatchNorm2d) => (conv.weight, conv.bias),
            Linear linear when layer.GetType() == typeof(Linear) && norm.GetType() == typeof(BatchNorm1d) => (linear.weight, linear.bias),
            _ => (null, null),
        };
        // Where the layer works in fewer digits than its normalisation, folded weights would have too few.
        if (given.Weight is not { } own || own.shape[0] != norm.num_features || own.dtype != variance.dtype)
            return null;
        using var scope = NewDisposeScope();
        Tensor scale = (variance + norm.eps).rsqrt();
        if (norm.weight is { } gain)
            scale = scale * gain;
        Tensor bias = (given.Bias is { } shift ? shift - mean : -mean) * scale;
        bias = Kept(norm.bias is { } moved ? bias + moved : bias);
        Tensor weight = Kept(own * scale.reshape([-1, .. Enumerable.Repeat(1L, (int)own.dim() - 1)]));
        return layer is Conv2d of
            ? input => nn.functional.conv2d(input, weight, bias, of.stride, of.padding!, of.dilation, of.groups)
            : input => input.dim() == 2 ? nn.functional.linear(input, weight, bias) : BothOf(layer, norm, input);
    }

    // Of sequences a linear layer takes the last dimension, and a normalisation the one before.
    private static Tensor BothOf(nn.Module<Tensor, Tensor> layer, nn.Module<Tensor, Tensor> norm, Tensor input)
    {
        using Tensor between = layer.call(input);
        return norm.call(between);
    }

    private Tensor Kept(Tensor folded)
    {
        _weights.Add(folded.DetachFromDisposeScope());
        return folded;
    }

    private static bool IsListenedTo(nn.Module<Tensor, Tensor> layer) => Hooks.Any(field => field?.GetValue(layer) is not IDictionary { Count: 0 });
}
