using ClrEngine.Torch.Learning;
using ClrEngine.Torch.Models;
using Microsoft.DotNet.Interactive.Directives;

namespace Notebooks;

/// <summary>The magic commands that train, in the host's kernels.</summary>
public sealed class TrainingMagicTests
{
    [Fact]
    public async Task Given_nothing_but_names_when_the_whole_job_runs_then_each_command_finds_what_the_one_before_stored()
    {
        using InProcessNotebook notebook = await InProcessNotebook.LoadAsync();
        foreach (string source in new[] { "#!clr-range-test", "#!clr-suggest", "#!clr-schedule --step-size-epochs 2 --mode Triangular2", "#!clr-train --epochs 4" })
        {
            CellResult cell = await notebook.RunAsync(source);
            Assert.Null(cell.Failure);
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
        // Some seconds, in each of which something is shown twice.
        CellResult cell = await notebook.RunAsync("#!clr-train --model mlp:512,512 --epochs 60");
        // The line of progress, and the figure.
        Assert.Equal(2, cell.Outputs);
        Assert.Equal("Training mlp:512,512 on digits: it begins", cell.Shown[0].Text);
        Assert.Equal("Training mlp:512,512 on digits: step 0 of 1,380, rate 0.01", cell.Shown[1].Text);
        Assert.Contains(cell.Shown, output => output.Text.Contains(": step 1 of 1,380, epoch 1 of 60, rate 0.01, loss ", StringComparison.Ordinal));
        Assert.Contains(cell.Shown, output => output.Text.Contains(" s left", StringComparison.Ordinal));
        Assert.Contains(cell.Shown, output => output.Text.Contains("(running)", StringComparison.Ordinal));
        Assert.Contains(cell.Shown, output => output.Text.StartsWith("Training mlp:512,512 on digits: completed after 1,380 steps", StringComparison.Ordinal));
        Assert.DoesNotContain("(running)", cell.Shown[^1].Text, StringComparison.Ordinal);
        // Drawn again in its place, not beside it.
        Assert.InRange(cell.Shown.Count(output => output.Markup.Contains("class=\"clr-figure\"", StringComparison.Ordinal)), 1, 2);
    }

    [Fact]
    public async Task Given_metrics_in_variables_when_trained_then_epochs_have_them_and_what_is_none_is_refused()
    {
        using InProcessNotebook notebook = await InProcessNotebook.LoadAsync();
        await notebook.SetAsync("schedule", new CyclicSchedule(0.01, 0.1, 23));
        await notebook.SetAsync("ones", new Metric("Ones", (_, _) => 1, "1"));
        await notebook.SetAsync("more", new[] { new Metric("Samples", (predictions, _) => predictions.shape[0], "the samples") });
        Assert.Null((await notebook.RunAsync("#!clr-train --model mlp:8 --epochs 1 --metric ones,more --best-by HighestMetric")).Failure);
        var history = Assert.IsType<TrainingHistory>(notebook.Value("history"));
        Assert.Equal("Ones 1 Samples 359", $"{history.Epochs[0].Metrics}");
        Assert.Contains(" --metric ones,more", history.Command, StringComparison.Ordinal);
        Assert.Contains("// more is the metric Samples, the samples\n", history.Command, StringComparison.Ordinal);
        Assert.Contains("'schedule' holds a CyclicSchedule, not a metric", (await notebook.RunAsync("#!clr-train --metric schedule")).Failure, StringComparison.Ordinal);
        Assert.Contains("There is no variable 'accuracy'", (await notebook.RunAsync("#!clr-train --metric accuracy")).Failure, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Given_data_that_are_not_there_when_trained_then_the_line_says_that_it_could_not_begin()
    {
        using InProcessNotebook notebook = await InProcessNotebook.LoadAsync();
        await notebook.SetAsync("schedule", new CyclicSchedule(0.01, 0.1, 23));
        CellResult cell = await notebook.RunAsync("#!clr-train --data ./no/such");
        Assert.NotNull(cell.Failure);
        Assert.Equal(["Training mlp:256,128 on such: it begins", "Training mlp:256,128 on such: it could not begin"], cell.Shown.Select(output => output.Text));
    }

    [Fact]
    public async Task Given_a_run_when_its_command_is_run_then_it_is_the_same_run()
    {
        using InProcessNotebook notebook = await InProcessNotebook.LoadAsync();
        Assert.Null((await notebook.RunAsync("""
            #!clr-schedule --base-lr 0.001 --max-lr 0.01 --step-size 23 --mode ExpRange --gamma 0.99 --cycle-momentum false --decay-base
            #!clr-train --epochs 2 --optimizer AdamW --weight-decay 0.05 --batch-size 64 --seed 7 --label-smoothing 0.1 --class-weight balanced --exclude-bias-and-norm --precision Auto
            """)).Failure);
        var first = Assert.IsType<TrainingHistory>(notebook.Value("history"));
        Assert.StartsWith("#!clr-schedule --base-lr 0.001 --max-lr 0.01 --step-size 23 ", first.Command, StringComparison.Ordinal);
        // What was taken, which is as usual.
        Assert.DoesNotContain("--precision", first.Command, StringComparison.Ordinal);
        Assert.Null((await notebook.RunAsync(first.Command!)).Failure);
        var second = Assert.IsType<TrainingHistory>(notebook.Value("history"));
        Assert.NotSame(first, second);
        Assert.Equal(first.Run, second.Run);
        Assert.Equal(first.Epochs.Select(epoch => epoch.TrainLoss), second.Epochs.Select(epoch => epoch.TrainLoss));
        Assert.Equal(first.Command, second.Command);
    }

    [Fact]
    public async Task Given_settings_of_a_range_test_when_trained_under_its_bounds_then_they_come_along_unless_another_is_given()
    {
        using InProcessNotebook notebook = await InProcessNotebook.LoadAsync();
        foreach (string source in new[]
        {
            "#!clr-range-test --model mlp:32 --data wine --optimizer Adam --batch-size 32 --seed 5 --end-lr 1",
            "#!clr-suggest",
            "#!clr-schedule --step-size-epochs 1",
            "#!clr-warm-up --epochs 1",
            "#!clr-train --epochs 3 --seed 6",
        })
            Assert.Null((await notebook.RunAsync(source)).Failure);
        var history = Assert.IsType<TrainingHistory>(notebook.Value("history"));
        Assert.Equal(("mlp:32", "wine", 32, 6), (history.Model, history.Data, history.BatchSize, history.Seed));
        Assert.StartsWith("Adam,", history.Run.Optimizer, StringComparison.Ordinal);
        CellResult other = await notebook.RunAsync("#!clr-train --epochs 1 --batch-size 16");
        Assert.Contains(other.Shown, output => output.Text.Contains("the batch size was 32 and is 16", StringComparison.Ordinal) && output.Text.Contains("run #!clr-range-test", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Given_weights_of_a_file_when_tested_trained_and_repeated_then_each_begins_with_them()
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("clr-weights-");
        using InProcessNotebook notebook = await InProcessNotebook.LoadAsync();
        foreach (string source in new[]
        {
            "#!clr-schedule --base-lr 0.01 --max-lr 0.1 --step-size 23",
            $"#!clr-train --model mlp:8 --epochs 1 --destination-path {JsonSerializer.Serialize(folder.FullName)}",
            $"#!clr-range-test --model mlp:8 --iterations 40 --trial-steps 10 --weights {JsonSerializer.Serialize(Path.Combine(folder.FullName, "final.safetensors"))} --freeze hidden1.*",
            "#!clr-suggest",
            "#!clr-schedule --step-size-epochs 1",
            "#!clr-train --epochs 1",
        })
            Assert.Null((await notebook.RunAsync(source)).Failure);
        var first = Assert.IsType<TrainingHistory>(notebook.Value("history"));
        Assert.StartsWith("final.safetensors (sha256:", first.Run.Weights, StringComparison.Ordinal);
        Assert.Equal(["hidden1.*"], first.Run.Freeze);
        Assert.Null((await notebook.RunAsync(first.Command!)).Failure);
        var second = Assert.IsType<TrainingHistory>(notebook.Value("history"));
        Assert.Equal(first.Epochs.Select(epoch => epoch.TrainLoss), second.Epochs.Select(epoch => epoch.TrainLoss));
        folder.Delete(recursive: true);
    }

    [Fact]
    public async Task Given_a_run_that_was_interrupted_when_resumed_then_it_goes_on_from_its_checkpoint()
    {
        using InProcessNotebook notebook = await InProcessNotebook.LoadAsync();
        await notebook.SetAsync("schedule", new CyclicSchedule(0.01, 0.1, 23));
        DirectoryInfo folder = Directory.CreateTempSubdirectory("clr-notebook-");
        string train = $"#!clr-train --checkpoint-path {JsonSerializer.Serialize(folder.FullName)} --resume";
        Assert.Null((await notebook.RunAsync($"{train} --epochs 2")).Failure);
        CellResult longer = await notebook.RunAsync($"{train} --epochs 4");
        Assert.Null(longer.Failure);
        Assert.Contains(longer.Shown, output => output.Text.Contains(": step 47 of 92, epoch 3 of 4", StringComparison.Ordinal));
        Assert.Equal(4, Assert.IsType<TrainingHistory>(notebook.Value("history")).Epochs.Count);
        folder.Delete(recursive: true);
    }

    [Fact]
    public async Task Given_a_module_of_ones_own_when_trained_then_a_line_says_that_it_goes_on_from_its_weights()
    {
        using InProcessNotebook notebook = await InProcessNotebook.LoadAsync();
        await notebook.SetAsync("schedule", new CyclicSchedule(0.01, 0.1, 23));
        using var net = new ModelSource("mlp").Open([64], 10);
        await notebook.SetAsync("net", net);
        CellResult cell = await notebook.RunAsync("#!clr-train --model net --epochs 2");
        Assert.Null(cell.Failure);
        Assert.Contains(cell.Shown, output => output.Text.StartsWith("net goes on from the weights that it has", StringComparison.Ordinal));
        Assert.Contains("--model model ", ((TrainingHistory)notebook.Value("history")!).Command, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Given_runs_when_compared_then_one_figure_and_one_table_show_them_by_name_with_their_schedules()
    {
        using InProcessNotebook notebook = await InProcessNotebook.LoadAsync();
        Assert.Null((await notebook.RunAsync("""
            #!clr-constant --learning-rate 0.01 --name low
            #!clr-constant --learning-rate 0.1 --name high
            #!clr-train --schedule low --epochs 1 --name first
            #!clr-train --schedule high --epochs 1 --name second
            """)).Failure);
        foreach (string source in new[] { "#!clr-compare", "#!clr-compare --runs first,second" })
        {
            HtmlOutput output = Assert.Single((await notebook.RunAsync(source)).Shown);
            Assert.Contains("clr-figure", output.Markup, StringComparison.Ordinal);
            Assert.Contains("first", output.Text, StringComparison.Ordinal);
            Assert.Contains("Constant 0.1", output.Text, StringComparison.Ordinal);
        }
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
        // The next cell waits for what the interrupted one found.
        Assert.Null((await notebook.RunAsync("1 + 1")).Failure);
        object kept = notebook.Value(name)!;
        Assert.Equal("Cancelled", kept is TrainingHistory history ? history.Status.ToString() : ((LrRangeTestResult)kept).StopReason.ToString());
    }

    [Fact]
    public async Task Given_a_schedule_that_the_run_cuts_when_trained_then_a_line_before_the_figure_warns()
    {
        using InProcessNotebook notebook = await InProcessNotebook.LoadAsync();
        await notebook.SetAsync("schedule", new CyclicSchedule(0.01, 0.1, 10));
        CellResult cell = await notebook.RunAsync("#!clr-train --epochs 1");
        Assert.Contains(cell.Shown, output => output.Text.StartsWith("Warning: The run ends after 3 of the 20 steps of a cycle", StringComparison.Ordinal));
        Assert.Contains("clr-figure", cell.Shown[^1].Markup, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Given_a_sweep_that_ends_too_early_when_range_tested_then_the_table_says_what_to_change()
    {
        using InProcessNotebook notebook = await InProcessNotebook.LoadAsync();
        Assert.Contains("raise --end-lr", (await notebook.RunAsync("#!clr-range-test --end-lr 0.01")).Shown[^1].Text, StringComparison.Ordinal);
    }
}
