using System.Text.Json.Nodes;
using ClrEngine.Schedules;
using ClrEngine.Schedules.Json;

namespace ClrEngine.Training.Checkpoints;

/// <summary>A schedule as JSON, so that a resumed run can tell whether it follows the same one.</summary>
public static class ScheduleIdentity
{
    /// <summary>The schedule's kind and all its settings.</summary>
    /// <param name="schedule">The schedule.</param>
    /// <exception cref="ScheduleNotSaveableException">It holds code whose text is not known, so that nobody could tell it from another.</exception>
    public static JsonNode Of(ILrSchedule schedule) => JsonNode.Parse(ScheduleJson.Write(schedule))!;
}
