using System.Globalization;

namespace ClrFigures.Reports;

/// <summary>Numbers in tables.</summary>
internal static class NumberText
{
    public const string None = "–";

    public static string Rate(double? rate) => Finite(rate)?.ToString("G4", CultureInfo.InvariantCulture) ?? None;

    public static string Loss(double? loss) => Finite(loss)?.ToString("F4", CultureInfo.InvariantCulture) ?? None;

    public static string Percent(double? percent) => Finite(percent)?.ToString("F2", CultureInfo.InvariantCulture) ?? None;

    public static string Seconds(double? seconds) => Finite(seconds)?.ToString("F1", CultureInfo.InvariantCulture) ?? None;

    public static string Count(long? count) => count is > 0 ? count.Value.ToString("N0", CultureInfo.InvariantCulture) : None;

    private static double? Finite(double? number) => number is { } value && double.IsFinite(value) ? value : null;
}
