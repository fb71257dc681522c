using System.Globalization;

namespace ClrModule.Views;

/// <summary>How the views write numbers. Public so that the format file can call it.</summary>
public static class Display
{
    /// <summary>A rate with four significant digits.</summary>
    /// <param name="rate">The rate.</param>
    public static string Rate(double? rate) => rate?.ToString("G4", CultureInfo.InvariantCulture) ?? "";

    /// <summary>A loss with four decimals.</summary>
    /// <param name="loss">The loss.</param>
    public static string Loss(double? loss) => loss?.ToString("F4", CultureInfo.InvariantCulture) ?? "";

    /// <summary>A share in percent with two decimals.</summary>
    /// <param name="percent">The share, in percent.</param>
    public static string Percent(double? percent) => percent is { } value ? value.ToString("F2", CultureInfo.InvariantCulture) + " %" : "";

    /// <summary>A momentum with three decimals.</summary>
    /// <param name="momentum">The momentum.</param>
    public static string Momentum(double? momentum) => momentum?.ToString("F3", CultureInfo.InvariantCulture) ?? "";

    /// <summary>A time in seconds with two decimals.</summary>
    /// <param name="seconds">The time.</param>
    public static string Seconds(double? seconds) => seconds?.ToString("F2", CultureInfo.InvariantCulture) ?? "";
}
