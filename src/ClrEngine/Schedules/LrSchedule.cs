using ClrEngine.Schedules.Json;

namespace ClrEngine.Schedules;

/// <summary>What the schedules of this library share: a value, a pure function of the step, and a JSON form.</summary>
public abstract record LrSchedule : ILrSchedule
{
    /// <inheritdoc/>
    public abstract SchedulePoint At(long step);

    /// <summary>The whole schedule as JSON; <see cref="ScheduleJson.Read(string, ScaleFunctionCompiler?)"/> gives back an equal one.</summary>
    /// <exception cref="ScheduleNotSaveableException">It holds a function whose text is not known.</exception>
    public string ToJson() => ScheduleJson.Write(this);
}
