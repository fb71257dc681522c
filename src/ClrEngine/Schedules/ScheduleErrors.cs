namespace ClrEngine.Schedules;

/// <summary>The refusals that schedules share, worded once.</summary>
internal static class ScheduleErrors
{
    public static readonly ErrorCause BaseLrNotBelowMaxLr = new(nameof(BaseLrNotBelowMaxLr), ErrorKind.InvalidArgument,
        "The lower rate is not below the upper one.", "Swap them, or lower `-BaseLr`.");

    private static readonly ErrorCause BaseMomentumNotBelowMaxMomentum = new(nameof(BaseMomentumNotBelowMaxMomentum), ErrorKind.InvalidArgument,
        "The momentum at the top of a cycle is above that at its bottom.", "Swap them.");

    public static readonly ErrorCause MinLrNotBelowMaxLr = new(nameof(MinLrNotBelowMaxLr), ErrorKind.InvalidArgument,
        "The lower rate is not below the upper one.", "Swap them, or lower `-MinLr`.");

    public static readonly ErrorCause GroupCountMismatch = new(nameof(GroupCountMismatch), ErrorKind.InvalidArgument,
        "Lists of rates for parameter groups differ in length.", "Give each list as many values as there are parameter groups, or one for all.");

    public static InvalidParameterException NotBelow(ErrorCause cause, string lowName, double low, string highName, double high) => new(
        lowName,
        low,
        string.Create(CultureInfo.InvariantCulture, $"{lowName} ({low}) must be below {highName} ({high}); swap them, or lower {lowName}."),
        cause);

    public static IReadOnlyList<long> Rising(IReadOnlyList<long> steps, string name)
    {
        for (int i = 0; i < steps.Count; i++)
        {
            if (steps[i] <= (i == 0 ? 0 : steps[i - 1]))
                throw new InvalidParameterException(name, steps[i], $"{name} has the step {steps[i]}, which is not above {(i == 0 ? "0" : $"{steps[i - 1]}, the one before it")}; give rising steps above 0.");
        }
        return steps;
    }

    public static (double Base, double Max) CheckedMomenta(bool areCycled, double baseMomentum, double maxMomentum)
    {
        Require.InUnitInterval(baseMomentum, "BaseMomentum");
        Require.InUnitInterval(maxMomentum, "MaxMomentum");
        return areCycled && baseMomentum > maxMomentum
            ? throw NotBelow(BaseMomentumNotBelowMaxMomentum, "BaseMomentum", baseMomentum, "MaxMomentum", maxMomentum)
            : (baseMomentum, maxMomentum);
    }

    public static double InOpenUnitInterval(double share, string name) =>
        Checked(share is > 0 and < 1, share, name, "a share above 0 and below 1, such as 0.3");

    public static double AtLeastOne(double factor, string name) =>
        Checked(double.IsFinite(factor) && factor >= 1, factor, name, "a finite number of at least 1");

    public static double Checked(bool isRight, double value, string name, string wanted) =>
        isRight ? value : throw new InvalidParameterException(name, value, string.Create(CultureInfo.InvariantCulture, $"{name} is {value}; give {wanted}."));
}
