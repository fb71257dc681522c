using System.Text.Json.Nodes;

namespace ClrEngine.Tests.RangeTest;

public sealed class LrRangeTestPoolTests
{
    private static readonly LrRangeTestResult[] Three = [.. Enumerable.Range(1, 3).Select(seed => Curves.Test(Curves.Noisy(Curves.Typical, 0.05, seed)) with { Run = new() { Seed = seed } })];

    [Fact]
    public void Given_three_tests_when_pooled_then_each_loss_is_the_median_and_the_single_tests_are_kept()
    {
        LrRangeTestResult pooled = LrRangeTestResult.Pool(Three);
        Assert.Equal(Three.Select(t => t.Points[7].Loss).Order().ElementAt(1), pooled.Points[7].Loss);
        Assert.Equal([1, 2, 3], pooled.Repeats.Select(t => t.Seed));
    }

    [Fact]
    public void Given_an_even_number_of_tests_when_pooled_then_each_loss_is_between_the_middle_two()
    {
        LrRangeTestResult pooled = LrRangeTestResult.Pool(Three[..2]);
        Assert.Equal((Three[0].Points[7].Loss + Three[1].Points[7].Loss) / 2, pooled.Points[7].Loss);
    }

    [Fact]
    public void Given_tests_that_ended_apart_when_pooled_then_the_curve_ends_with_the_middle_one()
    {
        LrRangeTestResult[] apart = [Cut(Three[0], 60), Cut(Three[1], 80) with { StopReason = RangeTestStopReason.Diverged }, Three[2]];
        LrRangeTestResult pooled = LrRangeTestResult.Pool(apart);
        Assert.Equal((80, RangeTestStopReason.Diverged), (pooled.Points.Count, pooled.StopReason));
    }

    [Fact]
    public void Given_one_test_of_three_that_turned_NaN_when_pooled_then_the_others_decide()
    {
        LrRangeTestResult torn = Three[0] with { Points = [.. Three[0].Points.Take(50), .. Three[0].Points.Skip(50).Take(1).Select(p => p with { Loss = double.NaN })] };
        Assert.True(double.IsFinite(LrRangeTestResult.Pool([torn, Three[1], Three[2]]).Points[50].Loss));
    }

    [Fact]
    public void Given_a_single_test_when_pooled_then_it_comes_back_as_it_is() =>
        Assert.Same(Three[0], LrRangeTestResult.Pool(Three[..1]));

    [Fact]
    public void Given_tests_of_other_sweeps_when_pooled_then_they_are_refused() =>
        Assert.Equal("RepeatsDiffer", Assert.Throws<InvalidParameterException>(() => LrRangeTestResult.Pool([Three[0], Curves.Test(Curves.Typical, endLr: 1)])).ErrorId);

    [Fact]
    public void Given_no_test_when_pooled_then_it_is_refused() =>
        Assert.Equal("InvalidRepeats", Assert.Throws<InvalidParameterException>(() => LrRangeTestResult.Pool([])).ErrorId);

    [Fact]
    public void Given_a_pooled_test_when_asked_for_bounds_then_they_come_with_the_spread_of_the_single_ones()
    {
        LrBounds pooled = Curves.Bounds(LrRangeTestResult.Pool(Three), SuggestionMethod.Steepest);
        double[] single = [.. Three.Select(t => Curves.Bounds(t, SuggestionMethod.Steepest).MaxLr)];
        Assert.Equal((3, 0, single.Min(), single.Max()), (pooled.Spread!.Repeats, pooled.Spread.Without, pooled.Spread.LowestMaxLr, pooled.Spread.HighestMaxLr));
    }

    [Fact]
    public void Given_a_repeat_without_bounds_when_asked_then_the_spread_counts_it()
    {
        LrRangeTestResult pooled = LrRangeTestResult.Pool([Three[0], Three[1], Curves.Test(_ => 2.3)]);
        Assert.Equal((2, 1), (Curves.Bounds(pooled, SuggestionMethod.Minimum).Spread!.Repeats, Curves.Bounds(pooled, SuggestionMethod.Minimum).Spread!.Without));
    }

    [Fact]
    public void Given_a_single_test_when_asked_for_bounds_then_there_is_no_spread() =>
        Assert.Null(Curves.Bounds(Three[0], SuggestionMethod.Minimum).Spread);

    private static LrRangeTestResult Cut(LrRangeTestResult test, int count) => test with { Points = [.. test.Points.Take(count)] };
}

public sealed class RangeTestAdviceTests
{
    [Fact]
    public void Given_a_curve_that_falls_and_rises_when_asked_then_there_is_nothing_to_say() =>
        Assert.Empty(Curves.Test(Curves.Typical).Warnings);

    [Fact]
    public void Given_a_curve_that_still_falls_at_its_end_when_asked_then_it_says_raise_EndLr() =>
        Assert.Contains("raise EndLr", Assert.Single(Curves.Test(Curves.Typical, endLr: 0.05).Warnings), StringComparison.Ordinal);

    [Fact]
    public void Given_a_loss_that_ran_away_within_the_warm_up_when_asked_then_it_says_lower_StartLr()
    {
        LrRangeTestResult whole = Curves.Test(Curves.Typical, startLr: 5, endLr: 50);
        LrRangeTestResult short_ = whole with { Points = [.. whole.Points.Take(11)], StopReason = RangeTestStopReason.Diverged };
        Assert.Contains("lower StartLr", Assert.Single(short_.Warnings), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0.01, true)]
    [InlineData(2.42, false)]
    public void Given_a_sweep_that_ended_at_once_when_its_first_loss_is_far_below_the_others_then_another_seed_is_named_too(double first, bool another)
    {
        LrRangeTestResult whole = Curves.Test(Curves.Noisy(Curves.Typical, 0.01, 4));
        LrRangeTestResult ended = whole with { Points = [.. whole.Points.Take(11).Select(p => p.Step == 0 ? p with { Loss = first } : p)], StopReason = RangeTestStopReason.Diverged };
        Assert.Equal(another, Assert.Single(ended.Warnings).Contains("another Seed", StringComparison.Ordinal));
    }

