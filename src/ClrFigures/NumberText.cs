namespace ClrFigures;

/// <summary>Numbers as people read them, alike in every culture; a number that is missing is an empty text.</summary>
public static class NumberText
{
    /// <summary>A learning rate, with four significant digits.</summary>
    public static string Rate(double? rate) => Text(rate, "G4");

    /// <summary>A loss, with four decimals.</summary>
    public static string Loss(double? loss) => Text(loss, "F4");

    /// <summary>A share with two decimals and the sign.</summary>
    public static string Percent(double? percent) => percent is null ? "" : Text(percent, "F2") + " %";

    /// <summary>A momentum, with three decimals.</summary>
    public static string Momentum(double? momentum) => Text(momentum, "F3");

    /// <summary>A time, with two decimals.</summary>
    public static string Seconds(double? seconds) => Text(seconds, "F2");

    /// <summary>Steps a second, with three significant digits below 1,000 and none of a step from there.</summary>
    public static string Speed(double? stepsPerSecond) => Text(stepsPerSecond, stepsPerSecond < 1000 ? "G3" : "N0") + " steps/s";

    /// <summary>A whole number, with commas between thousands.</summary>
    public static string Whole(long? number) => number?.ToString("N0", CultureInfo.InvariantCulture) ?? "";

    private static string Text(double? number, string format) => number?.ToString(format, CultureInfo.InvariantCulture) ?? "";
}
