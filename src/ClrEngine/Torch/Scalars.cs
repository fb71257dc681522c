using TorchSharp;

namespace ClrEngine.Torch;

/// <summary>
/// Numbers that stay. TorchSharp makes a Scalar for each call that is given a plain number, and for add(x), which is add(x, 1);
/// nothing holds it during the call, so that the collector may finalise it while libtorch reads it: a wrong sum, or an error,
/// once in a great many steps. A tensor operation is given one of these, or one that is disposed after the call.
/// </summary>
internal static class Scalars
{
    /// <summary>1.</summary>
    public static readonly Scalar One = 1;
}
