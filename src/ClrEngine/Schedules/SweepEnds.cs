using System.Globalization;
using ClrEngine.Errors;

namespace ClrEngine.Schedules;

/// <summary>What both sweeps share: their checks, and how far along a step is.</summary>
internal static class SweepEnds
{
    public static void Check(double startLr, double endLr, long iterations)
    {
        Require.Positive(startLr, "StartLr");
        Require.Positive(endLr, "EndLr");
        Require.AtLeast(iterations, 2, "Iterations");
        if (startLr >= endLr)
            throw new InvalidParameterException(
                "StartLr",
                startLr,
                string.Create(CultureInfo.InvariantCulture, $"StartLr ({startLr}) must be below EndLr ({endLr}); swap them, or lower StartLr."),
                "StartLrNotBelowEndLr");
    }

    /// <summary>0 at step 0, 1 at the last step and after.</summary>
    public static double Progress(long step, long iterations) =>
        Math.Min(Require.AtLeast(step, 0, "Step"), iterations - 1) / (double)(iterations - 1);
}
