using System.Text;
using System.Text.Json;
using ClrEngine.Errors;
using ClrEngine.Schedules;
using ClrEngine.Schedules.Json;

namespace ClrEngine.Torch.Schedulers;

/// <summary>All that a scheduler needs to go on: how many updates have happened, and the whole schedule.</summary>
public sealed record CyclicSchedulerState
{
    /// <summary>Makes a state.</summary>
    /// <param name="step">The updates that have happened, at least 0.</param>
    /// <param name="schedule">The schedule.</param>
    /// <exception cref="InvalidParameterException"><paramref name="step"/> is negative.</exception>
    public CyclicSchedulerState(long step, ILrSchedule schedule)
    {
        ArgumentNullException.ThrowIfNull(schedule);
        (Step, Schedule) = (Require.AtLeast(step, 0, nameof(Step)), schedule);
    }

    /// <summary>The updates that have happened.</summary>
    public long Step { get; }

    /// <summary>The schedule.</summary>
    public ILrSchedule Schedule { get; }

    /// <summary>The state as JSON.</summary>
    /// <exception cref="ScheduleNotSaveableException">The schedule holds a function whose text is not known.</exception>
    public string ToJson()
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = true }))
        {
            writer.WriteStartObject();
            writer.WriteNumber("step", Step);
            writer.WritePropertyName("schedule");
            ScheduleJson.Write(writer, Schedule);
            writer.WriteEndObject();
        }
        return Encoding.UTF8.GetString(stream.ToArray());
    }

    /// <summary>Reads a state.</summary>
    /// <param name="json">What <see cref="ToJson"/> gave.</param>
    /// <param name="compile">As in <see cref="ScheduleJson.Read(string, ScaleFunctionCompiler?)"/>.</param>
    /// <exception cref="ScheduleFormatException">It is no state.</exception>
    /// <exception cref="ScheduleScriptException">The schedule holds a script and there is no <paramref name="compile"/>.</exception>
    public static CyclicSchedulerState FromJson(string json, ScaleFunctionCompiler? compile = null)
    {
        ArgumentNullException.ThrowIfNull(json);
        try
        {
            using JsonDocument document = JsonDocument.Parse(json);
            return document.RootElement.ValueKind == JsonValueKind.Object
                && document.RootElement.TryGetProperty("step", out JsonElement step) && step.ValueKind == JsonValueKind.Number && step.TryGetInt64(out long count)
                && document.RootElement.TryGetProperty("schedule", out JsonElement schedule)
                ? new CyclicSchedulerState(count, ScheduleJson.Read(schedule, compile))
                : throw new ScheduleFormatException("NotASchedulerState", "The text is no scheduler's state: it needs a whole number step and a schedule; give what ToJson wrote.");
        }
        catch (JsonException exception)
        {
            throw new ScheduleFormatException("ScheduleNotJson", $"The text is not JSON ({exception.Message}); give what ToJson wrote.", exception);
        }
    }
}
