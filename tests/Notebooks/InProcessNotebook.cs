using Microsoft.DotNet.Interactive.CSharp;

namespace Notebooks;

/// <summary>A notebook of the host's own kernels in this process, with the extension loaded.</summary>
internal sealed class InProcessNotebook : IDisposable
{
    private InProcessNotebook()
    {
    }

    public CSharpKernel CSharp { get; } = new();

    public CompositeKernel Root { get; } = [];

    public static async Task<InProcessNotebook> LoadAsync()
    {
        var notebook = new InProcessNotebook();
        notebook.Root.Add(notebook.CSharp);
        await new ClrExtension().OnLoadAsync(notebook.Root);
        // What #r "nuget:…" does in the host.
        CellResult references = await notebook.RunAsync($"#r \"{typeof(CyclicSchedule).Assembly.Location}\"");
        Assert.Null(references.Failure);
        return notebook;
    }

    public async Task<CellResult> RunAsync(string source) =>
        new((await Root.SendAsync(new SubmitCode(source, CSharp.Name), TestContext.Current.CancellationToken)).Events);

    /// <summary>Stores an object as a variable of the C# cells.</summary>
    public Task SetAsync(string name, object value) => CSharp.SetValueAsync(name, value, value.GetType());

    public object? Value(string name) => CSharp.TryGetValue(name, out object value) ? value : null;

    public void Dispose() => Root.Dispose();
}

/// <summary>What a cell showed, and how it ended.</summary>
internal sealed class CellResult(IReadOnlyList<KernelEvent> events)
{
    /// <summary>Everything shown, in order, later states of an output as well.</summary>
    public IReadOnlyList<HtmlOutput> Shown { get; } = [.. events.OfType<DisplayEvent>().Select(shown => shown.Value).OfType<HtmlOutput>()];

    /// <summary>How many outputs stand under the cell.</summary>
    public int Outputs { get; } = events.OfType<DisplayedValueProduced>().Count();

    public string? Failure { get; } = events.OfType<CommandFailed>().LastOrDefault()?.Message;
}
