using System.Text.Json;

namespace ClrEngine.Schedules.Json;

/// <summary>Writes the fields of schedules, each type of value in one way.</summary>
internal sealed class ScheduleFieldWriter(Utf8JsonWriter writer)
{
    /// <summary>The kind and the fields of a schedule, within an object that is open.</summary>
    public void Fields(ILrSchedule schedule)
    {
        ScheduleCodec codec = ScheduleCodecs.Of(schedule);
        writer.WriteString("kind", codec.Kind);
        codec.Write(schedule, this);
    }

    public void Number(string name, double? value)
    {
        if (value is { } number)
            writer.WriteNumber(name, number);
        else
            writer.WriteNull(name);
    }

    public void WholeNumber(string name, long? value)
    {
        if (value is { } number)
            writer.WriteNumber(name, number);
        else
            writer.WriteNull(name);
    }

    public void Flag(string name, bool value) => writer.WriteBoolean(name, value);

    public void Word<T>(string name, T value) where T : struct, Enum => writer.WriteString(name, value.ToString());

    public void Function(string name, ScaleFunction? function)
    {
        if (function is null)
        {
            writer.WriteNull(name);
            return;
        }
        writer.WriteStartObject(name);
        writer.WriteString("mode", function.Mode.ToString());
        writer.WriteString("text", function.Text);
        writer.WriteEndObject();
    }

    public void Schedule(string name, ILrSchedule schedule)
    {
        writer.WriteStartObject(name);
        Fields(schedule);
        writer.WriteEndObject();
    }

    public void Schedules(string name, IReadOnlyList<ILrSchedule> schedules)
    {
        writer.WriteStartArray(name);
        foreach (ILrSchedule schedule in schedules)
        {
            writer.WriteStartObject();
            Fields(schedule);
            writer.WriteEndObject();
        }
        writer.WriteEndArray();
    }

    public void WholeNumbers(string name, IReadOnlyList<long> values)
    {
        writer.WriteStartArray(name);
        foreach (long value in values)
            writer.WriteNumberValue(value);
        writer.WriteEndArray();
    }
}
