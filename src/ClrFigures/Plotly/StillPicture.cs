using System.Net;
using System.Text;
using Newtonsoft.Json.Linq;

namespace ClrFigures.Plotly;

/// <summary>
/// A figure as a small SVG for places where no script runs: untrusted notebooks, GitHub's viewer, pages without JavaScript. It is drawn
/// from the JSON that plotly.js gets, in colours that are readable on light and on dark.
/// </summary>
internal sealed class StillPicture
{
    /// <summary>The width in pixels; a narrower place shrinks it.</summary>
    public const int Width = 640;

    private const int TitleRow = 20, LegendRow = 19, Right = 16, MostPoints = 250;
    private const double Letter = 7, WideLetter = 0.6, TitleLetter = 9, NearEnough = 0.3;

    // Around 0, about 1 from the middle to the edge.
    private static readonly Dictionary<string, string> Symbols = new()
    {
        ["circle"] = "M1 0A1 1 0 1 1-1 0A1 1 0 1 1 1 0Z",
        ["diamond"] = "M0-1.2 1.2 0 0 1.2-1.2 0Z",
        ["square"] = "M-.9-.9H.9V.9H-.9Z",
        ["star"] = "M0-1.2.28-.39 1.14-.37.46.15.71.97 0 .48-.71.97-.46.15-1.14-.37-.28-.39Z",
        ["x"] = "M-1-.5-.5-1 0-.5.5-1 1-.5.5 0 1 .5.5 1 0 .5-.5 1-1 .5-.5 0Z",
        ["line-ns"] = "M-.15-1H.15V1H-.15Z",
    };

    private readonly StringBuilder _svg = new();
    private readonly JToken _layout;
    private readonly JToken[] _traces;
    private readonly int _height;

    private StillPicture(ClrFigure figure)
    {
        _layout = PlotlyJson.Read(figure.Layout);
        _traces = [.. PlotlyJson.Read(figure.Data)];
        _height = figure.Height;
    }

    /// <summary>Draws a figure, as high as its layout.</summary>
    public static string Draw(ClrFigure figure)
    {
        var picture = new StillPicture(figure);
        picture.Draw();
        return picture._svg.ToString();
    }

    private void Draw()
    {
        Write($"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {Width} {_height}\" width=\"{Width}\" height=\"{_height}\" font-family=\"system-ui,sans-serif\" font-size=\"13\" fill=\"{Palette.Ink}\">");
        string[] title = [.. Lines(Plain(_layout["title"]?["text"]), (int)(Width / TitleLetter))];
        for (int i = 0; i < title.Length; i++)
            Text(8, TitleRow * (i + 1), title[i], "start", " font-size=\"16\"");
        JProperty xaxis = Axes('x').First();
        bool turned = (double?)xaxis.Value["tickangle"] == -90;
        double room = turned ? Letter * xaxis.Value["ticktext"]!.Max(name => Plain(name).Length) - 10 : 0;
        double top = (TitleRow * title.Length) + 28, bottom = Legend() - 44 - room;
        PictureAxis[] heights = [.. Axes('y').Select(axis => PictureAxis.Vertical(axis.Name, axis.Value, Values(axis), top, bottom))];
        double left = 30 + (Letter * heights.SelectMany(h => h.Ticks).Select(t => t.Text.Length).DefaultIfEmpty().Max());
        PictureAxis width = PictureAxis.Horizontal(xaxis.Value, [.. _traces.SelectMany(t => Numbers(t, "x"))], left, Width - Right);
        foreach (PictureAxis height in heights)
            Grid(height, left);
        Text((left + Width - Right) / 2, bottom + 36 + room, Plain(xaxis.Value["title"]?["text"]), "middle");
        foreach ((double place, string text) in width.Ticks.Where(_ => turned))
            Text(0, 0, text, "end", string.Create(CultureInfo.InvariantCulture, $" transform=\"translate({width.At(place) + 4.5:0.#},{bottom + 8:0.#})rotate(-90)\""));
        foreach ((double place, string text) in width.Ticks.Where(_ => !turned))
            Text(Math.Min(width.At(place), Width - (Letter * text.Length / 2)), bottom + 17, text, "middle");
        foreach (JToken shape in _layout["shapes"] ?? new JArray())
            Shape(shape, width, heights, top, bottom);
        foreach (PictureAxis height in heights)
        {
            Write($"<clipPath id=\"{height.Name}\"><path d=\"M{left} {height.Top - 4}H{Width}V{height.Bottom + 4}H{left}Z\"/></clipPath><g clip-path=\"url(#{height.Name})\">");
            foreach (JToken trace in _traces.Where(t => ((string?)t["yaxis"] ?? "y") == height.Name))
                Trace(trace, width, height);
            Write($"</g>");
        }
        foreach (JToken note in _layout["annotations"] ?? new JArray())
            Text(left + ((double)note["x"]! * (Width - Right - left)), bottom - ((double)note["y"]! * (bottom - top)) - 5, Plain(note["text"]), "start");
        Write($"</svg>");
    }

