using ClrEngine.Torch.Native;
using Microsoft.DotNet.Interactive;
using Microsoft.DotNet.Interactive.Commands;
using Microsoft.DotNet.Interactive.Directives;

namespace ClrKernelExtension;

/// <summary>What .NET Interactive loads from the package: objects that draw themselves, magic commands, and the PowerShell module.</summary>
public sealed class ClrExtension : IKernelExtension
{
    private const string Offer =
        "Clr: #!clr-help lists the magic commands; schedules, range tests, bounds and histories draw themselves; #!pwsh cells can Import-Module ClrModule.";

    /// <summary>Adds the commands to a notebook, and shows once what its figures need: plotly.js, with one line on what there is.</summary>
    /// <param name="kernel">The notebook's root kernel.</param>
    /// <returns>A task that has ended: nothing is loaded that takes time, libtorch only when a cell first uses it.</returns>
    public Task OnLoadAsync(Kernel kernel)
    {
        ArgumentNullException.ThrowIfNull(kernel);
        // A cell may make a tensor before anything of the engine runs, and TorchSharp's own search fails on older systems.
        TorchLibrary.LoadOnDemand();
        NotebookFormatters.Register();
        var notebook = new Notebook(kernel);
        foreach (Magic magic in Magics.All)
            kernel.AddDirective<ClrMagicCommand>(Directive(magic), (command, context) => RunAsync(command, notebook, context));
        if (ModulePath(Path.GetDirectoryName(typeof(ClrExtension).Assembly.Location) ?? "") is { } folder)
            notebook.AddModulePath(folder);
        KernelInvocationContext.Current?.Display(new HtmlOutput($"{FigureHtml.Loader}\n<p>{Offer}</p>", Offer), HtmlOutput.Html, HtmlOutput.Plain);
        return Task.CompletedTask;
    }

    // PowerShell cells import ClrModule by name from the folder "module": beside the assembly of a build, at the root of the package.
    private static string? ModulePath(string folder) =>
        new[] { Path.Combine(folder, "module"), Path.GetFullPath(Path.Combine(folder, "..", "..", "module")) }.FirstOrDefault(Directory.Exists);

    private static KernelActionDirective Directive(Magic magic)
    {
        var directive = new KernelActionDirective(magic.Name, magic.Description);
        foreach (MagicParameter parameter in magic.Parameters)
        {
            var declared = new KernelDirectiveParameter(parameter.Name, parameter.Description) { Flag = parameter.IsFlag };
            directive.Parameters.Add(parameter.Values is { } values ? declared.AddCompletions(values) : declared);
        }
        return directive;
    }

    // The host prints the stack of an exception that it catches; an error that is worded for users is that one line alone.
    private static async Task RunAsync(ClrMagicCommand command, Notebook notebook, KernelInvocationContext context)
    {
        Magic magic = Magics.All.Single(magic => magic.Name == command.InvokedDirective);
        var cell = new NotebookCell(notebook, context, magic.Parameters);
        try
        {
            foreach (string line in LinesOf(command))
                magic.Check(line);
            await notebook.DoAsync(() => magic.RunAsync(new MagicArguments(magic, command), cell), context.CancellationToken);
        }
        catch (Exception error) when (error is IClrError or OperationCanceledException or IOException or UnauthorizedAccessException)
        {
            cell.Fail(command, error);
        }
    }

    // The host passes over words that it cannot place: only the cell itself still has them.
    private static IEnumerable<string> LinesOf(ClrMagicCommand command)
    {
        KernelCommand whole = command;
        while (whole.Parent is { } parent)
            whole = parent;
        return whole is SubmitCode cell
            ? cell.Code.Split('\n').Select(line => line.Trim()).Where(line => line.Split(' ', '\t')[0] == command.InvokedDirective)
            : [];
    }
}
