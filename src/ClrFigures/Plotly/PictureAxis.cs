using System.Net;
using Newtonsoft.Json.Linq;

namespace ClrFigures.Plotly;

/// <summary>An axis of a picture: where its values stand, and its ticks.</summary>
internal sealed class PictureAxis
{
    private readonly double _from, _to, _start, _end;
    private readonly bool _logarithmic;

    private PictureAxis(string name, JToken layout, double[] values, double start, double end)
    {
        (Name, Layout, _start, _end) = (Id(name), layout, start, end);
        _logarithmic = (string?)layout["type"] == "log";
        (_from, _to) = Range(layout, [.. values.Select(Scaled).Where(double.IsFinite)], name[0] == 'y');
        Ticks = [.. AllTicks()];
    }

    /// <summary>The name that traces know it by, such as <c>y2</c>.</summary>
    public string Name { get; }

    public JToken Layout { get; }

    public double Top => _end;

    public double Bottom => _start;

    /// <summary>The values with a label, and the labels.</summary>
    public IReadOnlyList<(double Place, string Text)> Ticks { get; }

    public static PictureAxis Horizontal(JToken layout, double[] values, double left, double right) => new("xaxis", layout, values, left, right);

    /// <summary>An axis over its share of the height between two edges.</summary>
    public static PictureAxis Vertical(string name, JToken layout, double[] values, double top, double bottom)
    {
        double[] share = [.. (layout["domain"] ?? new JArray(0.0, 1.0)).Select(v => (double)v)];
        return new(name, layout, values, bottom - (share[0] * (bottom - top)), bottom - (share[1] * (bottom - top)));
    }

    public static string Id(string name) => name.Replace("axis", "", StringComparison.Ordinal);

    /// <summary>The pixel of a value.</summary>
    public double At(double value) => _start + ((Scaled(value) - _from) / (_to - _from) * (_end - _start));

    private double Scaled(double value) => _logarithmic ? Math.Log10(value) : value;

    private static (double From, double To) Range(JToken layout, double[] values, bool padded)
    {
        if (layout["range"] is { } given)
            return ((double)given[0]!, (double)given[1]!);
        (double from, double to) = values.Length == 0 ? (0, 1) : (values.Min(), values.Max());
        double margin = padded ? 0.06 * (to - from) : 0;
        if (to == from)
            margin = from == 0 ? 1 : Math.Abs(from) / 2;
        bool tozero = (string?)layout["rangemode"] == "tozero";
        return (tozero ? Math.Min(0, from) : from - margin, to + margin);
    }

    private IEnumerable<(double Place, string Text)> AllTicks()
    {
        if (Layout["tickvals"] is { } places)
            return places.Zip(Layout["ticktext"]!, (place, text) => ((double)place, WebUtility.HtmlDecode((string)text!)));
        double pixels = Math.Abs(_end - _start), most = Math.Max(2, pixels / (_end > _start ? 90 : 36));
        double rough = Math.Abs(_to - _from) / most, power = Math.Pow(10, Math.Floor(Math.Log10(rough)));
        double step = power * (rough / power <= 1 ? 1 : rough / power <= 2 ? 2 : rough / power <= 5 ? 5 : 10);
        return _logarithmic ? Decades(Math.Max(1, Math.Ceiling(rough))) : Steps(step);
    }

    private IEnumerable<(double Place, string Text)> Steps(double step)
    {
        for (double k = Math.Ceiling((_from / step) - 1e-9); k * step <= _to + (1e-9 * step); k++)
            yield return (k * step, Label(k * step, step));
    }

    private IEnumerable<(double Place, string Text)> Decades(double step)
    {
        for (double decade = Math.Ceiling(_from); decade <= _to; decade += step)
            yield return (Math.Pow(10, decade), "10" + Raised((int)decade));
    }

    private static string Label(double value, double step)
    {
        if (value == 0)
            return "0";
        if (step >= 1e-4)
            return value.ToString(Math.Abs(value) >= 1000 ? "N0" : "0.#####", CultureInfo.InvariantCulture);
        int power = (int)Math.Floor(Math.Log10(Math.Abs(value)) + 1e-9);
        return string.Create(CultureInfo.InvariantCulture, $"{value / Math.Pow(10, power):0.##}×10{Raised(power)}");
    }

    private static string Raised(int power) => string.Concat(power.ToString(CultureInfo.InvariantCulture).Select(c => c == '-' ? '⁻' : "⁰¹²³⁴⁵⁶⁷⁸⁹"[c - '0']));
}
