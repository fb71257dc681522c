namespace ClrEngine.Schedules.Json;

/// <summary>The JSON form of one kind of schedule.</summary>
/// <param name="kind">The value of the field <c>kind</c>.</param>
/// <param name="type">The schedule's type.</param>
internal abstract class ScheduleCodec(string kind, Type type)
{
    public string Kind => kind;

    public Type Type => type;

    /// <summary>Writes the schedule's own fields.</summary>
    public abstract void Write(ILrSchedule schedule, ScheduleFieldWriter writer);

    /// <summary>Reads the schedule's own fields.</summary>
    public abstract ILrSchedule Read(ScheduleFieldReader reader);
}

/// <summary>The JSON form of one type of schedule.</summary>
internal sealed class ScheduleCodec<T>(string kind, Action<T, ScheduleFieldWriter> write, Func<ScheduleFieldReader, T> read)
    : ScheduleCodec(kind, typeof(T))
    where T : ILrSchedule
{
    public override void Write(ILrSchedule schedule, ScheduleFieldWriter writer) => write((T)schedule, writer);

    public override ILrSchedule Read(ScheduleFieldReader reader) => read(reader);
}
