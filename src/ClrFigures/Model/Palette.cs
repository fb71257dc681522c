using System.Globalization;

namespace ClrFigures.Model;

/// <summary>Colours that colour-blind readers tell apart (Okabe and Ito, 2008), in the order in which they stand out on white and on black.</summary>
internal static class Palette
{
    public const string Blue = "#0072B2";
    public const string Vermillion = "#D55E00";
    public const string Green = "#009E73";
    public const string Purple = "#CC79A7";
    public const string Orange = "#E69F00";
    public const string Sky = "#56B4E9";

    /// <summary>A grey with the same contrast to white and to black.</summary>
    public const string Ink = "#777777";

    /// <summary>The lines of a grid.</summary>
    public const string Grid = "rgba(128,128,128,0.22)";

    /// <summary>Lines that mark a place.</summary>
    public const string Mark = "rgba(128,128,128,0.65)";

    private static readonly string[] Series = [Blue, Vermillion, Green, Purple, Orange, Sky];
    private static readonly string[] Dashes = ["solid", "dash", "dot", "dashdot"];

    /// <summary>The colour of the series with this number, from 0; they repeat.</summary>
    public static string Of(int series) => Series[series % Series.Length];

    /// <summary>The dash of the series with this number: where colours repeat, the dash is another.</summary>
    public static string DashOf(int series) => Dashes[series / Series.Length % Dashes.Length];

    /// <summary>A colour that lets others shine through.</summary>
    /// <param name="color">A colour as <c>#RRGGBB</c>.</param>
    /// <param name="opacity">From 0 to 1.</param>
    public static string Faint(string color, double opacity)
    {
        int rgb = int.Parse(color.AsSpan(1), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
        return string.Create(CultureInfo.InvariantCulture, $"rgba({rgb >> 16},{(rgb >> 8) & 0xFF},{rgb & 0xFF},{opacity:0.###})");
    }
}
