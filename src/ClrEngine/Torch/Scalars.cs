using TorchSharp;

namespace ClrEngine.Torch;

/// <summary>
/// Numbers that stay. TorchSharp makes a Scalar for each call that is given a plain number, and for add(x), which is add(x, 1);
/// nothing holds it during the call, so that the collector may finalise it while libtorch reads it: a wrong sum, or an error,
/// once in a great many steps. A tensor operation is given one of these, or one that is disposed after the call.
/// </summary>
internal static class Scalars
{
    private static Scalar? _one;

    // A static field's initialiser that fails, such as before libtorch is found, is never tried again.
    public static Scalar One => LazyInitializer.EnsureInitialized(ref _one, static () => (Scalar)1);
}

/// <summary>A number on libtorch's side that is made anew only when it changes.</summary>
internal sealed class CachedScalar : IDisposable
{
    private double _value;
    private Scalar? _scalar;

    public Scalar Get(double value)
    {
        if (_scalar is not null && _value.Equals(value))
            return _scalar;
        _scalar?.Dispose();
        _value = value;
        return _scalar = value;
    }

    public void Dispose() => _scalar?.Dispose();
}
