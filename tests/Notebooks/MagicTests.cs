using ClrEngine.RangeTest;
using ClrEngine.RangeTest.Suggestions;
using ClrEngine.Schedules;
using ClrEngine.Training;
using ClrKernelExtension;
using Microsoft.DotNet.Interactive;
using Microsoft.DotNet.Interactive.Commands;
using Microsoft.DotNet.Interactive.Directives;
using Microsoft.DotNet.Interactive.Events;

namespace Notebooks;

/// <summary>The magic commands in the host's kernels.</summary>
public sealed class MagicTests
{
    [Fact]
    public async Task When_it_loads_then_every_command_is_there_with_its_parameters()
    {
        using InProcessNotebook notebook = await InProcessNotebook.LoadAsync();
        foreach (Magic magic in Magics.All)
        {
            KernelDirective directive = Assert.Single(notebook.Root.KernelInfo.SupportedDirectives, d => d.Name == magic.Name);
            Assert.Equal(magic.Description, directive.Description);
            Assert.Equal(magic.Parameters.Select(p => p.Name), directive.Parameters.Select(p => p.Name));
        }
    }

    [Fact]
    public async Task Given_rates_when_a_schedule_is_made_then_it_is_drawn_and_stored()
    {
        using InProcessNotebook notebook = await InProcessNotebook.LoadAsync();
        CellResult cell = await notebook.RunAsync("#!clr-schedule --base-lr 0.001 --max-lr 0.1 --step-size 2000 --mode triangular2 --name mine");
        Assert.Null(cell.Failure);
        Assert.Contains("clr-figure", Assert.Single(cell.Shown).Markup, StringComparison.Ordinal);
        Assert.Equal(0.0505, Assert.IsType<CyclicSchedule>(notebook.Value("mine")).At(6000).LearningRate, 12);
        Assert.Null((await notebook.RunAsync("mine.At(6000)")).Failure);
    }

    [Fact]
    public async Task Given_a_number_in_a_variable_when_it_is_given_then_it_counts_as_if_it_were_typed()
    {
        using InProcessNotebook notebook = await InProcessNotebook.LoadAsync();
        await notebook.SetAsync("top", 0.25);
        Assert.Null((await notebook.RunAsync("#!clr-schedule --base-lr 0.001 --max-lr @top --step-size 10")).Failure);
        Assert.Equal(0.25, Assert.IsType<CyclicSchedule>(notebook.Value("schedule")).MaxLr);
    }