    // In rows at the bottom; gives where it begins.
    private double Legend()
    {
        JToken[] entries = (bool?)_layout["showlegend"] == true ? [.. _traces.Where(t => (bool?)t["showlegend"] != false)] : [];
        var places = new List<(double X, int Row, string Name)>();
        double x = 8;
        int row = 0;
        foreach (string name in entries.Select(e => Plain(e["name"])))
        {
            double wide = 50 + (Letter * (name.Length + (WideLetter * name.Count(letter => letter is 'm' or 'w' or 'M' or 'W'))));
            (x, row) = x > 8 && x + wide > Width ? (8, row + 1) : (x, row);
            places.Add((x, row, name));
            x += wide;
        }
        double top = _height - 6 - (entries.Length == 0 ? 0 : LegendRow * (row + 1));
        for (int i = 0; i < entries.Length; i++)
        {
            double middle = top + (LegendRow * places[i].Row) + 9;
            if (HasLines(entries[i]))
                Write($"<path d=\"M{places[i].X} {middle}h22\"{Stroke(entries[i])}/>");
            if (HasMarks(entries[i]))
                Mark(entries[i], places[i].X + 11, middle);
            Text(places[i].X + 28, middle + 4.5, places[i].Name, "start");
        }
        return top;
    }

    private void Grid(PictureAxis axis, double left)
    {
        bool lines = (bool?)axis.Layout["showgrid"] != false;
        foreach ((double place, string text) in axis.Ticks)
        {
            if (lines)
                Write($"<path d=\"M{left} {axis.At(place)}H{Width - Right}\" stroke=\"{Palette.Grid}\"/>");
            Text(left - 6, axis.At(place) + 4.5, text, "end");
        }
        if (Plain(axis.Layout["title"]?["text"]) is { Length: > 0 } title)
            Text(0, 0, title, "middle", string.Create(CultureInfo.InvariantCulture, $" transform=\"translate(14,{(axis.Top + axis.Bottom) / 2:0.#})rotate(-90)\""));
    }

    private void Shape(JToken shape, PictureAxis width, PictureAxis[] heights, double top, double bottom)
    {
        double x0 = width.At((double)shape["x0"]!), x1 = width.At((double)shape["x1"]!);
        string height = (string)shape["yref"]!;
        PictureAxis? own = heights.FirstOrDefault(h => height == h.Name + " domain");
        (double from, double to) = own is null ? (bottom - ((double)shape["y0"]! * (bottom - top)), top) : (own.Bottom, own.Top);
        Write((string?)shape["type"] == "rect"
            ? (FormattableString)$"<path d=\"M{x0} {from}V{to}H{x1}V{from}Z\" fill=\"{(string?)shape["fillcolor"]}\"/>"
            : $"<path d=\"M{x0} {from}V{to}\"{Stroke(shape)}/>");
    }

    private void Trace(JToken trace, PictureAxis width, PictureAxis height)
    {
        double[] x = [.. Numbers(trace, "x").Select(width.At)], y = [.. Numbers(trace, "y").Select(height.At)];
        if (trace["fill"] is not null)
            Write($"<path d=\"{Path([.. x.Zip(y).Where((_, i) => (string?)trace["fill"] == "toself" || i % ((x.Length / MostPoints) + 1) == 0)])}Z\" fill=\"{(string?)trace["fillcolor"]}\"/>");
        else if (HasLines(trace) && x.Length > 1)
            Write($"<path fill=\"none\" d=\"{Path(Thinned(x, y))}\"{Stroke(trace)}/>");
        if (trace["text"] is { } texts)
        {
            // Readable on every colour.
            Write($"<g fill=\"#fff\" stroke=\"#444\" stroke-width=\"2\" paint-order=\"stroke\">");
            foreach (((double at, double value), JToken text) in x.Zip(y).Zip(texts))
                Text(at, value + 4.5, Plain(text), "middle");
            Write($"</g>");
        }
        if (!HasMarks(trace) || (double?)trace["marker"]?["opacity"] == 0)
            return;
        foreach ((double at, double value) in x.Zip(y).Where(p => double.IsFinite(p.First) && double.IsFinite(p.Second)))
            Mark(trace, at, value);
    }

