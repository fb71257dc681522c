namespace ClrModule.Commands.Files;

/// <summary>Reads schedules that Export-LrSchedule wrote, from their files or as text. One that holds a script is refused unless you allow it.</summary>
[Cmdlet(VerbsData.Import, "LrSchedule", DefaultParameterSetName = ByPath)]
[OutputType(typeof(ILrSchedule))]
public sealed class ImportLrScheduleCommand : FileImportCommand
{
    private const string FromText = "Json";

    /// <summary>In place of a file, what is in it: the JSON itself.</summary>
    [Parameter(Mandatory = true, ParameterSetName = FromText)]
    public string Json { get; set; } = "";

    /// <summary>Let the script of a schedule's ScaleFunction run: give it only for a schedule that you trust.</summary>
    [Parameter]
    public SwitchParameter AllowScript { get; set; }

    protected override object? Target => ParameterSetName == FromText ? Json : base.Target;

    protected override void Process()
    {
        if (ParameterSetName == FromText)
            WriteObject(Looked(ScheduleJson.Read(Json, ScriptScale.Compiler(AllowScript))));
        else
            base.Process();
    }

    private protected override object Read(string file) => Looked(ScheduleFile.Read(file, ScriptScale.Compiler(AllowScript)), $"'{file}': ");

    // It is taken as it was saved, by a program, too, that sets what has no effect.
    private ILrSchedule Looked(ILrSchedule schedule, string where = "")
    {
        if (IdleSettings.Of(schedule) is { Refusal: var idle })
            WriteWarning($"{where}A setting of the schedule has no effect: {idle.Message}");
        return schedule;
    }
}
