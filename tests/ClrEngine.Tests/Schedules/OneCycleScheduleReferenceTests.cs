using System.Text.Json;
using ClrEngine.Schedules;
using ClrEngine.Tests.Reference;

namespace ClrEngine.Tests.Schedules;

public sealed class OneCycleScheduleReferenceTests
{
    private static readonly JsonElement Cases = ReferenceFile.Read("pytorch-one-cycle-lr.json").GetProperty("cases");

    public static TheoryData<int> CaseNumbers => new(Enumerable.Range(0, Cases.GetArrayLength()));

    [Theory]
    [MemberData(nameof(CaseNumbers))]
    public void Given_a_configuration_of_PyTorch_when_evaluated_then_every_point_agrees(int number)
    {
        OneCycleSchedule schedule = FromConfig(Cases[number].GetProperty("config"));
        foreach (JsonElement expected in Cases[number].GetProperty("points").EnumerateArray())
        {
            SchedulePoint actual = schedule.At(expected.GetProperty("t").GetInt64());
            Agreement.Check(expected.GetProperty("lr").GetDouble(), actual.LearningRate, schedule.MaxLr);
            if (schedule.CycleMomentum)
                Agreement.Check(expected.GetProperty("momentum").GetDouble(), actual.Momentum!.Value, 1);
            else
                Assert.Null(actual.Momentum);
        }
    }

    private static OneCycleSchedule FromConfig(JsonElement config) => new(
        config.GetProperty("max_lr").GetDouble(),
        config.GetProperty("total_steps").GetInt64(),
        config.GetProperty("pct_start").GetDouble(),
        config.GetProperty("anneal_strategy").GetString() == "cos" ? AnnealStrategy.Cosine : AnnealStrategy.Linear,
        config.GetProperty("three_phase").GetBoolean(),
        config.GetProperty("div_factor").GetDouble(),
        config.GetProperty("final_div_factor").GetDouble(),
        config.GetProperty("cycle_momentum").GetBoolean(),
        config.GetProperty("base_momentum").GetDouble(),
        config.GetProperty("max_momentum").GetDouble());
}
