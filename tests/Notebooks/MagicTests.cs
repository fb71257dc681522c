using ClrEngine.Torch.Models;
using Microsoft.DotNet.Interactive.Directives;

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
    [InlineData("#!clr-modes --step-size 1kb", "give a whole number")]
    [InlineData("#!clr-modes --step-size 0", "--step-size is 0")]
    [InlineData("#!clr-schedule --base-lr 0.01 --max-lr 0.1 --step-size 5 --hold-top 2 --hold-top-epochs 1", "--hold-top and --hold-top-epochs both")]
    [InlineData("#!clr-schedule --base-lr 0.1 --max-lr 0.01 --step-size 5", "--base-lr (0.1) must be below --max-lr (0.01)")]
    [InlineData("#!clr-schedule --base-lr 0.01 --max-lr 0.1", "--step-size is missing; give it, or --step-size-epochs")]
    [InlineData("#!clr-one-cycle --max-lr 0.1 --epochs 2 --steps-per-epoch 0", "give --steps-per-epoch")]
    [InlineData("#!clr-range-test --trial-steps 5", "--trial-steps is 5")]
    [InlineData("#!clr-train --loss MeanSquaredError", "use --loss CrossEntropy")]
    [InlineData("#!clr-train --momentum 2", "--momentum is 2")]
    [InlineData("#!clr-train --checkpoint-every 5", "need --checkpoint-path")]
    [InlineData("#!clr-train --epochs", "--epochs has no value")]
    [InlineData("#!clr-train --epochs --seed 3", "--epochs has no value")]
    [InlineData("#!clr-train 5", "'5' belongs to no parameter")]
    [InlineData("#!clr-train --resume true", "'true' belongs to no parameter")]
    [InlineData("#!clr-train --name class", "which C# cannot have as a variable")]
    [InlineData("#!clr-train --name 2nd", "which C# cannot have as a variable")]
    [InlineData("#!clr-compare", "make one with #!clr-train")]
    [InlineData("#!clr-compare --runs schedule", "holds a CyclicSchedule, not a training run")]
    [InlineData("#!clr-range-test --sweep sideways", "Exponential, Linear")]
    [InlineData("#!clr-range-test --model nonsense", "There is no model 'nonsense'")]
    [InlineData("#!clr-range-test --model nowhere.pt", "There is no model file")]
    [InlineData("#!clr-range-test --data ./no/such", "no/such")]
    [InlineData("#!clr-range-test --device tpu", "give auto, cpu, cuda")]
    [InlineData("#!clr-range-test --iterations 3000000000", "give a whole number up to 2147483647")]
    [InlineData("#!clr-suggest --range-test nothing", "make it with #!clr-range-test")]
    [InlineData("#!clr-train --epochs many", "give a whole number")]
    [InlineData("#!clr-schedule --base-lr 0.01 --max-lr 0.1 --step-size 20 --gamma 0.9", "the mode is Triangular; leave --gamma out")]
    [InlineData("#!clr-train --schedule nothing", "make it with #!clr-schedule")]
    public async Task Given_a_bad_parameter_when_run_then_the_cell_fails_with_one_readable_line(string source, string expected)
    {
        using InProcessNotebook notebook = await InProcessNotebook.LoadAsync();
        await notebook.SetAsync("schedule", new CyclicSchedule(0.01, 0.1, 10));
        CellResult cell = await notebook.RunAsync(source);
        Assert.Contains(expected, cell.Failure, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', cell.Failure!);
        Assert.DoesNotContain(cell.Shown, output => output.Markup.Contains("clr-figure", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("#!clr-train --epoch 5")]
    [InlineData("#!clr-train --epochs 5 --epochs 6")]
    public async Task Given_a_parameter_that_is_not_there_or_is_given_twice_when_run_then_the_cell_fails(string source)
    {
        using InProcessNotebook notebook = await InProcessNotebook.LoadAsync();
        await notebook.SetAsync("schedule", new CyclicSchedule(0.01, 0.1, 10));
        Assert.Contains("--epoch", (await notebook.RunAsync(source)).Failure, StringComparison.Ordinal);
        Assert.Null(notebook.Value("history"));
    }

    [Theory]
    [InlineData("#!clr-schedule --mode ", "Triangular2")]
    [InlineData("#!clr-range-test --sweep ", "Linear")]
    [InlineData("#!clr-suggest --method ", "Balanced")]
    [InlineData("#!clr-train --optimizer ", "AdamW")]
    [InlineData("#!clr-train --model ", "resnet20")]
    [InlineData("#!clr-train --data ", "digits")]
    [InlineData("#!clr-train --loss ", "BinaryCrossEntropy")]
    [InlineData("#!clr-train --precision ", "Auto")]
    [InlineData("#!clr-one-cycle --anneal-strategy ", "Linear")]
    [InlineData("#!clr-train --", "--epochs")]
    [InlineData("#!clr-train --", "--checkpoint-path")]
    [InlineData("#!clr-", "#!clr-train")]
    public async Task When_completion_is_asked_for_then_what_can_be_typed_is_offered(string typed, string expected)
    {
        using InProcessNotebook notebook = await InProcessNotebook.LoadAsync();
        KernelCommandResult result = await notebook.Root.SendAsync(
            new RequestCompletions(typed, new LinePosition(0, typed.Length), notebook.CSharp.Name), TestContext.Current.CancellationToken);
        Assert.Contains(expected, Assert.Single(result.Events.OfType<CompletionsProduced>()).Completions.Select(c => c.InsertText));
    }

    [Theory]
    [InlineData("#!clr-one-cycle --max-lr 0.1 --epochs 6 --steps-per-epoch 23 --three-phase", typeof(OneCycleSchedule))]
    [InlineData("#!clr-restarts --max-lr 0.1 --min-lr 0.001 --cycle-steps 50 --cycle-mul 2", typeof(CosineWarmRestartsSchedule))]
    [InlineData("#!clr-decay --max-lr 0.1 --min-lr 0.001 --epochs 6 --steps-per-epoch 23 --shape Exponential", typeof(DecaySchedule))]
    [InlineData("#!clr-step-decay --max-lr 0.1 --milestone-epochs 2,4 --steps-per-epoch 23", typeof(StepDecaySchedule))]
    [InlineData("#!clr-warmup-stable-decay --max-lr 0.1,0.2 --total-steps 100 --warmup-steps 10 --decay-steps 20", typeof(GroupedSchedule))]
    [InlineData("#!clr-constant --learning-rate 0.1 --momentum 0.9", typeof(ConstantSchedule))]
    [InlineData("#!clr-warm-up --steps 10 --start-factor 0.1", typeof(WarmupSchedule))]
    [InlineData("#!clr-schedule --base-lr 0.01,0.001 --max-lr 0.1 --step-size 20", typeof(GroupedSchedule))]
    [InlineData("#!clr-schedule --base-lr 0.01 --max-lr 0.1 --step-size 20 --hold-top 3 --hold-bottom-epochs 0.5 --steps-per-epoch 23", typeof(CyclicSchedule))]
    [InlineData("#!clr-schedule --base-lr 0.01 --max-lr 0.1 --step-size 20 --mode ExpRange --final-amplitude 0.1 --over 400", typeof(CyclicSchedule))]
    public async Task Given_a_command_of_any_kind_of_schedule_when_run_then_it_is_drawn_and_stored(string source, Type kind)
    {
        using InProcessNotebook notebook = await InProcessNotebook.LoadAsync();
        await notebook.SetAsync("schedule", new CyclicSchedule(0.02, 0.2, 20));
        CellResult cell = await notebook.RunAsync(source);
        Assert.Null(cell.Failure);
        Assert.Contains("clr-figure", Assert.Single(cell.Shown).Markup, StringComparison.Ordinal);
        Assert.IsType(kind, notebook.Value("schedule"));
    }

    [Theory]
    [InlineData("#!clr-devices", "cpu")]
    [InlineData("#!clr-help", "#!clr-train")]
    [InlineData("#!clr-help --command clr-train", "--weight-decay")]
    public async Task When_asked_what_there_is_then_a_table_says_so(string source, string expected)
    {
        using InProcessNotebook notebook = await InProcessNotebook.LoadAsync();
        HtmlOutput output = Assert.Single((await notebook.RunAsync(source)).Shown);
        Assert.Contains(expected, output.Markup, StringComparison.Ordinal);
        Assert.Contains(expected, output.Text, StringComparison.Ordinal);
    }
}

/// <summary>What the parameters of magic commands are, beside those of the cmdlets.</summary>
public sealed partial class ParameterTests
{
    // What comes along with an object in a pipeline comes along with the bounds in a notebook.
    private static readonly string[] Brought = ["Group", "Run", "Definition"];

    // Code is no word of a line: a schedule or a loss with a function of one's own is made in a C# or PowerShell cell.
    private static readonly string[] Code = ["ScaleFunction", "ScaleMode", "LossFunction"];

    // A cell shows one run.
    private static readonly string[] OfCmdlets = ["Start-CyclicTraining Repeats"];

    // PowerShell's own, of every cmdlet that writes files.
    private static readonly string[] OfChanges = ["WhatIf", "Confirm"];

    // Several schedules train one after the other in a pipeline; a notebook has a line for each. The others name variables, or are of the display.
    private static readonly string[] NotebooksOwn = ["--name", "--count", "--bounds", "--schedule", "--range-test"];

    public static TheoryData<string, string> Pairs => new()
    {
        { "#!clr-schedule", "New-CyclicSchedule" },
        { "#!clr-one-cycle", "New-OneCycleSchedule" },
        { "#!clr-restarts", "New-WarmRestartSchedule" },
        { "#!clr-decay", "New-DecaySchedule" },
        { "#!clr-step-decay", "New-StepDecaySchedule" },
        { "#!clr-warmup-stable-decay", "New-WarmupStableDecaySchedule" },
        { "#!clr-constant", "New-ConstantSchedule" },
        { "#!clr-warm-up", "Add-ScheduleWarmup" },
        { "#!clr-range-test", "Invoke-LrRangeTest" },
        { "#!clr-suggest", "Get-SuggestedLrBounds" },
        { "#!clr-train", "Start-CyclicTraining" },
    };

    [Theory]
    [MemberData(nameof(Pairs))]
    public void Given_a_command_and_its_cmdlet_then_both_have_the_same_parameters(string command, string cmdlet)
    {
        IEnumerable<string> ofCmdlet = Parameter().Matches(File.ReadAllText(Repository.PathOf("docs", "cmdlets", cmdlet + ".md")))
            .Select(heading => heading.Groups[1].Value)
            .Except([.. Brought, .. Code, .. OfChanges])
            .Where(parameter => !OfCmdlets.Contains($"{cmdlet} {parameter}"))
            .Select(MagicParameter.NameOf);
        IEnumerable<string> ofCommand = Magics.All.Single(magic => magic.Name == command).Parameters.Select(parameter => parameter.Name);
        Assert.Equal(ofCmdlet.Except(NotebooksOwn).Order(StringComparer.Ordinal), ofCommand.Except(NotebooksOwn).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Given_the_commands_then_each_parameter_says_what_it_is_in_the_words_of_a_notebook() => Assert.All(
        Magics.All.SelectMany(magic => magic.Parameters),
        parameter =>
        {
            Assert.True(parameter.Description.Length > 15 && parameter.Description.EndsWith('.'), $"{parameter.Name}: {parameter.Description}");
            Assert.DoesNotMatch(OtherWords(), parameter.Description);
        });

    [Theory]
    [InlineData("MaxLr", "--max-lr")]
    [InlineData("TensorBoardPath", "--tensor-board-path")]
    [InlineData("Beta1", "--beta1")]
    public void Given_a_name_of_the_engine_then_a_notebook_writes_it_with_hyphens(string field, string name) => Assert.Equal(name, MagicParameter.NameOf(field));

    [Theory]
    [InlineData("StepSizeUp is 0; give -Epochs, or run Invoke-LrRangeTest.", null, "--step-size is 0; give --epochs, or run #!clr-range-test.")]
    [InlineData("Data is the word here.", null, "Data is the word here.")]
    [InlineData("Data is the parameter here.", "Data", "--data is the parameter here.")]
    [InlineData("Class weights of '-Data' files in C:\\Data.Epochs stay.", null, "Class weights of '-Data' files in C:\\Data.Epochs stay.")]
    public void Given_a_message_of_the_engine_when_told_then_it_names_the_parameters_of_the_notebook(string message, string? subject, string expected) => Assert.Equal(
        expected,
        NotebookText.Message(message, [new("--data", ""), new("--epochs", ""), new("--step-size", "") { Field = "StepSizeUp" }], subject));

    [GeneratedRegex(@"^### -(\w+)", RegexOptions.Multiline)]
    private static partial Regex Parameter();

    // A cmdlet's parameter, a value of a language, a name of code.
    [GeneratedRegex(@"\s-[A-Z]|\bnull\b|<c>|\bcref\b|\(\)")]
    private static partial Regex OtherWords();
}
