using System.Globalization;
using ClrEngine.Errors;

namespace ClrEngine.Schedules;

/// <summary>The gamma of an exp_range schedule, from what it should leave of the amplitude.</summary>
public static class ExpRangeGamma
{
    /// <summary>The gamma that leaves a share of the amplitude after so many steps: share^(1/steps).</summary>
    /// <param name="finalAmplitude">The share that is left, in (0, 1].</param>
    /// <param name="steps">The steps that shrink it, at least 1.</param>
    /// <exception cref="InvalidParameterException">A value is outside its range.</exception>
    public static double Leaving(double finalAmplitude, long steps) => Math.Pow(
        finalAmplitude is > 0 and <= 1
            ? finalAmplitude
            : throw new InvalidParameterException("FinalAmplitude", finalAmplitude, string.Create(CultureInfo.InvariantCulture, $"FinalAmplitude is {finalAmplitude}; give a share above 0 and at most 1, such as 0.1.")),
        1.0 / Require.AtLeast(steps, 1, "Over"));
}
