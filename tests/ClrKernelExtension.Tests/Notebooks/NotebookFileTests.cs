using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace ClrKernelExtension.Tests.Notebooks;

/// <summary>The files themselves, as they are saved.</summary>
public sealed partial class NotebookFileTests
{
    private const int MostBytes = 300_000;

    public static TheoryData<string> Names => [.. NotebookFile.Names];

    [Fact]
    public void When_listed_then_there_are_the_four_lessons() => Assert.Equal(
        ["01-schedules.ipynb", "02-range-test.ipynb", "03-training.ipynb", "04-powershell.ipynb"], NotebookFile.Names);

    [Theory]
    [MemberData(nameof(Names))]
    public void Given_a_notebook_then_it_is_of_format_4_5_for_the_CSharp_kernel_and_every_cell_has_an_id_of_its_own(string name)
    {
        var file = new NotebookFile(name);
        Assert.Equal((4, 5), ((int)file.Root["nbformat"]!, (int)file.Root["nbformat_minor"]!));
        Assert.Equal(".net-csharp", (string?)file.Root["metadata"]!["kernelspec"]!["name"]);
        Assert.Equal(file.Cells.Count, file.Cells.Select(cell => cell.Id).Distinct().Count());
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Given_a_notebook_then_every_code_cell_names_one_language_for_every_client(string name) => Assert.All(
        new NotebookFile(name).CodeCells,
        cell =>
        {
            Assert.Contains(cell.Language, new[] { "csharp", "pwsh" });
            Assert.Equal(cell.Language, cell.OlderLanguage);
            Assert.Equal(cell.Language == "pwsh", cell.Source.StartsWith("#!pwsh\n", StringComparison.Ordinal));
        });

    [Theory]
    [MemberData(nameof(Names))]
    public void Given_a_notebook_then_its_first_code_cell_loads_the_extension_and_its_saved_output_is_the_plain_line(string name)
    {
        NotebookCell first = new NotebookFile(name).CodeCells.First();
        Assert.Contains("#r \"nuget: ClrKernelExtension\"", first.Source, StringComparison.Ordinal);
        Assert.Equal("display_data text/plain", CellOutput.Signature(Assert.Single(first.Outputs)));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Given_a_notebook_then_its_outputs_are_saved_and_none_is_an_error(string name)
    {
        IEnumerable<NotebookCell> cells = new NotebookFile(name).CodeCells;
        Assert.All(cells, cell => Assert.NotEmpty(cell.Outputs));
        Assert.All(cells.SelectMany(cell => cell.Outputs), (JsonObject output) => Assert.NotEqual("error", (string?)output["output_type"]));
        Assert.Contains(cells.SelectMany(cell => cell.Outputs), output => output.ToJsonString().Contains("clr-figure", StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Given_a_notebook_then_it_is_small_and_holds_no_path_of_a_machine(string name)
    {
        string text = new NotebookFile(name).Text;
        Assert.True(text.Length < MostBytes, $"{name} has {text.Length} characters.");
        Assert.DoesNotMatch(MachinePath(), text);
    }

    [GeneratedRegex(@"(?<![\w.])/(root|home|tmp|work|usr|Users|mnt|var)/|[A-Za-z]:\\\\")]
    private static partial Regex MachinePath();
}
