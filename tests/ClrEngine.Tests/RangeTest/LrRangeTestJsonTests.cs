using ClrEngine.RangeTest;
using ClrEngine.RangeTest.Json;
using ClrEngine.RangeTest.Suggestions;
using ClrEngine.Training;

namespace ClrEngine.Tests.RangeTest;

public sealed class LrRangeTestJsonTests
{
    private static readonly LrRangeTestResult Test = Curves.Test(Curves.Noisy(Curves.Typical, 0.05, 4)) with
    {
        Run = new RunDescription
        {
            Model = "mlp",
            Data = "digits",
            DataIdentity = "ab12",
            Optimizer = "Sgd",
            Learning = """{"Optimizer":{"Kind":"Sgd"}}""",
            Device = "cpu",
            Threads = 2,
            Engine = "0.1.0",
            Seed = 7,
            BatchSize = 64,
            StepsPerEpoch = 23,
        },
        Seconds = 1.5,
        StopReason = RangeTestStopReason.Diverged,
    };

    [Fact]
    public void Given_a_test_when_written_and_read_then_every_point_is_the_same_to_the_bit() =>
        Assert.Equal(Test.Points, Round(Test).Points);

    [Fact]
    public void Given_a_test_when_written_and_read_then_all_else_is_the_same_too()
    {
        LrRangeTestResult read = Round(Test);
        Assert.Equal(Test, read with { Points = Test.Points, Repeats = Test.Repeats, Options = Test.Options });
        Assert.True(Test.Options.SameAs(read.Options));
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    [InlineData(double.NegativeInfinity)]
    public void Given_a_loss_that_is_not_finite_when_written_and_read_then_it_is_still_there(double loss)
    {
        LrRangeTestResult read = Round(Test with { Points = [.. Test.Points, new LrRangeTestPoint(100, 11, loss, loss)] });
        Assert.Equal((loss, loss), (read.Points[^1].Loss, read.Points[^1].SmoothedLoss));
    }

    [Fact]
    public void Given_repeats_when_written_and_read_then_the_spread_is_the_same()
    {
        LrRangeTestResult pooled = LrRangeTestPool.Of([Test, Curves.Test(Curves.Typical)]);
        Assert.Equal(Curves.Bounds(pooled, SuggestionMethod.Steepest).Spread, Curves.Bounds(Round(pooled), SuggestionMethod.Steepest).Spread);
    }

    [Fact]
    public void Given_parameter_groups_when_written_and_read_then_their_sweeps_are_the_same()
    {
        var options = Test.Options with { Groups = [new(1e-7, 10), new(1e-8, 1)] };
        Assert.Equal(options.Groups, Round(Test with { Options = options }).Options.Groups);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("""{"format":"clr-schedule","version":1}""")]
    [InlineData("""{"format":"clr-range-test","version":1}""")]
    [InlineData("""{"format":"clr-range-test","version":1,"test":{"points":null,"options":null,"stopReason":"Completed"}}""")]
    [InlineData("""{"format":"clr-range-test","version":1,"test":{"points":[],"options":{},"stopReason":"Exploded"}}""")]
    public void Given_a_text_that_is_no_test_when_read_then_the_error_says_what_to_give(string json) =>
        Assert.Contains("Export-LrRangeTest", Assert.Throws<RangeTestFormatException>(() => LrRangeTestJson.FromJson(json)).Message, StringComparison.Ordinal);

    [Fact]
    public void Given_a_later_version_when_read_then_the_error_asks_for_a_newer_engine() =>
        Assert.Contains("newer engine", Assert.Throws<RangeTestFormatException>(() => LrRangeTestJson.FromJson(LrRangeTestJson.ToJson(Test).Replace("\"version\": 2,", "\"version\": 3,", StringComparison.Ordinal))).Message, StringComparison.Ordinal);

    [Fact]
    public void Given_a_test_of_format_version_1_when_read_then_what_describes_it_and_its_repeats_is_in_one_place()
    {
        const string Repeat = """
            "points": [], "stopReason": "Diverged", "options": {}, "stepsPerEpoch": 23, "batchSize": 64, "model": "mlp:8", "data": "digits", "device": "cpu",
            "dataIdentity": "ab12", "optimizer": "Sgd, momentum 0.9", "versions": "Clr 0.1.0, TorchSharp 0.107.0, libtorch 2.10.0, .NET 10.0.12", "seconds": 1.5, "seed":
            """;
        LrRangeTestResult read = LrRangeTestJson.FromJson($$"""{"format":"clr-range-test","version":1,"test":{ {{Repeat}} 2, "warnings": [], "repeats": [{ {{Repeat}} 3, "repeats": [] }] } }""");
        Assert.Equal((23L, 64, "mlp:8", "digits", "cpu", "ab12", "Sgd, momentum 0.9", 2), (read.StepsPerEpoch, read.BatchSize, read.Model, read.Data, read.Device, read.DataIdentity, read.Optimizer, read.Seed));
        Assert.Equal("Clr 0.1.0, TorchSharp 0.107.0, libtorch 2.10.0, .NET 10.0.12", read.Versions);
        Assert.Equal((3, "mlp:8"), (Assert.Single(read.Repeats).Seed, read.Repeats[0].Model));
    }

    private static LrRangeTestResult Round(LrRangeTestResult test) => LrRangeTestJson.FromJson(LrRangeTestJson.ToJson(test));
}
