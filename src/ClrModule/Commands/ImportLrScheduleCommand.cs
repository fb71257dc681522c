using System.Management.Automation;
using ClrEngine.Schedules;
using ClrEngine.Schedules.Json;
using ClrModule.Binding;

namespace ClrModule.Commands;

/// <summary>Reads a schedule that Export-LrSchedule wrote. A file that holds a script is refused unless you allow it.</summary>
[Cmdlet(VerbsData.Import, "LrSchedule")]
[OutputType(typeof(ILrSchedule))]
public sealed class ImportLrScheduleCommand : ClrCommand
{
    /// <summary>The file.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("FullName", "PSPath")]
    public string Path { get; set; } = "";

    /// <summary>Let the script of a schedule's ScaleFunction run: give it only for a file that you trust.</summary>
    [Parameter]
    public SwitchParameter AllowScript { get; set; }

    /// <inheritdoc/>
    protected override object? Target => Path;

    /// <inheritdoc/>
    protected override void Process() => WriteObject(ScheduleFile.Read(
        GetUnresolvedProviderPathFromPSPath(Path),
        AllowScript ? text => ScriptScale.Function(ScriptBlock.Create(text)) : null));
}
