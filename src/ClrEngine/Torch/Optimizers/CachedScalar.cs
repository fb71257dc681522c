using TorchSharp;

namespace ClrEngine.Torch.Optimizers;

/// <summary>A number on libtorch's side that is made anew only when it changes.</summary>
internal sealed class CachedScalar : IDisposable
{
    private double _value;
    private Scalar? _scalar;

    public Scalar Of(double value)
    {
        if (_scalar is not null && _value.Equals(value))
            return _scalar;
        _scalar?.Dispose();
        _value = value;
        return _scalar = value;
    }

    public void Dispose() => _scalar?.Dispose();
}
