namespace ClrEngine.Schedules;

/// <summary>Turns epochs into whole steps, once, when a schedule is made.</summary>
public static class EpochSteps
{
    /// <summary>The whole steps, at least 1, nearest to a number of epochs, which may be a fraction. An error says <paramref name="name"/> of it.</summary>
    /// <exception cref="InvalidParameterException">A value is outside its range.</exception>
    public static long From(double epochs, long stepsPerEpoch, string name = "StepSizeEpochs")
    {
        Require.Positive(epochs, name);
        if (stepsPerEpoch < 1)
            throw new InvalidParameterException("StepsPerEpoch", stepsPerEpoch, $"{name} needs to know how many steps an epoch has: give -StepsPerEpoch, which bounds from Get-SuggestedLrBounds have and bring along.");
        double steps = Math.Round(epochs * stepsPerEpoch, MidpointRounding.AwayFromZero);
        // 2^63 is the first double that is too large; the largest 64-bit number itself is none.
        return steps < long.MaxValue
            ? Math.Max(1, (long)steps)
            : throw new InvalidParameterException(name, epochs, string.Create(CultureInfo.InvariantCulture, $"{name} is {epochs}, and at {stepsPerEpoch} steps an epoch that is more steps than can be counted; give fewer epochs."));
    }
}

/// <summary>The gamma of an exp_range schedule, from what it should leave of the amplitude.</summary>
public static class ExpRangeGamma
{
    /// <summary>The gamma that leaves a share of the amplitude in (0, 1] after so many steps, at least 1: share^(1/steps).</summary>
    /// <exception cref="InvalidParameterException">A value is outside its range, or a step's share of the fall is too small for a number.</exception>
    public static double Leaving(double finalAmplitude, long steps)
    {
        Require.Share(finalAmplitude, "FinalAmplitude", ", such as 0.1");
        return TryLeaving(finalAmplitude, Require.AtLeast(steps, 1, "Over"), out double gamma)
            ? gamma
            : throw new InvalidParameterException("Over", steps, string.Create(CultureInfo.InvariantCulture, $"To leave {finalAmplitude} of the amplitude over {steps} steps, each step would take less than the smallest part by which a number differs from 1; give fewer steps."));
    }

    internal static bool TryLeaving(double finalAmplitude, long steps, out double gamma)
    {
        gamma = Math.Pow(finalAmplitude, 1.0 / steps);
        return gamma < 1 || finalAmplitude == 1;
    }
}
