namespace ClrModule.Commands.Files;

/// <summary>Writes a schedule to a JSON file: the whole definition, so that what is read back is equal.</summary>
[Cmdlet(VerbsData.Export, "LrSchedule", SupportsShouldProcess = true)]
[OutputType(typeof(FileInfo))]
public sealed class ExportLrScheduleCommand : FileExportCommand
{
    /// <summary>The schedule.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true), AcceptDeserialized]
    public ILrSchedule Schedule { get; set; } = null!;

    protected override object? Target => Schedule;

    protected override void Process() => Write("Write the schedule", path => ScheduleFile.Write(path, Schedule));
}
