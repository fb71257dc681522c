using ClrEngine.Errors;

namespace ClrEngine.Schedules;

/// <summary>Turns epochs into whole steps, once, when a schedule is made.</summary>
public static class EpochSteps
{
    /// <summary>The steps nearest to a number of epochs.</summary>
    /// <param name="epochs">Epochs, above 0; a fraction is allowed.</param>
    /// <param name="stepsPerEpoch">Steps of one epoch, at least 1.</param>
    /// <param name="name">The name of <paramref name="epochs"/>, for the error.</param>
    /// <returns>Whole steps, at least 1.</returns>
    /// <exception cref="InvalidParameterException">A value is outside its range.</exception>
    public static long From(double epochs, long stepsPerEpoch, string name = "StepSizeEpochs")
    {
        Require.Positive(epochs, name);
        if (stepsPerEpoch < 1)
            throw new InvalidParameterException("StepsPerEpoch", stepsPerEpoch, $"{name} needs to know how many steps an epoch has: give -StepsPerEpoch, or pipe in bounds from Get-SuggestedLrBounds, which know it.");
        return Math.Max(1, checked((long)Math.Round(epochs * stepsPerEpoch, MidpointRounding.AwayFromZero)));
    }
}
