using System.Text.Json.Nodes;
using ClrEngine.Schedules;
using ClrEngine.Schedules.Json;
using static ClrModule.Repeating.PowerShellText;

namespace ClrModule.Repeating;

/// <summary>The PowerShell expression that makes a schedule again.</summary>
internal static class ScheduleText
{
    /// <summary>The expression.</summary>
    /// <param name="schedule">The schedule.</param>
    /// <param name="notes">Told what stands for a schedule that cannot be written down.</param>
    public static string Of(ILrSchedule schedule, ICollection<string> notes) => schedule switch
    {
        CyclicSchedule { ScaleFunction: null } cyclic => OfCyclic(cyclic),
        ConstantSchedule constant => "New-ConstantSchedule" + Parameter(nameof(constant.LearningRate), constant.LearningRate) + Parameter(nameof(constant.Momentum), constant.Momentum),
        _ => OfAny(schedule, notes),
    };

    private static string OfCyclic(CyclicSchedule schedule) =>
        "New-CyclicSchedule"
        + Parameter(nameof(schedule.BaseLr), schedule.BaseLr)
        + Parameter(nameof(schedule.MaxLr), schedule.MaxLr)
        + Parameter("StepSize", schedule.StepSizeUp)
        + Parameter(nameof(schedule.StepSizeDown), schedule.StepSizeDown == schedule.StepSizeUp ? null : schedule.StepSizeDown)
        + Parameter(nameof(schedule.Mode), schedule.Mode)
        + Parameter(nameof(schedule.Gamma), schedule.Gamma == 1 ? null : schedule.Gamma)
        + Parameter(nameof(schedule.DecayBase), schedule.DecayBase ? true : null)
        + (schedule.CycleMomentum ? "" : " -CycleMomentum $false")
        + Parameter(nameof(schedule.BaseMomentum), schedule.BaseMomentum)
        + Parameter(nameof(schedule.MaxMomentum), schedule.MaxMomentum)
        + Parameter(nameof(schedule.CycleMul), schedule.CycleMul == 1 ? null : schedule.CycleMul)
        + Parameter(nameof(schedule.CycleDecay), schedule.CycleDecay == 1 ? null : schedule.CycleDecay)
        + Parameter(nameof(schedule.CycleLimit), schedule.CycleLimit);

    private static string OfAny(ILrSchedule schedule, ICollection<string> notes)
    {
        try
        {
            string json = JsonNode.Parse(ScheduleJson.Write(schedule))!.ToJsonString();
            return $"Import-LrSchedule -Json {PowerShellText.Of(json)}{(HoldsScript(json) ? " -AllowScript" : "")}";
        }
        catch (ScheduleNotSaveableException)
        {
            notes.Add($"$schedule is the schedule '{schedule}', which holds code");
            return "$schedule";
        }
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
