using System.Text.RegularExpressions;
using ClrKernelExtension;

namespace Notebooks;

/// <summary>What the parameters of magic commands are, beside those of the cmdlets.</summary>
public sealed partial class ParameterTests
{
    // What comes along with an object in a pipeline comes along with the bounds in a notebook.
    private static readonly string[] Brought = ["Group", "Run", "Definition"];

    // Code is no word of a line: a schedule with a function of one's own is made in a C# or PowerShell cell.
    private static readonly string[] Code = ["ScaleFunction", "ScaleMode"];

    // Several schedules train one after the other in a pipeline; a notebook has a line for each. The others name variables, or are of the display.
    private static readonly string[] NotebooksOwn = ["--name", "--count", "--bounds", "--schedule", "--range-test"];

    public static TheoryData<string, string> Pairs => new()
    {
        { "#!clr-schedule", "New-CyclicSchedule" },
        { "#!clr-one-cycle", "New-OneCycleSchedule" },
        { "#!clr-restarts", "New-WarmRestartSchedule" },
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
            .Except([.. Brought, .. Code])
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
