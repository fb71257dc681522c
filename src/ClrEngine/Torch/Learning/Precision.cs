using System.Diagnostics.CodeAnalysis;

namespace ClrEngine.Torch.Learning;

/// <summary>The type of number that a model works in.</summary>
[SuppressMessage("Naming", "CA1720", Justification = "The field calls these types of number so.")]
public enum Precision
{
    /// <summary>32 bits.</summary>
    Float32,

    /// <summary>Brain floats of 16 bits, with copies of the weights in 32 bits that updates add up in; batch normalisation stays in 32 bits.</summary>
    BFloat16,
}
