using ClrEngine.Data;
using ClrEngine.Errors;

namespace ClrEngine.Torch.Losses;

/// <summary>Makes the loss that fits the targets.</summary>
internal static class LossFactory
{
    /// <exception cref="InvalidParameterException">There is no loss for such targets.</exception>
    public static ILoss Create(Targets targets) => targets is ClassTargets
        ? new CrossEntropy()
        : throw new InvalidParameterException("Data", null, "The data has values as targets; give data with classes.", "TargetsNotSupported");
}