    private static (double X, double Y)[] Thinned(double[] x, double[] y)
    {
        IReadOnlyList<int> peaks = Thinning.KeepExtremes(y, MostPoints);
        return [.. Thinning.Corners([.. peaks.Select(i => x[i])], [.. peaks.Select(i => y[i])], NearEnough).Select(i => (x[peaks[i]], y[peaks[i]]))];
    }

    // In tenths of a pixel, each point from the one before: half as long as places are.
    private static string Path((double X, double Y)[] points)
    {
        var path = new StringBuilder();
        (double X, double Y)? before = null;
        foreach ((double x, double y) in points.Select(p => (Math.Round(p.X, 1), Math.Round(p.Y, 1))))
        {
            bool there = double.IsFinite(x) && double.IsFinite(y);
            if (there && before is { } from)
                path.Append(CultureInfo.InvariantCulture, $"l{x - from.X:0.#} {y - from.Y:0.#}");
            else if (there)
                path.Append(CultureInfo.InvariantCulture, $"M{x:0.#} {y:0.#}");
            before = there ? (x, y) : null;
        }
        return path.Replace(" -", "-").ToString();
    }

    private void Mark(JToken trace, double x, double y)
    {
        JToken marker = trace["marker"]!;
        double radius = ((double?)marker["size"] ?? 6) / 2;
        Write($"<path transform=\"translate({x},{y})scale({radius})\" fill=\"{(string?)marker["color"]}\" d=\"{Symbols[(string?)marker["symbol"] ?? "circle"]}\"/>");
    }

    private static string Stroke(JToken part)
    {
        double width = (double?)part["line"]?["width"] ?? 2;
        string dash = (string?)part["line"]?["dash"] switch
        {
            "dash" => " stroke-dasharray=\"7 5\"",
            "dot" => " stroke-dasharray=\"2 3\"",
            "dashdot" => " stroke-dasharray=\"7 4 2 4\"",
            _ => "",
        };
        return string.Create(CultureInfo.InvariantCulture, $" stroke=\"{(string?)part["line"]?["color"]}\" stroke-width=\"{width:0.#}\"{dash}");
    }

    private static bool HasLines(JToken trace) => Mode(trace).Contains("lines", StringComparison.Ordinal);

    private static bool HasMarks(JToken trace) => Mode(trace).Contains("markers", StringComparison.Ordinal);

    private static string Mode(JToken trace) => (string?)trace["mode"] ?? "lines";

    private IEnumerable<JProperty> Axes(char letter) => ((JObject)_layout).Properties().Where(p => p.Name.StartsWith(letter + "axis", StringComparison.Ordinal));

    // Axes that are zoomed together share their range.
    private double[] Values(JProperty axis)
    {
        string shared = (string?)axis.Value["matches"] ?? PictureAxis.Id(axis.Name);
        return [.. _traces.Where(t => Shared((string?)t["yaxis"] ?? "y") == shared).SelectMany(t => Numbers(t, "y"))];

        string Shared(string id) => (string?)_layout["yaxis" + id[1..]]?["matches"] ?? id;
    }

    private static IEnumerable<double> Numbers(JToken trace, string member) => (trace[member] ?? new JArray()).Select(v => (double?)v ?? double.NaN);

    private static IEnumerable<string> Lines(string text, int longest)
    {
        string line = "";
        foreach (string word in text.Split(' '))
        {
            if (line.Length > 0 && line.Length + word.Length >= longest)
            {
                yield return line;
                line = "";
            }
            line += line.Length == 0 ? word : " " + word;
        }
        yield return line;
    }

    private static string Plain(JToken? text) => WebUtility.HtmlDecode((string?)text ?? "");

    private void Text(double x, double y, string text, string anchor, string more = "") =>
        _svg.Append(CultureInfo.InvariantCulture, $"<text x=\"{x:0.#}\" y=\"{y:0.#}\" text-anchor=\"{anchor}\"{more}>{WebUtility.HtmlEncode(text)}</text>");

    private void Write(FormattableString text) =>
        _svg.Append(string.Format(CultureInfo.InvariantCulture, text.Format, [.. text.GetArguments().Select(a => a is double number ? number.ToString("0.#", CultureInfo.InvariantCulture) : a)]));
}
