namespace Notebooks;

/// <summary>The packed extension in the real host, by cells in C#, PowerShell and F#.</summary>
/// <param name="feed">The package.</param>
[Collection(PackedExtension.Name)]
public sealed class HostTests(PackageFeed feed)
{
    private const string Load = "#r \"nuget: ClrKernelExtension\"";

    // A failed first use would stay with the process: each way begins in a host of its own.
    [Theory]
    [InlineData("using TorchSharp;\nusing static TorchSharp.torch;\n$\"{nn.Sequential((\"layer\", nn.Linear(2, 3))).forward(ones(1, 2)).shape[1]}\"", "3")]
    [InlineData("$\"{TorchSharp.torch.randn(2).shape[0]}\"", "2")]
    [InlineData("#!pwsh\nImport-Module ClrModule\n[TorchSharp.torch]::ones([long[]](2)).shape[0]", "2")]
    public async Task Given_a_notebook_whose_first_cell_after_loading_uses_TorchSharp_when_run_then_it_works_and_so_does_what_follows(string source, string expected)
    {
        await using NotebookHost host = await NotebookHost.StartAsync(feed);
        CellOutput.Shown(await host.RunAsync(Load, feed));
        Assert.Equal(expected, CellOutput.Shown(await host.RunAsync(source, feed)));
        Assert.Contains("libtorch", CellOutput.Shown(await host.RunAsync("#!clr-devices", feed)), StringComparison.Ordinal);
        Assert.Equal("2", CellOutput.Shown(await host.RunAsync("$\"{TorchSharp.torch.randn(2).shape[0]}\"", feed)));
    }

