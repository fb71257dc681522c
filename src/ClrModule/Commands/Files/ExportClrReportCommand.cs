using System.Management.Automation;
using ClrEngine.Files;
using ClrFigures;
using ClrModule.Binding;

namespace ClrModule.Commands.Files;

/// <summary>
/// Writes schedules, range tests, bounds and training histories as one report with figures and summary tables: an HTML file
/// that opens without a network.
/// </summary>
[Cmdlet(VerbsData.Export, "ClrReport", SupportsShouldProcess = true)]
[OutputType(typeof(FileInfo))]
public sealed class ExportClrReportCommand : ClrCommand
{
    private readonly List<object> _items = [];

    /// <summary>The file to write. Its folder must exist.</summary>
    [Parameter(Mandatory = true, Position = 0)]
    [ValidateNotNullOrEmpty]
    public string Path { get; set; } = null!;

    /// <summary>
    /// What to show: schedules, range tests, bounds and training histories, mixed; also ones that come from Import-Clixml or
    /// from another machine. Bounds are drawn on the range test that they were suggested from.
    /// </summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true)]
    public PSObject[] InputObject { get; set; } = null!;

    /// <summary>The report's title.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string Title { get; set; } = "Cyclic learning rates";

    /// <summary>
    /// What to write; if left out, what the path's extension says, else Html. Png and Svg are pictures of each figure,
    /// numbered where there are several, and need Chromium.
    /// </summary>
    [Parameter]
    [ArgumentCompleter(typeof(EnumCompleter<ReportFormat>))]
    public Choice<ReportFormat>? Format { get; set; }

    /// <summary>Replaces a file that is there already.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <summary>Opens the report.</summary>
    [Parameter]
    public SwitchParameter Show { get; set; }

    /// <summary>Gives the files that were written.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <inheritdoc/>
    protected override object? Target => Path;

    /// <inheritdoc/>
    protected override void Process() =>
        _items.AddRange(InputObject.Select(item => ReportContent.Check(Deserialized.Restore(item)!)));

    /// <inheritdoc/>
    protected override void Finish()
    {
        Report report = Report.Of(ReportContent.Of(_items), Title);
        ReportFormat format = Format ?? FormatOf(Path);
        IReadOnlyList<string> paths = ReportFiles.Paths(GetUnresolvedProviderPathFromPSPath(Path), format, report);
        if (!ShouldProcess(string.Join(", ", paths), $"Write a report of {_items.Count} objects"))
            return;
        foreach (string path in paths)
            OutputFile.RefuseTaken(path, Force);
        IReadOnlyList<byte[]> contents = ReportFiles.Contents(report, format, StopToken);
        foreach ((string path, byte[] content) in paths.Zip(contents))
            AtomicFile.Write(path, content);
        if (PassThru)
            WriteObject(paths.Select(p => new FileInfo(p)), enumerateCollection: true);
        if (Show)
            ReportViewer.Open(paths[0]);
    }

    private static ReportFormat FormatOf(string path) =>
        Enum.TryParse(System.IO.Path.GetExtension(path).TrimStart('.'), ignoreCase: true, out ReportFormat format) && Enum.IsDefined(format)
            ? format
            : ReportFormat.Html;
}
