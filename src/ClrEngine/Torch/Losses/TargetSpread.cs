using ClrEngine.Data;

namespace ClrEngine.Torch.Losses;

/// <summary>How far values lie from their means: what a squared error is measured against.</summary>
internal static class TargetSpread
{
    /// <summary>The variance of each column over the samples, the mean over the columns: the squared error of who always answers the means.</summary>
    public static double Of(ValueTargets targets)
    {
        double sum = 0;
        for (int column = 0; column < targets.Width; column++)
        {
            double mean = 0, squares = 0;
            for (int i = column; i < targets.Values.Length; i += targets.Width)
                mean += targets.Values[i];
            mean /= targets.Count;
            for (int i = column; i < targets.Values.Length; i += targets.Width)
                squares += (targets.Values[i] - mean) * (targets.Values[i] - mean);
            sum += squares / targets.Count;
        }
        return sum / targets.Width;
    }
}
