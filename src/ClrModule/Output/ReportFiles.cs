using System.Globalization;
using System.Text;
using ClrFigures;
using ClrModule.Commands;

namespace ClrModule.Output;

/// <summary>The files of a report.</summary>
internal static class ReportFiles
{
    /// <summary>The paths that a report takes: one, or for pictures of several figures one each, numbered.</summary>
    public static IReadOnlyList<string> Paths(string path, ReportFormat format, Report report)
    {
        int count = format is ReportFormat.Png or ReportFormat.Svg ? report.Figures.Count() : 1;
        return count == 1 ? [path] : [.. Enumerable.Range(1, count).Select(i => Numbered(path, i))];
    }

    /// <summary>What goes into the files, in order.</summary>
    public static IReadOnlyList<byte[]> Contents(Report report, ReportFormat format, CancellationToken cancellationToken) => format switch
    {
        ReportFormat.Json => [Encoding.UTF8.GetBytes(ReportJson.Of(report, DateTimeOffset.Now))],
        ReportFormat.Png => FigureImage.Render([.. report.Figures], ImageFormat.Png, cancellationToken: cancellationToken),
        ReportFormat.Svg => FigureImage.Render([.. report.Figures], ImageFormat.Svg, cancellationToken: cancellationToken),
        _ => [Encoding.UTF8.GetBytes(ReportHtml.Of(report, DateTimeOffset.Now))],
    };

    private static string Numbered(string path, int number) => Path.Combine(
        Path.GetDirectoryName(path) ?? "",
        string.Create(CultureInfo.InvariantCulture, $"{Path.GetFileNameWithoutExtension(path)}-{number}{Path.GetExtension(path)}"));
}
