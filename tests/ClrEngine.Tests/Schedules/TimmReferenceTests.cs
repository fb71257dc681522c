using System.Text.Json;
using ClrEngine.Schedules;
using ClrEngine.Tests.Reference;

namespace ClrEngine.Tests.Schedules;

/// <summary>Restarts that grow, decay, end and follow a warm-up, as timm's cosine scheduler defines them.</summary>
public sealed class TimmReferenceTests
{
    private static readonly JsonElement Cases = ReferenceFile.Read("timm-cosine-lr.json").GetProperty("cases");

    public static TheoryData<int> CaseNumbers => new(Enumerable.Range(0, Cases.GetArrayLength()));

    [Theory]
    [MemberData(nameof(CaseNumbers))]
    public void Given_a_configuration_of_timm_when_evaluated_then_every_point_agrees(int number)
    {
        JsonElement config = Cases[number].GetProperty("config");
        double lr = config.GetProperty("lr").GetDouble();
        ILrSchedule schedule = Schedule(config, lr);
        foreach (JsonElement expected in Cases[number].GetProperty("points").EnumerateArray())
            Agreement.Check(expected.GetProperty("lr").GetDouble(), schedule.At(expected.GetProperty("t").GetInt64()).LearningRate, lr);
    }

    private static ILrSchedule Schedule(JsonElement config, double lr)
    {
        JsonElement limit = config.GetProperty("cycle_limit");
        var restarts = new CosineWarmRestartsSchedule(
            lr,
            config.GetProperty("t_initial").GetInt64(),
            config.GetProperty("cycle_mul").GetDouble(),
            config.GetProperty("lr_min").GetDouble(),
            config.GetProperty("cycle_decay").GetDouble(),
            limit.ValueKind == JsonValueKind.Null ? null : limit.GetInt64());
        long warmup = config.GetProperty("warmup_t").GetInt64();
        return warmup == 0 ? restarts : new WarmupSchedule(restarts, warmup, config.GetProperty("warmup_lr_init").GetDouble() / lr);
    }
}
