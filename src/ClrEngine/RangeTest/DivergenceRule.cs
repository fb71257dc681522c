namespace ClrEngine.RangeTest;

/// <summary>
/// Says when a sweep has gone too far: the smoothed loss, never a single batch, stands far above the best smoothed loss.
/// For losses near or below zero a multiple of the best means nothing, so the rise is measured against the larger of
/// the best and a tenth of the fall so far.
/// </summary>
internal sealed class DivergenceRule(double factor, int warmUp)
{
    private double _first = double.NaN;
    private double _best = double.PositiveInfinity;

    /// <summary>Takes the next point and says whether the sweep ends here.</summary>
    public RangeTestStopReason? Look(long step, double loss, double smoothed)
    {
        if (!double.IsFinite(loss))
            return RangeTestStopReason.NonFiniteLoss;
        if (double.IsNaN(_first))
            _first = smoothed;
        _best = Math.Min(_best, smoothed);
        if (factor == 0 || step < warmUp)
            return null;
        double scale = Math.Max(Math.Abs(_best), (_first - _best) / 10);
        return smoothed - _best > (factor - 1) * scale && scale > 0 ? RangeTestStopReason.Diverged : null;
    }
}