    [Fact]
    public void Given_a_first_loss_of_NaN_when_asked_then_it_says_lower_StartLr_and_not_that_it_did_not_diverge()
    {
        LrRangeTestResult test = Curves.Test(_ => double.NaN, iterations: 10) with { StopReason = RangeTestStopReason.NonFiniteLoss };
        Assert.Contains("lower StartLr", Assert.Single(test.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public void Given_a_loss_that_turned_NaN_late_when_asked_then_it_counts_as_diverged()
    {
        LrRangeTestResult test = Curves.Test(Curves.Typical, endLr: 0.05) with { StopReason = RangeTestStopReason.NonFiniteLoss };
        Assert.Empty(test.Warnings);
    }
}

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
        Assert.Equal(Test, read with { Points = Test.Points, Trials = Test.Trials, Repeats = Test.Repeats, Options = Test.Options });
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
        LrRangeTestResult pooled = LrRangeTestResult.Pool([Test, Curves.Test(Curves.Typical)]);
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
    [InlineData("""{"format":"clr-range-test","version":1,"test":null}""")]
    [InlineData("""{"format":"clr-range-test","version":"1","test":{}}""")]
    public void Given_a_text_that_is_no_test_when_read_then_the_error_says_what_to_give(string json) =>
        Assert.Contains("Export-LrRangeTest", Assert.Throws<RangeTestFormatException>(() => LrRangeTestJson.FromJson(json)).Message, StringComparison.Ordinal);

    [Fact]
    public void Given_a_later_version_when_read_then_the_error_asks_for_a_newer_engine() =>
        Assert.Contains("newer engine", Assert.Throws<RangeTestFormatException>(() => LrRangeTestJson.FromJson(LrRangeTestJson.ToJson(Test).Replace("\"version\": 3,", "\"version\": 4,", StringComparison.Ordinal))).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("\"learningRate\": 1E-07,", "")]
    [InlineData("\"iterations\": 100,", "")]
    [InlineData("\"batchSize\": 64,", "")]
    [InlineData("\"batchSize\": 64,", "\"batchSize\": 64, \"bachSize\": 32,")]
    [InlineData("\"sweep\": \"Exponential\"", "\"sweep\": 0")]
    [InlineData("\"smoothFactor\": 0.05", "\"smoothFactor\": 5")]
    [InlineData("\"groups\": []", "\"groups\": null")]
    [InlineData("\"groups\": []", "\"groups\": [null]")]
    [InlineData("\"points\": [", "\"points\": [null,")]
    [InlineData("\"repeats\": []", "\"repeats\": [null]")]
    public void Given_a_member_that_is_missing_unknown_or_impossible_when_read_then_it_is_refused_and_never_a_default(string written, string altered)
    {
        string json = LrRangeTestJson.ToJson(Test);
        Assert.Contains(written, json, StringComparison.Ordinal);
        int at = json.IndexOf(written, StringComparison.Ordinal);
        Assert.Throws<RangeTestFormatException>(() => LrRangeTestJson.FromJson(json[..at] + altered + json[(at + written.Length)..]));
    }

    [Fact]
    public void Given_a_test_of_format_version_2_when_read_then_it_has_no_trials()
    {
        JsonNode document = JsonNode.Parse(LrRangeTestJson.ToJson(Test))!;
        document["version"] = 2;
        document["test"]!.AsObject().Remove("trials");
        Assert.Empty(LrRangeTestJson.FromJson(document.ToJsonString()).Trials);
    }

    [Fact]
    public void Given_a_test_of_format_version_1_when_read_then_what_describes_it_and_its_repeats_is_in_one_place()
    {
        LrRangeTestResult read = LrRangeTestJson.FromJson(OfVersion1(Test with { Repeats = [Test] }));
        Assert.Equal((23L, 64, "mlp:8", "digits", "cpu", "ab12", "Sgd, momentum 0.9", 2), (read.StepsPerEpoch, read.BatchSize, read.Model, read.Data, read.Device, read.DataIdentity, read.Optimizer, read.Seed));
        Assert.Equal("Clr 0.1.0, TorchSharp 0.107.0, libtorch 2.10.0, .NET 10.0.12", read.Versions);
        Assert.Equal((3, "mlp:8"), (Assert.Single(read.Repeats).Seed, read.Repeats[0].Model));
    }

    private static string OfVersion1(LrRangeTestResult test)
    {
        JsonObject document = JsonNode.Parse(LrRangeTestJson.ToJson(test))!.AsObject();
        document["version"] = 1;
        foreach ((JsonNode record, int seed) in new[] { (document["test"]!, 2), (document["test"]!["repeats"]![0]!, 3) })
        {
            record.AsObject().Remove("run");
            foreach ((string name, JsonNode value) in new (string, JsonNode)[]
            {
                ("stepsPerEpoch", 23), ("batchSize", 64), ("model", "mlp:8"), ("data", "digits"), ("device", "cpu"), ("dataIdentity", "ab12"),
                ("optimizer", "Sgd, momentum 0.9"), ("versions", "Clr 0.1.0, TorchSharp 0.107.0, libtorch 2.10.0, .NET 10.0.12"), ("seed", seed),
            })
                record[name] = value;
        }
        return document.ToJsonString();
    }

    private static LrRangeTestResult Round(LrRangeTestResult test) => LrRangeTestJson.FromJson(LrRangeTestJson.ToJson(test));
}
