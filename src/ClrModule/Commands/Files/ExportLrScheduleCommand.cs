using System.Management.Automation;
using ClrEngine.Schedules;
using ClrEngine.Schedules.Json;
using ClrModule.Binding;

namespace ClrModule.Commands.Files;

/// <summary>Writes a schedule to a JSON file: the whole definition, so that what is read back is equal.</summary>
[Cmdlet(VerbsData.Export, "LrSchedule", SupportsShouldProcess = true)]
[OutputType(typeof(FileInfo))]
public sealed class ExportLrScheduleCommand : FileExportCommand
{
    /// <summary>The file.</summary>
    [Parameter(Mandatory = true, Position = 0)]
    public string Path { get; set; } = "";

    /// <summary>The schedule.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true)]
    [AcceptDeserialized]
    public ILrSchedule Schedule { get; set; } = null!;

    /// <inheritdoc/>
    protected override object? Target => Schedule;

    /// <inheritdoc/>
    protected override void Process() => Write(Path, "Write the schedule", path => ScheduleFile.Write(path, Schedule));
}
