using ClrEngine.RangeTest;
using ClrEngine.RangeTest.Suggestions;
using ClrEngine.Schedules;
using ClrEngine.Training;
using ClrKernelExtension.Magics;
using ClrKernelExtension.Tests.Host;
using Microsoft.DotNet.Interactive;

namespace ClrKernelExtension.Tests.Magics;

public sealed class ExtensionTests
{
    [Fact]
    public async Task When_it_loads_then_plotly_is_sent_once_and_one_line_says_what_there_is()
    {
        Notebook notebook = await Notebook.LoadAsync();
        Assert.Contains("plotly.js (basic - minified) v3.", notebook.Greeting.Html, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', notebook.Greeting.Text);
        Assert.Contains("#!clr-help", notebook.Greeting.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task When_it_loads_then_PowerShell_cells_can_import_the_module_by_name()
    {
        Notebook notebook = await Notebook.LoadAsync();
        string path = Assert.Single(notebook.PowerShell.ModulePaths);
        Assert.True(File.Exists(Path.Combine(path, "ClrModule", "ClrModule.psd1")));
        Assert.True(File.Exists(Path.Combine(path, "ClrModule", "bin", "ClrModule.dll")));
    }

    [Fact]
    public async Task When_it_loads_then_every_command_is_there_with_a_property_for_each_parameter()
    {
        Notebook notebook = await Notebook.LoadAsync();
        Assert.Equal(ClrMagics.All.Select(m => m.Name).Order(), notebook.Root.Directives.Keys.Order());
        foreach (Magic magic in ClrMagics.All)
        {
            var directive = notebook.Root.Directives[magic.Name].Directive;
            Assert.Equal(magic.Parameters.Select(p => p.Name), directive.Parameters.Select(p => p.Name));
            Assert.Equal(
                magic.Parameters.Select(p => p.PropertyName).Order(),
                directive.KernelCommandType!.GetProperties().Select(p => p.Name).Order());
        }
    }

    [Fact]
    public async Task Given_rates_when_a_schedule_is_made_then_it_is_drawn_and_stored_for_both_languages()
    {
        Notebook notebook = await Notebook.LoadAsync();
        KernelInvocationContext cell = await notebook.RunAsync(
            "#!clr-schedule", ("BaseLr", "0.001"), ("MaxLr", "0.1"), ("StepSize", "2000"), ("Mode", "triangular2"), ("Name", "mine"));
        Assert.Null(cell.Failure);
        Assert.Contains("clr-figure", Assert.IsType<HtmlOutput>(Assert.Single(cell.Displayed).Shown[0]).Html, StringComparison.Ordinal);
        Assert.Equal(0.0505, Assert.IsType<CyclicSchedule>(notebook.CSharp.Variables["mine"]).At(6000).LearningRate, 12);
        Assert.Same(notebook.CSharp.Variables["mine"], notebook.PowerShell.Variables["mine"]);
    }

    [Theory]
    [InlineData("#!clr-schedule", "BaseLr", "high", "give a number")]
    [InlineData("#!clr-schedule", "Bounds", "nothing", "no variable 'nothing'")]
    [InlineData("#!clr-modes", "StepSize", "1.5", "give a whole number")]
    [InlineData("#!clr-modes", "StepSize", "0", "StepSize")]
    [InlineData("#!clr-range-test", "Sweep", "sideways", "Exponential, Linear")]
    [InlineData("#!clr-range-test", "Model", "nonsense", "There is no model 'nonsense'")]
    [InlineData("#!clr-range-test", "Data", "./no/such", "no/such")]
    [InlineData("#!clr-range-test", "Device", "tpu", "give auto, cpu, cuda")]
    [InlineData("#!clr-suggest", "RangeTest", "nothing", "make it with #!clr-range-test")]
    [InlineData("#!clr-train", "Epochs", "many", "give a whole number")]
    [InlineData("#!clr-train", "Schedule", "nothing", "make it with #!clr-schedule")]
    public async Task Given_a_bad_parameter_when_run_then_the_cell_fails_with_one_readable_line(string name, string property, string value, string expected)
    {
        Notebook notebook = await Notebook.LoadAsync();
        notebook.CSharp.Variables["schedule"] = new CyclicSchedule(0.01, 0.1, 10);
        (string, string)[] values = name == "#!clr-schedule" && property == "BaseLr" ? [(property, value), ("MaxLr", "1")] : [(property, value)];
        KernelInvocationContext cell = await notebook.RunAsync(name, values);
        Assert.Contains(expected, cell.Failure, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', cell.Failure!);
        Assert.Empty(cell.Displayed);
    }

    [Fact]
    public async Task Given_nothing_but_names_when_the_whole_job_runs_then_each_command_finds_what_the_one_before_stored()
    {
        Notebook notebook = await Notebook.LoadAsync();
        foreach ((string name, (string, string)[] values) in new (string, (string, string)[])[]
        {
            ("#!clr-range-test", []),
            ("#!clr-suggest", []),
            ("#!clr-schedule", [("StepSizeEpochs", "2"), ("Mode", "Triangular2")]),
            ("#!clr-train", [("Epochs", "4")]),
        })
        {
            KernelInvocationContext cell = await notebook.RunAsync(name, values);
            Assert.Null(cell.Failure);
            Assert.Contains("clr-figure", Assert.IsType<HtmlOutput>(Assert.Single(cell.Displayed).Shown[^1]).Html, StringComparison.Ordinal);
        }
        Assert.Equal("mlp:256,128", Assert.IsType<LrRangeTestResult>(notebook.CSharp.Variables["rangeTest"]).Model);
        Assert.IsType<LrBounds>(notebook.CSharp.Variables["bounds"]);
        var history = Assert.IsType<TrainingHistory>(notebook.PowerShell.Variables["history"]);
        Assert.Equal((TrainingStatus.Completed, 4), (history.Status, history.Epochs.Count));
    }

    [Fact]
    public async Task Given_an_interrupt_when_training_then_the_cell_ends_and_the_history_says_cancelled()
    {
        Notebook notebook = await Notebook.LoadAsync();
        notebook.CSharp.Variables["schedule"] = new CyclicSchedule(0.01, 0.1, 10);
        using var interrupt = new CancellationTokenSource();
        await interrupt.CancelAsync();
        var cell = new KernelInvocationContext(notebook.Root, interrupt.Token);
        await notebook.RunAsync(cell, "#!clr-train", ("Epochs", "100000"));
        Assert.NotNull(cell.Failure);
        Assert.Equal(TrainingStatus.Cancelled, Assert.IsType<TrainingHistory>(notebook.CSharp.Variables["history"]).Status);
    }

    [Fact]
    public async Task While_training_goes_on_its_figure_says_so()
    {
        Notebook notebook = await Notebook.LoadAsync();
        notebook.CSharp.Variables["schedule"] = new CyclicSchedule(0.01, 0.1, 23);
        List<object> shown = Assert.Single((await notebook.RunAsync("#!clr-train", ("Epochs", "2"))).Displayed).Shown;
        Assert.Contains("(running)", Assert.IsType<HtmlOutput>(shown[0]).Text, StringComparison.Ordinal);
        Assert.DoesNotContain("(running)", Assert.IsType<HtmlOutput>(shown[^1]).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Given_a_schedule_that_the_run_cuts_when_trained_then_a_line_before_the_figure_warns()
    {
        Notebook notebook = await Notebook.LoadAsync();
        notebook.CSharp.Variables["schedule"] = new CyclicSchedule(0.01, 0.1, 10);
        KernelInvocationContext cell = await notebook.RunAsync("#!clr-train", ("Epochs", "1"));
        Assert.StartsWith("Warning: The run ends after 3 of the 20 steps of a cycle", Assert.IsType<HtmlOutput>(cell.Displayed[0].Shown[0]).Text, StringComparison.Ordinal);
        Assert.Contains("clr-figure", Assert.IsType<HtmlOutput>(cell.Displayed[1].Shown[^1]).Html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Given_a_sweep_that_ends_too_early_when_range_tested_then_the_table_says_what_to_change()
    {
        Notebook notebook = await Notebook.LoadAsync();
        KernelInvocationContext cell = await notebook.RunAsync("#!clr-range-test", ("EndLr", "0.01"));
        Assert.Contains("raise EndLr", Assert.IsType<HtmlOutput>(Assert.Single(cell.Displayed).Shown[^1]).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Given_an_interrupt_when_range_testing_then_what_was_measured_is_kept()
    {
        Notebook notebook = await Notebook.LoadAsync();
        using var interrupt = new CancellationTokenSource();
        await interrupt.CancelAsync();
        var cell = new KernelInvocationContext(notebook.Root, interrupt.Token);
        await notebook.RunAsync(cell, "#!clr-range-test");
        Assert.NotNull(cell.Failure);
        Assert.Equal(RangeTestStopReason.Cancelled, Assert.IsType<LrRangeTestResult>(notebook.CSharp.Variables["rangeTest"]).StopReason);
    }

    [Theory]
    [InlineData("#!clr-devices", "cpu")]
    [InlineData("#!clr-help", "#!clr-train")]
    public async Task When_asked_what_there_is_then_a_table_says_so(string name, string expected)
    {
        Notebook notebook = await Notebook.LoadAsync();
        KernelInvocationContext cell = await notebook.RunAsync(name);
        var output = Assert.IsType<HtmlOutput>(Assert.Single(cell.Displayed).Shown[0]);
        Assert.Contains(expected, output.Html, StringComparison.Ordinal);
        Assert.Contains(expected, output.Text, StringComparison.Ordinal);
    }
}