    [Theory]
    [InlineData("#!clr-schedule --base-lr high --max-lr 1", "give a number")]
    [InlineData("#!clr-schedule --bounds nothing", "no variable 'nothing'")]
    [InlineData("#!clr-schedule --bounds schedule", "holds a CyclicSchedule, not a LrBounds")]
    [InlineData("#!clr-modes --step-size 1.5", "give a whole number")]
    [InlineData("#!clr-modes --step-size 0", "StepSize")]
    [InlineData("#!clr-range-test --sweep sideways", "Exponential, Linear")]
    [InlineData("#!clr-range-test --model nonsense", "There is no model 'nonsense'")]
    [InlineData("#!clr-range-test --model nowhere.pt", "There is no model file")]
    [InlineData("#!clr-range-test --data ./no/such", "no/such")]
    [InlineData("#!clr-range-test --device tpu", "give auto, cpu, cuda")]
    [InlineData("#!clr-range-test --iterations 3000000000", "give a whole number up to 2147483647")]
    [InlineData("#!clr-suggest --range-test nothing", "make it with #!clr-range-test")]
    [InlineData("#!clr-train --epochs many", "give a whole number")]
    [InlineData("#!clr-train --schedule nothing", "make it with #!clr-schedule")]
    public async Task Given_a_bad_parameter_when_run_then_the_cell_fails_with_one_readable_line(string source, string expected)
    {
        using InProcessNotebook notebook = await InProcessNotebook.LoadAsync();
        await notebook.SetAsync("schedule", new CyclicSchedule(0.01, 0.1, 10));
        CellResult cell = await notebook.RunAsync(source);
        Assert.Contains(expected, cell.Failure, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', cell.Failure!);
        Assert.Empty(cell.Shown);
    }

    [Theory]
    [InlineData("#!clr-schedule --mode ", "Triangular2")]
    [InlineData("#!clr-range-test --sweep ", "Linear")]
    [InlineData("#!clr-suggest --method ", "Balanced")]
    [InlineData("#!clr-train --optimizer ", "AdamW")]
    [InlineData("#!clr-train --model ", "resnet20")]
    [InlineData("#!clr-train --data ", "digits")]
    [InlineData("#!clr-train --", "--epochs")]
    [InlineData("#!clr-", "#!clr-train")]
    public async Task When_completion_is_asked_for_then_what_can_be_typed_is_offered(string typed, string expected)
    {
        using InProcessNotebook notebook = await InProcessNotebook.LoadAsync();
        KernelCommandResult result = await notebook.Root.SendAsync(
            new RequestCompletions(typed, new LinePosition(0, typed.Length), notebook.CSharp.Name), TestContext.Current.CancellationToken);
        Assert.Contains(expected, Assert.Single(result.Events.OfType<CompletionsProduced>()).Completions.Select(c => c.InsertText));
    }

    [Fact]
    public async Task Given_nothing_but_names_when_the_whole_job_runs_then_each_command_finds_what_the_one_before_stored()
    {
        using InProcessNotebook notebook = await InProcessNotebook.LoadAsync();
        foreach (string source in new[] { "#!clr-range-test", "#!clr-suggest", "#!clr-schedule --step-size-epochs 2 --mode Triangular2", "#!clr-train --epochs 4" })
        {
            CellResult cell = await notebook.RunAsync(source);
            Assert.Null(cell.Failure);
            Assert.Equal(1, cell.Outputs);
            Assert.Contains("clr-figure", cell.Shown[^1].Markup, StringComparison.Ordinal);
        }
        Assert.Equal("mlp:256,128", Assert.IsType<LrRangeTestResult>(notebook.Value("rangeTest")).Model);
        Assert.IsType<LrBounds>(notebook.Value("bounds"));
        var history = Assert.IsType<TrainingHistory>(notebook.Value("history"));
        Assert.Equal((TrainingStatus.Completed, 4), (history.Status, history.Epochs.Count));
    }

    [Fact]
    public async Task While_training_goes_on_its_figure_says_so()
    {
        using InProcessNotebook notebook = await InProcessNotebook.LoadAsync();
        await notebook.SetAsync("schedule", new CyclicSchedule(0.01, 0.1, 23));
        CellResult cell = await notebook.RunAsync("#!clr-train --epochs 2");
        Assert.Equal(1, cell.Outputs);
        Assert.Contains("(running)", cell.Shown[0].Text, StringComparison.Ordinal);
        Assert.DoesNotContain("(running)", cell.Shown[^1].Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("#!clr-train --epochs 1000000", "history", "Training of", "Cancelled")]
    [InlineData("#!clr-range-test --iterations 1000000 --start-lr 1e-9 --end-lr 1e-8", "rangeTest", "range test of", "cancelled")]
    public async Task Given_an_interrupt_when_it_works_then_the_cell_ends_its_last_output_says_so_and_what_was_measured_is_kept(string source, string name, string title, string end)
    {
        using InProcessNotebook notebook = await InProcessNotebook.LoadAsync();
        await notebook.SetAsync("schedule", new CyclicSchedule(0.01, 0.1, 10));
        CancellationToken testEnds = TestContext.Current.CancellationToken;
        var works = new TaskCompletionSource();
        using IDisposable watch = notebook.Root.KernelEvents.Subscribe(shown =>
        {
            if (shown is DisplayedValueProduced { Value: HtmlOutput output } && output.Text.Contains(title, StringComparison.Ordinal))
                works.TrySetResult();
        });
        Task<CellResult> running = notebook.RunAsync(source);
        await works.Task.WaitAsync(testEnds);
        await notebook.Root.SendAsync(new Cancel(), testEnds);
        CellResult cell = await running;

        Assert.NotNull(cell.Failure);
        Assert.Contains(end, cell.Shown[^1].Text, StringComparison.Ordinal);
        while (notebook.Value(name) is null)
            await Task.Delay(20, testEnds);
        object kept = notebook.Value(name)!;
        Assert.Equal("Cancelled", kept is TrainingHistory history ? history.Status.ToString() : ((LrRangeTestResult)kept).StopReason.ToString());
        Assert.Null((await notebook.RunAsync("1 + 1")).Failure);
    }

    [Fact]
    public async Task Given_a_schedule_that_the_run_cuts_when_trained_then_a_line_before_the_figure_warns()
    {
        using InProcessNotebook notebook = await InProcessNotebook.LoadAsync();
        await notebook.SetAsync("schedule", new CyclicSchedule(0.01, 0.1, 10));
        CellResult cell = await notebook.RunAsync("#!clr-train --epochs 1");
        Assert.StartsWith("Warning: The run ends after 3 of the 20 steps of a cycle", cell.Shown[0].Text, StringComparison.Ordinal);
        Assert.Contains("clr-figure", cell.Shown[^1].Markup, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Given_a_sweep_that_ends_too_early_when_range_tested_then_the_table_says_what_to_change()
    {
        using InProcessNotebook notebook = await InProcessNotebook.LoadAsync();
        Assert.Contains("raise EndLr", (await notebook.RunAsync("#!clr-range-test --end-lr 0.01")).Shown[^1].Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("#!clr-devices", "cpu")]
    [InlineData("#!clr-help", "#!clr-train")]
    public async Task When_asked_what_there_is_then_a_table_says_so(string source, string expected)
    {
        using InProcessNotebook notebook = await InProcessNotebook.LoadAsync();
        HtmlOutput output = Assert.Single((await notebook.RunAsync(source)).Shown);
        Assert.Contains(expected, output.Markup, StringComparison.Ordinal);
        Assert.Contains(expected, output.Text, StringComparison.Ordinal);
    }
}
