namespace ClrEngine.Errors;

/// <summary>The checks that several rooms share, worded once.</summary>
internal static class Require
{
    /// <summary>Refuses a path at which nothing is; the words say what to give.</summary>
    public static void Exists(string path, string wanted)
    {
        if (!Path.Exists(path))
            throw new FileNotFoundException($"'{path}' is not there; give {wanted}.", path);
    }

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

    /// <param name="value">The share.</param>
    /// <param name="name">The parameter.</param>
    /// <param name="aside">What is said of it besides, behind a blank.</param>
    public static double Share(double value, string name, string aside = "") =>
        value is > 0 and <= 1
            ? value
            : throw new InvalidParameterException(name, value, Invariant($"{name} is {value}; give a number above 0 and at most 1{aside}."));

    public static long AtLeast(long value, long minimum, string name) =>
        value >= minimum
            ? value
            : throw new InvalidParameterException(name, value, Invariant($"{name} is {value}; give a whole number of at least {minimum}."));

    public static T Defined<T>(T value, string name) where T : struct, Enum =>
        Enum.IsDefined(value)
            ? value
            : throw new InvalidParameterException(name, value, $"{name} is {value}; give one of {EnumName.List(typeof(T))}.");

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}

/// <summary>Enumerations as people write them.</summary>
internal static class EnumName
{
    /// <summary>The value of this name, whatever the case; null where there is none. A number is no name, and several names are none.</summary>
    public static object? Find(Type type, string? text) =>
        Array.Find(Enum.GetNames(type), name => name.Equals(text, StringComparison.OrdinalIgnoreCase)) is { } known ? Enum.Parse(type, known) : null;

    /// <summary>All names, for messages.</summary>
    public static string List(Type type) => string.Join(", ", Enum.GetNames(type));
}
