namespace ClrEngine.RangeTest;

/// <summary>One step of a range test.</summary>
/// <param name="Step">The step, counted from 0.</param>
/// <param name="LearningRate">The rate in force for the step; with parameter groups, the first group's.</param>
/// <param name="Loss">The batch's mean loss before the update; where the test validates, the mean loss of the validation samples after it.</param>
/// <param name="SmoothedLoss">The exponential moving average of the losses up to here, corrected for its start.</param>
public sealed record LrRangeTestPoint(long Step, double LearningRate, double Loss, double SmoothedLoss)
{
    /// <summary>Samples classified rightly, in percent, of those whose loss this is; null where neither the metric nor the validation asked for it.</summary>
    public double? Accuracy { get; init; }
}
