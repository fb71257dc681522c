using ClrKernelExtension.Tests.Host;

namespace ClrKernelExtension.Tests.Notebooks;

/// <summary>
/// The notebooks run, cell by cell. With the environment variable <c>CLR_WRITE_OUTPUTS=1</c> what the cells show
/// is saved into the files.
/// </summary>
public sealed class NotebookTests
{
    public static TheoryData<string> Names => [.. NotebookFile.Names];

    private static bool WritesOutputs => Environment.GetEnvironmentVariable("CLR_WRITE_OUTPUTS") == "1";

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Given_a_notebook_when_its_cells_run_in_order_then_each_shows_outputs_of_the_kinds_that_are_saved(string name)
    {
        var file = new NotebookFile(name);
        Notebook notebook = await Notebook.LoadAsync();
        var csharp = new CSharpCells(notebook);
        using var powerShell = new PowerShellCells(notebook.PowerShell.ModulePaths.Single());
        int count = 0;
        foreach (NotebookCell cell in file.CodeCells)
        {
            IReadOnlyList<CellOutput> outputs = cell.Language == "pwsh" ? powerShell.Run(cell.Source) : await csharp.RunAsync(cell.Source);
            if (WritesOutputs)
                cell.Replace(++count, outputs);
            Assert.Equal((cell.Id, string.Join("; ", outputs.Select(o => o.Signature()))), (cell.Id, string.Join("; ", cell.Outputs.Select(CellOutput.Signature))));
        }
        if (WritesOutputs)
            file.Save();
    }
}
