using System.Text.Json;
using ClrEngine.Errors;
using ClrEngine.Schedules;
using ClrEngine.Tests.Reference;

namespace ClrEngine.Tests.Schedules;

public sealed class ScaleFunctionTests
{
    private static readonly JsonElement Cases = ReferenceFile.Read("pytorch-cyclic-scale-fn.json").GetProperty("cases");

    public static TheoryData<int> CaseNumbers => new(Enumerable.Range(0, Cases.GetArrayLength()));

    [Theory]
    [MemberData(nameof(CaseNumbers))]
    public void Given_a_scale_function_when_evaluated_then_every_point_agrees_with_PyTorch(int number)
    {
        JsonElement config = Cases[number].GetProperty("config");
        var schedule = new CyclicSchedule(
            config.GetProperty("base_lr").GetDouble(),
            config.GetProperty("max_lr").GetDouble(),
            config.GetProperty("step_size_up").GetInt64(),
            config.GetProperty("step_size_down") is { ValueKind: JsonValueKind.Number } down ? down.GetInt64() : null,
            baseMomentum: config.GetProperty("base_momentum").GetDouble(),
            maxMomentum: config.GetProperty("max_momentum").GetDouble(),
            scaleFunction: new ScaleFunction(
                Function(config.GetProperty("scale_fn").GetString()!),
                config.GetProperty("scale_mode").GetString() == "cycle" ? ScaleMode.Cycle : ScaleMode.Iterations));
        foreach (JsonElement expected in Cases[number].GetProperty("points").EnumerateArray())
        {
            SchedulePoint actual = schedule.At(expected.GetProperty("t").GetInt64());
            // PyTorch takes the position in the cycle from a quotient in floating point, and loses its last digits.
            Agreement.Check(expected.GetProperty("lr").GetDouble(), actual.LearningRate, schedule.MaxLr * 50);
            Agreement.Check(expected.GetProperty("momentum").GetDouble(), actual.Momentum!.Value, 1);
        }
    }

    [Fact]
    public void Given_a_function_when_made_then_it_overrides_the_mode() =>
        Assert.Equal(CyclicMode.Custom, new CyclicSchedule(0.1, 0.2, 4, mode: CyclicMode.Triangular2, scaleFunction: new(x => 1 / x)).Mode);

    [Fact]
    public void Given_mode_custom_and_no_function_when_made_then_the_function_is_asked_for() =>
        Assert.Equal("ScaleFunction", Assert.Throws<InvalidParameterException>(() => new CyclicSchedule(0.1, 0.2, 4, mode: CyclicMode.Custom)).ParamName);

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    [InlineData(-20.0)]
    [InlineData(8.0)]
    public void Given_a_function_that_makes_no_usable_rate_or_momentum_when_evaluated_then_it_is_named(double scale)
    {
        var schedule = new CyclicSchedule(0.1, 0.2, 4, baseMomentum: 0.1, scaleFunction: new(_ => scale));
        Assert.Equal("ScaleFunction", Assert.Throws<InvalidParameterException>(() => schedule.At(4)).ParamName);
    }

    [Fact]
    public void Given_equal_texts_when_compared_then_functions_are_equal_and_without_text_only_the_same_delegate_is()
    {
        Func<double, double> one = x => 1 / x, other = x => 1 / x;
        Assert.Equal(new ScaleFunction(one, text: "1 / x"), new ScaleFunction(other, text: "1 / x"));
        Assert.Equal(new ScaleFunction(one), new ScaleFunction(one));
        Assert.NotEqual(new ScaleFunction(one), new ScaleFunction(other));
        Assert.NotEqual(new ScaleFunction(one, ScaleMode.Cycle), new ScaleFunction(one, ScaleMode.Iterations));
    }

    private static Func<double, double> Function(string name) => name switch
    {
        "reciprocal" => x => 1 / x,
        "sine" => x => 0.5 * (1 + Math.Sin(x * Math.PI / 2)),
        "five-power" => x => 1 / Math.Pow(5, x * 1e-4),
        "slow-decay" => x => Math.Pow(0.999, x),
        _ => throw new InvalidDataException(name),
    };
}
