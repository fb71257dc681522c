using ClrEngine.Schedules;
using ClrEngine.Schedules.Json;

namespace ClrModule.Commands.Files;

/// <summary>Reads a schedule that Export-LrSchedule wrote, from its file or as text. One that holds a script is refused unless you allow it.</summary>
[Cmdlet(VerbsData.Import, "LrSchedule", DefaultParameterSetName = FromFile)]
[OutputType(typeof(ILrSchedule))]
public sealed class ImportLrScheduleCommand : ClrCommand
{
    private const string FromFile = "Path";
    private const string FromText = "Json";

    /// <summary>The file.</summary>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = FromFile, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("FullName", "PSPath")]
    public string Path { get; set; } = "";

    /// <summary>In place of a file, what is in it: the JSON itself.</summary>
    [Parameter(Mandatory = true, ParameterSetName = FromText)]
    public string Json { get; set; } = "";

    /// <summary>Let the script of a schedule's ScaleFunction run: give it only for a schedule that you trust.</summary>
    [Parameter]
    public SwitchParameter AllowScript { get; set; }

    protected override object? Target => ParameterSetName == FromText ? Json : Path;

    protected override void Process()
    {
        ScaleFunctionCompiler? compile = ScriptScale.Compiler(AllowScript);
        WriteObject(ParameterSetName == FromText ? ScheduleJson.Read(Json, compile) : ScheduleFile.Read(GetUnresolvedProviderPathFromPSPath(Path), compile));
    }
}