    [Fact]
    public async Task Given_variables_of_one_language_when_named_then_magic_commands_find_them_and_both_languages_have_what_those_store()
    {
        await using NotebookHost host = await NotebookHost.StartAsync(feed);
        CellOutput.Shown(await host.RunAsync(Load, feed));
        CellOutput.Shown(await host.RunAsync("#!pwsh\nImport-Module ClrModule\n$mine = New-CyclicSchedule 0.01 0.1 -StepSize 23", feed));
        Assert.Contains("Completed", CellOutput.Shown(await host.RunAsync("#!clr-train --epochs 2 --schedule mine", feed)), StringComparison.Ordinal);
        Assert.Contains("Completed", CellOutput.Shown(await host.RunAsync("#!pwsh\n\"$($history.Status)\"", feed)), StringComparison.Ordinal);
        Assert.Contains("Completed", CellOutput.Shown(await host.RunAsync("history.Status.ToString()", feed)), StringComparison.Ordinal);

        // Where the languages differ, the newest counts, whoever set it and however often cells ran since that only read it.
        foreach ((string cell, string newest) in new[]
        {
            ("#!clr-schedule --base-lr 0.01 --max-lr 0.1 --step-size 23", "0.01 to 0.1"),
            ("#!pwsh\n$schedule = New-CyclicSchedule 0.02 0.3 -StepSize 23", "0.02 to 0.3"),
            ("schedule.ToString()", "0.02 to 0.3"),
            ("var schedule = new CyclicSchedule(0.03, 0.4, 23);", "0.03 to 0.4"),
            ("#!pwsh\n\"$schedule\"", "0.03 to 0.4"),
            ("#!pwsh\n$ignored = 1; Set-Variable -Name ('sched' + 'ule') -Value (New-CyclicSchedule 0.04 0.5 -StepSize 23)", "0.04 to 0.5"),
            ("#!clr-schedule --base-lr 0.05 --max-lr 0.6 --step-size 23", "0.05 to 0.6"),
        })
        {
            CellOutput.Shown(await host.RunAsync(cell, feed));
            Assert.Contains(newest, CellOutput.Shown(await host.RunAsync("#!clr-warm-up --steps 5 --name warmed", feed)), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Given_F_sharp_cells_when_they_speak_of_variables_then_they_and_the_magic_commands_have_the_same()
    {
        await using NotebookHost host = await NotebookHost.StartAsync(feed);
        CellOutput.Shown(await host.RunAsync(Load, feed));
        CellOutput.Shown(await host.RunAsync("#!clr-constant --learning-rate 0.3", feed));
        Assert.Contains("Constant 0.3", CellOutput.Shown(await host.RunAsync("#!fsharp\nlet mine = ClrEngine.Schedules.ConstantSchedule(0.1)\nschedule.ToString()", feed)), StringComparison.Ordinal);
        Assert.Contains("Constant 0.1", CellOutput.Shown(await host.RunAsync("#!clr-warm-up --schedule mine --steps 5", feed)), StringComparison.Ordinal);
        CellOutput.Shown(await host.RunAsync("var mine = new ConstantSchedule(0.2);", feed));
        Assert.Contains("Constant 0.2", CellOutput.Shown(await host.RunAsync("#!clr-warm-up --schedule mine --steps 5", feed)), StringComparison.Ordinal);
        Assert.Contains("Constant 0.2", CellOutput.Shown(await host.RunAsync("#!fsharp\nmine.ToString()", feed)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Given_a_line_that_is_not_whole_when_run_in_the_host_then_it_is_an_error_that_names_the_word_and_an_editor_offers_what_fits()
    {
        await using NotebookHost host = await NotebookHost.StartAsync(feed);
        CellOutput.Shown(await host.RunAsync(Load, feed));
        CellOutput.Shown(await host.RunAsync("var schedule = new CyclicSchedule(0.01, 0.1, 23);", feed));
        foreach ((string line, string told) in new[]
        {
            ("#!clr-train --epochs", "--epochs has no value"),
            ("#!clr-train 5", "'5' belongs to no parameter"),
            ("#!clr-train --resume 5", "'5' belongs to no parameter"),
            ("#!clr-train --epoch 5", "--epoch"),
            ("#!clr-train --momentum 2", "--momentum is 2"),
            ("#!clr-train --name class", "which C# cannot have as a variable"),
        })
            Assert.Contains(await host.RunAsync(line, feed), output => output.Kind == "error" && output.Text.Contains(told, StringComparison.Ordinal));
        // What an editor offers.
        CellOutput.Shown(await host.RunAsync("#!pwsh\nImport-Module ClrModule", feed));
        Assert.Contains("AdamW", await host.CompleteAsync("#!clr-train --optimizer ", "csharp"));
        Assert.Contains("--weight-decay", await host.CompleteAsync("#!clr-train --", "csharp"));
        Assert.Contains("#!clr-compare", await host.CompleteAsync("#!clr-", "pwsh"));
        Assert.Contains("AdamW", await host.CompleteAsync("Start-CyclicTraining -Optimizer Ada", "pwsh"));
    }

    [Fact]
    public async Task Given_a_run_in_the_host_when_interrupted_then_it_was_seen_from_its_beginning_and_its_figure_and_history_say_that_it_was_cancelled()
    {
        await using NotebookHost host = await NotebookHost.StartAsync(feed);
        CellOutput.Shown(await host.RunAsync(Load, feed));
        CellOutput.Shown(await host.RunAsync("#!clr-constant --learning-rate 0.01 --momentum 0.9", feed));
        IReadOnlyList<CellOutput> outputs = await host.RunAsync("#!clr-train --epochs 1000000", feed, interruptAt: " left");
        Assert.Equal(["Training mlp:256,128 on digits: it begins", "Training mlp:256,128 on digits: step 0 of 23,000,000, rate 0.01"], host.Said[..2]);
        Assert.StartsWith("Training mlp:256,128 on digits: step 1 of 23,000,000, epoch 1 of 1,000,000, rate 0.01, loss ", host.Said[2], StringComparison.Ordinal);
        Assert.Contains(outputs, output => output.Text.StartsWith("Training mlp:256,128 on digits: cancelled", StringComparison.Ordinal));
        Assert.Contains(outputs, output => output.Forms.Values.Any(form => form.Contains("clr-figure", StringComparison.Ordinal) && form.Contains("(cancelled)", StringComparison.Ordinal)));
        Assert.Contains("Cancelled", CellOutput.Shown(await host.RunAsync("#!pwsh\n\"$($history.Status)\"", feed)), StringComparison.Ordinal);
        Assert.Contains("Cancelled", CellOutput.Shown(await host.RunAsync("history.Status.ToString()", feed)), StringComparison.Ordinal);
        Assert.Contains("digits: it begins", string.Join('\n', await Interrupted("#!clr-range-test --iterations 1000000 --start-lr 1e-9 --end-lr 1e-8")), StringComparison.Ordinal);
        Assert.Contains("Cancelled", CellOutput.Shown(await host.RunAsync("#!pwsh\n\"$($rangeTest.StopReason)\"", feed)), StringComparison.Ordinal);

        async Task<string[]> Interrupted(string source)
        {
            IReadOnlyList<CellOutput> test = await host.RunAsync(source, feed, interruptAt: "(running)");
            Assert.Contains(test, output => output.Text.Contains("cancelled", StringComparison.Ordinal));
            return [.. host.Said];
        }
    }

    [Fact]
    public async Task Given_a_module_of_ones_own_in_either_language_when_trained_then_a_line_says_that_it_goes_on_from_its_weights()
    {
        await using NotebookHost host = await NotebookHost.StartAsync(feed);
        CellOutput.Shown(await host.RunAsync(Load, feed));
        CellOutput.Shown(await host.RunAsync("#!clr-constant --learning-rate 0.01", feed));
        CellOutput.Shown(await host.RunAsync("using TorchSharp;\nusing static TorchSharp.torch;\nvar net = nn.Sequential((\"flat\", nn.Flatten()), (\"layer\", nn.Linear(64, 10)));", feed));
        CellOutput.Shown(await host.RunAsync("#!pwsh\nImport-Module ClrModule\n$mine = New-TrainingModel mlp:8 digits", feed));
        foreach (string name in new[] { "net", "mine" })
            Assert.Contains($"{name} goes on from the weights that it has", CellOutput.Shown(await host.RunAsync($"#!clr-train --model {name} --epochs 1", feed)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Given_a_PowerShell_cell_when_it_displays_a_list_then_it_is_shown_in_one_figure_or_table()
    {
        await using NotebookHost host = await NotebookHost.StartAsync(feed);
        CellOutput.Shown(await host.RunAsync(Load, feed));
        IReadOnlyList<CellOutput> figure = await host.RunAsync("#!pwsh\nImport-Module ClrModule\nOut-Display ((New-ConstantSchedule 0.1), (New-ConstantSchedule 0.2)) -MimeType text/html", feed);
        Assert.Contains("clr-figure", Assert.Single(figure).Forms["text/html"], StringComparison.Ordinal);
        IReadOnlyList<CellOutput> table = await host.RunAsync("#!pwsh\nOut-Display (Get-TorchDevice) -MimeType text/html", feed);
        Assert.Contains("The devices that can train", Assert.Single(table).Forms["text/html"], StringComparison.Ordinal);
        foreach (string shown in new[]
        {
            "(New-ConstantSchedule 0.1 | Get-CyclicSchedulePoint -Count 5)",
            "(Import-TrainingData iris)",
            "((Import-TrainingData iris), (Import-TrainingData wine))",
            "$($null = New-TrainingSweep sweep -Setting @{ Model = 'mlp:8'; Data = 'digits'; BaseLr = 0.01; MaxLr = 0.1; StepSizeEpochs = 1; Epochs = 2 } -Seed 0, 1; Get-TrainingSweep sweep)",
            "$($schedule = New-ConstantSchedule 0.1; $history = $schedule | Start-CyclicTraining -Model mlp:8 -Data digits -Epochs 2; $history.Epochs)",
        })
            Assert.Contains("<table>", Assert.Single(await host.RunAsync($"#!pwsh\nOut-Display {shown} -MimeType text/html", feed)).Forms["text/html"], StringComparison.Ordinal);
    }
}
