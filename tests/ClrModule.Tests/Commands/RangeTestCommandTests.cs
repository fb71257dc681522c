using System.Management.Automation;
using ClrEngine.Data;
using ClrEngine.RangeTest;
using ClrEngine.RangeTest.Suggestions;
using ClrEngine.Schedules;
using ClrModule.Tests.Hosting;

namespace ClrModule.Tests.Commands;

public sealed class RangeTestCommandTests : IDisposable
{
    private readonly PowerShellSession _session = new();

    [Fact]
    public void Given_all_methods_when_asked_then_there_is_one_object_a_method()
    {
        SessionResult result = _session.Run("Invoke-LrRangeTest mlp:32 digits | Get-SuggestedLrBounds -Method All");
        Assert.Equal(Enum.GetNames<SuggestionMethod>(), result.Output.Select(o => ((LrSuggestion)o.BaseObject).Method.ToString()));
    }

    [Fact]
    public void Given_the_names_that_Method_takes_when_compared_then_they_are_those_of_the_engine_and_All()
    {
        Assert.Equal([.. Enum.GetNames<SuggestionMethod>(), "All"], new ClrModule.Binding.Completion.MethodCompleter().Listed);
        Assert.Contains("Balanced, Conservative", _session.Run("Invoke-LrRangeTest mlp:32 digits | Get-SuggestedLrBounds -Method Best").Error.Exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Given_repeats_when_run_then_three_seeds_are_kept_and_the_bounds_have_a_spread()
    {
        _session.Set("test", _session.Get<LrRangeTestResult>("Invoke-LrRangeTest mlp:32 digits -Repeats 3 -Seed 5"));
        Assert.Equal([5, 6, 7], _session.Get<LrRangeTestResult>("$test").Repeats.Select(r => r.Seed));
        Assert.Equal(3, _session.Get<LrBounds>("$test | Get-SuggestedLrBounds").Spread!.Repeats);
    }

    [Fact]
    public void Given_a_test_when_asked_what_it_ran_on_then_it_says_all_that_is_needed_to_run_it_again()
    {
        var test = _session.Get<LrRangeTestResult>("Invoke-LrRangeTest mlp:32 digits -Optimizer AdamW -Device cpu");
        Assert.Equal(("mlp:32", "digits", "cpu"), (test.Model, test.Data, test.Device));
        Assert.Equal(DataCatalog.Default.Load("digits").Identity, test.DataIdentity);
        Assert.Equal("AdamW, betas 0.9 and 0.999, weight decay 0.01", test.Optimizer);
        Assert.Contains("TorchSharp 0.", test.Versions, StringComparison.Ordinal);
    }

    [Fact]
    public void Given_a_test_that_went_through_CLIXML_when_asked_for_bounds_then_they_are_those_of_the_original()
    {
        var test = _session.Get<LrRangeTestResult>("Invoke-LrRangeTest mlp:32 digits -Repeats 2");
        _session.Set("test", test);
        _session.Run("$bag = [System.Management.Automation.PSSerializer]::Deserialize([System.Management.Automation.PSSerializer]::Serialize($test, 1))").All<object>();
        LrBounds own = _session.Get<LrBounds>("$test | Get-SuggestedLrBounds"), read = _session.Get<LrBounds>("$bag | Get-SuggestedLrBounds");
        Assert.Equal((own.BaseLr, own.MaxLr, own.Spread), (read.BaseLr, read.MaxLr, read.Spread));
    }

    [Fact]
    public void Given_a_test_that_was_written_too_shallow_when_asked_for_bounds_then_the_error_says_how_to_write_it()
    {
        var test = _session.Get<LrRangeTestResult>("Invoke-LrRangeTest mlp:32 digits");
        _session.Set("bag", PSSerializer.Deserialize(PSSerializer.Serialize(test, 1)));
        Assert.Contains("Export-LrRangeTest", _session.Run("$bag | Get-SuggestedLrBounds").Error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Given_a_test_in_a_file_when_read_then_its_bounds_are_the_same()
    {
        string path = Path.Combine(Path.GetTempPath(), Guid.NewGuid() + ".json");
        try
        {
            _session.Set("path", path);
            _session.Set("test", _session.Get<LrRangeTestResult>("Invoke-LrRangeTest mlp:32 digits"));
            Assert.Empty(_session.Run("$test | Export-LrRangeTest $path").Output);
            Assert.Equal(_session.Get<LrBounds>("$test | Get-SuggestedLrBounds").MaxLr, _session.Get<LrBounds>("Import-LrRangeTest $path | Get-SuggestedLrBounds").MaxLr);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void Given_a_file_that_is_no_test_when_read_then_the_error_has_its_own_id()
    {
        _session.Set("path", Repository.Manifest);
        Assert.StartsWith("RangeTestUnreadable,", _session.Run("Import-LrRangeTest $path").Error.FullyQualifiedErrorId, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("-EndLr 0.01", "raise EndLr")]
    [InlineData("-StartLr 5 -EndLr 50", "lower StartLr")]
    public void Given_a_sweep_that_shows_too_little_when_run_then_the_warning_says_what_to_change(string sweep, string remedy) =>
        Assert.Contains(remedy, Assert.Single(_session.Run($"Invoke-LrRangeTest mlp:32 digits {sweep}").Warnings), StringComparison.Ordinal);

    [Fact]
    public void Given_validation_batches_when_run_then_the_curve_is_that_of_the_validation_samples()
    {
        var test = _session.Get<LrRangeTestResult>("Invoke-LrRangeTest mlp:32 digits -ValidationBatches 2");
        // At a rate of 1e-7 the model stands still, and so does the loss of samples that stay the same.
        Assert.Equal(test.Points[0].Loss, test.Points[1].Loss, 4);
        Assert.Equal(2, test.Options.ValidationBatches);
    }

    [Fact]
    public void Given_a_data_set_smaller_than_a_batch_when_run_then_there_are_bounds()
    {
        var test = _session.Get<LrRangeTestResult>("Invoke-LrRangeTest mlp:32 wine -BatchSize 1000");
        Assert.Equal(1, test.StepsPerEpoch);
        _session.Set("test", test);
        Assert.True(_session.Get<LrBounds>("$test | Get-SuggestedLrBounds").MaxLr > 0);
    }

    [Fact]
    public void Given_rates_for_groups_when_run_then_the_bounds_are_given_for_each()
    {
        var bounds = _session.Get<LrBounds>("Invoke-LrRangeTest mlp:32 digits -ParameterGroup '*.weight', '*' -StartLr 1e-7, 1e-6 -EndLr 10, 100 | Get-SuggestedLrBounds");
        Assert.Equal(10, bounds.Groups[1].MaxLr / bounds.Groups[0].MaxLr, 6);
    }

    [Fact]
    public void Given_bounds_for_groups_when_piped_on_then_each_group_has_its_own_schedule_and_rates_given_by_hand_win()
    {
        _session.Set("bounds", _session.Get<LrBounds>("Invoke-LrRangeTest mlp:32 digits -ParameterGroup '*.weight', '*' -StartLr 1e-7, 1e-6 -EndLr 10, 100 | Get-SuggestedLrBounds"));
        GroupedSchedule cyclic = _session.Get<GroupedSchedule>("$bounds | New-CyclicSchedule -StepSizeEpochs 2");
        Assert.Equal(_session.Get<LrBounds>("$bounds").Groups, cyclic.Schedules.Cast<CyclicSchedule>().Select(s => new GroupBounds(s.BaseLr, s.MaxLr)));
        Assert.Equal([3.0, 3.0], _session.Get<GroupedSchedule>("$bounds | New-CyclicSchedule -MaxLr 3 -StepSizeEpochs 2").Schedules.Cast<CyclicSchedule>().Select(s => s.MaxLr));
        Assert.Equal(cyclic.At(46).Groups!.Select(g => g.LearningRate), _session.Get<GroupedSchedule>("$bounds | New-OneCycleSchedule -Epochs 4").Schedules.Cast<OneCycleSchedule>().Select(s => s.MaxLr));
        Assert.Equal(2, _session.Get<GroupedSchedule>("$bounds | New-WarmRestartSchedule -CycleEpochs 4").Schedules.Count);
    }

    [Fact]
    public void Given_bounds_for_groups_from_another_process_when_piped_on_then_each_group_has_its_own_schedule()
    {
        var bounds = _session.Get<LrBounds>("Invoke-LrRangeTest mlp:32 digits -ParameterGroup '*.weight', '*' -StartLr 1e-7, 1e-6 -EndLr 10, 100 | Get-SuggestedLrBounds");
        _session.Set("whole", PSSerializer.Deserialize(PSSerializer.Serialize(bounds, 3)));
        _session.Set("cut", PSSerializer.Deserialize(PSSerializer.Serialize(bounds, 1)));
        Assert.Equal(2, _session.Get<GroupedSchedule>("$whole | New-CyclicSchedule -StepSizeEpochs 2").Schedules.Count);
        Assert.StartsWith("SavedObjectCutOff,", _session.Run("$cut | New-CyclicSchedule -StepSizeEpochs 2").Error.FullyQualifiedErrorId, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("-Repeats 0", "InvalidRepeats")]
    [InlineData("-ValidationBatches -1", "InvalidValidationBatches")]
    [InlineData("-StartLr 1e-7, 1e-6 -EndLr 1, 1, 1", "GroupCountMismatch")]
    [InlineData("-ValidationData wine", "InvalidValidationData")]
    public void Given_an_option_that_cannot_be_used_when_run_then_the_error_names_it(string option, string id) =>
        Assert.StartsWith(id + ",", _session.Run("Invoke-LrRangeTest mlp:32 digits " + option).Error.FullyQualifiedErrorId, StringComparison.Ordinal);

    public void Dispose() => _session.Dispose();
}
