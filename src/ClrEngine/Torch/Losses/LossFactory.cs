using ClrEngine.Data;
using ClrEngine.Errors;
using static TorchSharp.torch;

namespace ClrEngine.Torch.Losses;

/// <summary>Makes the loss that fits the targets.</summary>
internal static class LossFactory
{
    /// <summary>The loss.</summary>
    /// <param name="options">Which one, and how.</param>
    /// <param name="targets">The targets of the training part: balanced classes are counted here.</param>
    /// <param name="device">Where it is computed.</param>
    /// <exception cref="InvalidParameterException">The options are not for such targets.</exception>
    public static ILoss Create(LossOptions options, Targets targets, Device device) => options.KindFor(targets) switch
    {
        LossKind.CrossEntropy => new CrossEntropy(Weights(options, targets, device), options.LabelSmoothing),
        LossKind.BinaryCrossEntropy => new BinaryCrossEntropy(Weights(options, targets, device), options.LabelSmoothing),
        _ => new MeanSquaredError(),
    };

    private static Tensor? Weights(LossOptions options, Targets targets, Device device) =>
        options.ClassWeights is { } weights && targets is ClassTargets classes
            ? tensor(Array.ConvertAll(weights.For(classes), weight => (float)weight), device: device).DetachFromDisposeScope()
            : null;
}
