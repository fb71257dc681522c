using System.Globalization;
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

/// <summary>Makes schedules from lists: one value a parameter group, or one for all.</summary>
public static class ScheduleGroups
{
    /// <summary>One schedule where every list has one value, else a schedule with groups.</summary>
    /// <param name="lists">Each parameter's name and values.</param>
    /// <param name="make">Makes one group's schedule from its values, in the order of <paramref name="lists"/>.</param>
    /// <exception cref="InvalidParameterException">Two lists with more than one value have different lengths, or a list is empty.</exception>
    public static ILrSchedule Make(IReadOnlyList<(string Name, IReadOnlyList<double> Values)> lists, Func<double[], ILrSchedule> make)
    {
        ArgumentNullException.ThrowIfNull(lists);
        ArgumentNullException.ThrowIfNull(make);
        var schedules = new ILrSchedule[GroupCount(lists)];
        for (int group = 0; group < schedules.Length; group++)
            schedules[group] = make(lists.Select(list => list.Values[list.Values.Count == 1 ? 0 : group]).ToArray());
        return schedules.Length == 1 ? schedules[0] : new GroupedSchedule(schedules);
    }

    private static int GroupCount(IReadOnlyList<(string Name, IReadOnlyList<double> Values)> lists)
    {
        (string Name, IReadOnlyList<double> Values) longest = lists.MaxBy(list => list.Values.Count);
        foreach ((string name, IReadOnlyList<double> values) in lists)
        {
            if (values.Count == 0)
                throw new InvalidParameterException(name, values, $"{name} is empty; give one value, or one for each parameter group.");
            if (values.Count != 1 && values.Count != longest.Values.Count)
                throw new InvalidParameterException(
                    name,
                    values,
                    $"{name} has {values.Count} values and {longest.Name} has {longest.Values.Count}; give each as many as there are parameter groups, or one for all.",
                    ScheduleErrors.GroupCountMismatch);
        }
        return longest.Values.Count;
    }
}

/// <summary>The refusals that schedules share, worded once.</summary>
internal static class ScheduleErrors
{
    public static readonly ErrorCause BaseLrNotBelowMaxLr = new(nameof(BaseLrNotBelowMaxLr), ErrorKind.InvalidArgument,
        "The lower rate is not below the upper one.", "Swap them, or lower `-BaseLr`.");

    public static readonly ErrorCause BaseMomentumNotBelowMaxMomentum = new(nameof(BaseMomentumNotBelowMaxMomentum), ErrorKind.InvalidArgument,
        "The momentum at the top of a cycle is above that at its bottom.", "Swap them.");

    public static readonly ErrorCause GroupCountMismatch = new(nameof(GroupCountMismatch), ErrorKind.InvalidArgument,
        "Lists of rates for parameter groups differ in length.", "Give each list as many values as there are parameter groups, or one for all.");

    public static InvalidParameterException NotBelow(ErrorCause cause, string lowName, double low, string highName, double high) => new(
        lowName,
        low,
        string.Create(CultureInfo.InvariantCulture, $"{lowName} ({low}) must be below {highName} ({high}); swap them, or lower {lowName}."),
        cause);

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
}
