using System.Text.Json;
using ClrEngine.Schedules;
using ClrEngine.Tests.Reference;

namespace ClrEngine.Tests.Schedules;

public sealed class CyclicScheduleReferenceTests
{
    private static readonly JsonElement Cases = ReferenceFile.Read("pytorch-cyclic-lr.json").GetProperty("cases");

    public static TheoryData<int> CaseNumbers => new(Enumerable.Range(0, Cases.GetArrayLength()));

    [Theory]
    [MemberData(nameof(CaseNumbers))]
    public void Given_a_configuration_of_PyTorch_when_evaluated_then_every_point_agrees_to_1e_12(int number)
    {
        JsonElement reference = Cases[number];
        CyclicSchedule schedule = FromConfig(reference.GetProperty("config"));
        foreach (JsonElement expected in reference.GetProperty("points").EnumerateArray())
        {
            SchedulePoint actual = schedule.At(expected.GetProperty("t").GetInt64());
            AssertClose(expected.GetProperty("lr").GetDouble(), actual.LearningRate);
            if (schedule.CycleMomentum)
                AssertClose(expected.GetProperty("momentum").GetDouble(), actual.Momentum!.Value);
            else
                Assert.Null(actual.Momentum);
        }
    }

    private static void AssertClose(double expected, double actual) =>
        Assert.True(Math.Abs(expected - actual) <= 1e-12 * Math.Abs(expected), $"expected {expected:R}, got {actual:R}");

    private static CyclicSchedule FromConfig(JsonElement config) => new(
        config.GetProperty("base_lr").GetDouble(),
        config.GetProperty("max_lr").GetDouble(),
        config.GetProperty("step_size_up").GetInt64(),
        config.GetProperty("step_size_down") is { ValueKind: JsonValueKind.Number } down ? down.GetInt64() : null,
        config.GetProperty("mode").GetString() switch
        {
            "triangular" => CyclicMode.Triangular,
            "triangular2" => CyclicMode.Triangular2,
            "exp_range" => CyclicMode.ExpRange,
            var mode => throw new InvalidDataException(mode),
        },
        config.GetProperty("gamma").GetDouble(),
        config.GetProperty("cycle_momentum").GetBoolean(),
        config.GetProperty("base_momentum").GetDouble(),
        config.GetProperty("max_momentum").GetDouble());
}
