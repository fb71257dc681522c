using System.Management.Automation;
using ClrEngine.Schedules;
using ClrEngine.Schedules.Json;
using ClrModule.Output;

namespace ClrModule.Commands;

/// <summary>Writes a schedule to a JSON file: the whole definition, so that what is read back is equal.</summary>
[Cmdlet(VerbsData.Export, "LrSchedule", SupportsShouldProcess = true)]
[OutputType(typeof(FileInfo))]
public sealed class ExportLrScheduleCommand : ClrCommand
{
    /// <summary>The file.</summary>
    [Parameter(Mandatory = true, Position = 0)]
    public string Path { get; set; } = "";

    /// <summary>The schedule.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true)]
    public ILrSchedule Schedule { get; set; } = null!;

    /// <summary>Replaces a file that is there.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <summary>Gives the written file.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <inheritdoc/>
    protected override object? Target => Schedule;

    /// <inheritdoc/>
    protected override void Process()
    {
        string path = OutputFile.Resolve(this, Path, Force);
        if (!ShouldProcess(path, "Write the schedule"))
            return;
        ScheduleFile.Write(path, Schedule);
        if (PassThru)
            WriteObject(new FileInfo(path));
    }
}
