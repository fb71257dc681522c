namespace ClrEngine.RangeTest;

/// <summary>
/// An exponential moving average divided by the weight it has gathered, so that the first values count in full
/// (the bias correction of Adam, arXiv 1412.6980).
/// </summary>
internal sealed class LossSmoother(double factor)
{
    private double _average;
    private double _gathered;

    /// <summary>Adds a loss and returns the smoothed loss up to it.</summary>
    public double Add(double loss)
    {
        _average += factor * (loss - _average);
        _gathered += factor * (1 - _gathered);
        return _average / _gathered;
    }
}
