using System.Management.Automation;
using System.Reflection;
using System.Text.Json.Nodes;
using ClrEngine.Schedules;
using ClrEngine.Schedules.Json;
using ClrModule.Binding;

namespace ClrModule.Repeating;

/// <summary>The PowerShell expression that makes a schedule again.</summary>
internal static class ScheduleText
{
    /// <summary>The expression.</summary>
    /// <param name="schedule">The schedule.</param>
    /// <param name="notes">Told what stands for a schedule that cannot be written down.</param>
    public static string Of(ILrSchedule schedule, ICollection<string> notes)
    {
        try
        {
            string json = JsonNode.Parse(ScheduleJson.Write(schedule))!.ToJsonString();
            bool holdsScript = HoldsScript(json);
            return !holdsScript && ScheduleParameters.CmdletFor(schedule.GetType()) is { } cmdlet
                ? Line(cmdlet, schedule)
                : $"Import-LrSchedule -Json {PowerShellText.Of(json)}{(holdsScript ? " -AllowScript" : "")}";
        }
        catch (ScheduleNotSaveableException)
        {
            notes.Add($"$schedule is the schedule '{schedule}', which holds code");
            return "$schedule";
        }
    }

    private static string Line(Type cmdlet, ILrSchedule schedule)
    {
        var name = cmdlet.GetCustomAttribute<CmdletAttribute>()!;
        return $"{name.VerbName}-{name.NounName}" + string.Concat(ScheduleKind.Find(schedule.GetType())!.Fields
            .Where(field => !Equals(field.ValueIn(schedule), field.Default))
            .Select(field => PowerShellText.Parameter(ScheduleParameters.ParameterOf(cmdlet, field).Name, field.ValueIn(schedule))));
    }

    private static bool HoldsScript(string json)
    {
        try
        {
            ScheduleJson.Read(json);
            return false;
        }
        catch (ScheduleScriptException)
        {
            return true;
        }
    }
}
