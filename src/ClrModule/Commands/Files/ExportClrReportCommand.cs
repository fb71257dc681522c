using System.ComponentModel;
using System.Diagnostics;
using System.Text;
using ClrEngine.Files;
using ClrFigures;

namespace ClrModule.Commands.Files;

/// <summary>
/// Writes schedules, range tests, bounds, training histories and tests of models as one report with figures and summary tables: an HTML file
/// that opens without a network.
/// </summary>
[Cmdlet(VerbsData.Export, "ClrReport", SupportsShouldProcess = true)]
[OutputType(typeof(FileInfo))]
public sealed class ExportClrReportCommand : FileExportCommand
{
    private static readonly ErrorCause ReportNotShown = new(nameof(ReportNotShown), ErrorKind.ResourceUnavailable,
        "The report is written, but there is no desktop to open it on, or nothing that opens such files.",
        "Open the file that the message names in a browser, or leave out `-Show`.");

    // A desktop of either kind, or a browser that the user named, as remote sessions do.
    private static readonly string[] LinuxDesktops = ["DISPLAY", "WAYLAND_DISPLAY", "BROWSER"];

    private readonly List<object> _items = [];

    /// <summary>
    /// What to show: schedules, range tests, bounds, training histories and what Test-TrainedModel gives, mixed; all but the last also
    /// where they come from Import-Clixml or another machine. Bounds are drawn on the range test that they were suggested from.
    /// </summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true)]
    public PSObject[] InputObject { get; set; } = null!;

    /// <summary>The report's title.</summary>
    [Parameter, ValidateNotNullOrEmpty]
    public string Title { get; set; } = "Cyclic learning rates";

    /// <summary>
    /// What to write; if left out, what the path's extension says, else Html. Png and Svg are pictures of each figure,
    /// numbered where there are several, and need Chromium.
    /// </summary>
    [Parameter, NameOf<ReportFormat>(EmptyIsNone = true), ArgumentCompleter(typeof(EnumCompleter<ReportFormat>))]
    public Choice<ReportFormat>? Format { get; set; }

    /// <summary>Opens the report.</summary>
    [Parameter]
    public SwitchParameter Show { get; set; }

    protected override object? Target => Path;

    protected override void Process() =>
        _items.AddRange(InputObject.Select(item => ReportContent.Check(Deserialized.Restore(item)!)));

    protected override void Finish()
    {
        if (_items.Count == 0 && HasFailed)
            return;
        Report report = Report.From(ReportContent.From(_items), Title);
        ReportFormat format = Format ?? FormatOf(Path);
        if (format is ReportFormat.Png or ReportFormat.Svg && !report.Figures.Any())
            throw new InvalidParameterException(nameof(Format), format, "There is no figure of this, as a picture would show: give -Format Html or Json.");
        string[] paths = Paths(FullPathToWrite(), format is ReportFormat.Png or ReportFormat.Svg ? report.Figures.Count() : 1);
        foreach (string path in paths)
            RefuseTaken(path);
        if (!ShouldProcess(string.Join(", ", paths), $"Write a report of {_items.Count} objects"))
            return;
        foreach ((string path, byte[] content) in paths.Zip(Contents(report, format)))
            AtomicFile.Write(path, content);
        if (PassThru)
            WriteObject(paths.Select(p => new FileInfo(p)), enumerateCollection: true);
        if (Show)
            Open(paths[0]);
    }

    // One, or for pictures of several figures one each, numbered.
    private static string[] Paths(string path, int count) => count == 1 ? [path] :
    [
        .. Enumerable.Range(1, count).Select(number => System.IO.Path.Combine(
            System.IO.Path.GetDirectoryName(path) ?? "",
            string.Create(CultureInfo.InvariantCulture, $"{System.IO.Path.GetFileNameWithoutExtension(path)}-{number}{System.IO.Path.GetExtension(path)}"))),
    ];

    private IReadOnlyList<byte[]> Contents(Report report, ReportFormat format) => format switch
    {
        ReportFormat.Json => [Encoding.UTF8.GetBytes(ReportJson.Write(report, DateTimeOffset.Now))],
        ReportFormat.Png => FigureImage.Render([.. report.Figures], ImageFormat.Png, cancellationToken: StopToken),
        ReportFormat.Svg => FigureImage.Render([.. report.Figures], ImageFormat.Svg, cancellationToken: StopToken),
        _ => [Encoding.UTF8.GetBytes(ReportHtml.Write(report, DateTimeOffset.Now))],
    };

    // In what the desktop opens such files with, and without waiting for it to be closed.
    private static void Open(string path)
    {
        if (OperatingSystem.IsLinux() && LinuxDesktops.All(name => string.IsNullOrEmpty(Environment.GetEnvironmentVariable(name))))
            throw NotShown(path, "there is no desktop here");
        try
        {
            using var opened = System.Diagnostics.Process.Start(new ProcessStartInfo(path) { UseShellExecute = true });
        }
        catch (Win32Exception exception)
        {
            throw NotShown(path, exception.Message);
        }
    }

    private static InvalidParameterException NotShown(string path, string reason) =>
        new("Show", path, $"{path} is written, but could not be opened: {reason}. Open it in a browser, or leave out -Show.", ReportNotShown);

    private static ReportFormat FormatOf(string path) =>
        EnumName.Find(typeof(ReportFormat), System.IO.Path.GetExtension(path).TrimStart('.')) as ReportFormat? ?? ReportFormat.Html;
}

/// <summary>What a report is written as.</summary>
public enum ReportFormat
{
    /// <summary>One page that holds all that it needs.</summary>
    Html,

    /// <summary>The tables, and the figures as plotly.js takes them.</summary>
    Json,

    /// <summary>A picture of each figure in pixels; needs Chromium.</summary>
    Png,

    /// <summary>A picture of each figure in vectors; needs Chromium.</summary>
    Svg,
}
