namespace ClrEngine.Errors;

/// <summary>The checks that several rooms share, worded once.</summary>
internal static class Require
{
    public static double Positive(double value, string name) =>
        double.IsFinite(value) && value > 0
            ? value
            : throw new InvalidParameterException(name, value, Invariant($"{name} is {value}; give a finite number above 0."));

    public static double NotNegative(double value, string name) =>
        double.IsFinite(value) && value >= 0
            ? value
            : throw new InvalidParameterException(name, value, Invariant($"{name} is {value}; give a finite number of at least 0."));

    public static double InUnitInterval(double value, string name) =>
        value is >= 0 and < 1
            ? value
            : throw new InvalidParameterException(name, value, Invariant($"{name} is {value}; give a number from 0 to below 1."));

    public static long AtLeast(long value, long minimum, string name) =>
        value >= minimum
            ? value
            : throw new InvalidParameterException(name, value, Invariant($"{name} is {value}; give a whole number of at least {minimum}."));

    public static T Defined<T>(T value, string name) where T : struct, Enum =>
        Enum.IsDefined(value)
            ? value
            : throw new InvalidParameterException(name, value, $"{name} is {value}; give one of {string.Join(", ", Enum.GetNames<T>())}.");

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
