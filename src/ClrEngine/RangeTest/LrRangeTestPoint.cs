namespace ClrEngine.RangeTest;

/// <summary>One step of a range test.</summary>
/// <param name="Step">The step, counted from 0.</param>
/// <param name="LearningRate">The rate in force for the step.</param>
/// <param name="Loss">The batch's mean loss before the update.</param>
/// <param name="SmoothedLoss">The exponential moving average of the losses up to here, corrected for its start.</param>
public sealed record LrRangeTestPoint(long Step, double LearningRate, double Loss, double SmoothedLoss);
