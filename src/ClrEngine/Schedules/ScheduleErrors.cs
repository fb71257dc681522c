using System.Globalization;
using ClrEngine.Errors;

namespace ClrEngine.Schedules;

/// <summary>The refusals that schedules share, worded once.</summary>
internal static class ScheduleErrors
{
    public static InvalidParameterException NotBelow(string lowName, double low, string highName, double high) => new(
        lowName,
        low,
        string.Create(CultureInfo.InvariantCulture, $"{lowName} ({low}) must be below {highName} ({high}); swap them, or lower {lowName}."),
        $"{lowName}NotBelow{highName}");

    public static double InShrinkingRange(double factor, string name, string example) =>
        factor is > 0 and <= 1
            ? factor
            : throw new InvalidParameterException(name, factor, string.Create(CultureInfo.InvariantCulture, $"{name} is {factor}; give a number above 0 and at most 1, such as {example}."));

    public static double InOpenUnitInterval(double share, string name) =>
        share is > 0 and < 1
            ? share
            : throw new InvalidParameterException(name, share, string.Create(CultureInfo.InvariantCulture, $"{name} is {share}; give a share above 0 and below 1, such as 0.3."));

    public static double AtLeastOne(double factor, string name) =>
        double.IsFinite(factor) && factor >= 1
            ? factor
            : throw new InvalidParameterException(name, factor, string.Create(CultureInfo.InvariantCulture, $"{name} is {factor}; give a finite number of at least 1."));

    public static void CheckCustom(long step, double f, double rate, double? momentum)
    {
        if (rate >= 0 && double.IsFinite(rate) && momentum is null or (>= 0 and < 1))
            return;
        throw new InvalidParameterException(
            "ScaleFunction",
            f,
            string.Create(CultureInfo.InvariantCulture, $"ScaleFunction makes the learning rate {rate} and the momentum {momentum} at step {step}, which no optimiser can use; it must give a share of the amplitude, usually from 0 to 1."));
    }
}
