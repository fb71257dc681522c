using ClrEngine.Schedules;
using ClrFigures;
using ClrKernelExtension.Magics;
using ClrKernelExtension.Tests.Host;
using Microsoft.CodeAnalysis.CSharp.Scripting;
using Microsoft.CodeAnalysis.Scripting;
using Microsoft.DotNet.Interactive;
using TorchSharp;

namespace ClrKernelExtension.Tests.Notebooks;

/// <summary>Runs C# cells one after the other, with magic commands between them; variables go both ways, as in the host.</summary>
internal sealed class CSharpCells(Notebook notebook)
{
    private static readonly ScriptOptions Options = ScriptOptions.Default
        .AddImports("System", "System.Text", "System.Collections", "System.Collections.Generic", "System.Threading.Tasks", "System.Linq")
        .AddReferences(typeof(object).Assembly, typeof(Enumerable).Assembly, typeof(CyclicSchedule).Assembly, typeof(ClrFigure).Assembly, typeof(ClrNotebook).Assembly, typeof(torch).Assembly, typeof(CellVariables).Assembly);

    private readonly CellVariables _stored = new();
    private ScriptState<object>? _state;

    public async Task<IReadOnlyList<CellOutput>> RunAsync(string source)
    {
        string[] lines = source.Split('\n');
        string[] code = [.. lines.Where(line => !line.StartsWith('#'))];
        var outputs = new List<CellOutput>();
        if (lines.Any(line => line.StartsWith("#r \"nuget: ClrKernelExtension\"", StringComparison.Ordinal)))
            outputs.Add(new CellOutput("display_data", [("text/plain", notebook.Greeting.Text)]));
        foreach (string line in lines.Where(line => line.StartsWith(MagicLine.Start, StringComparison.Ordinal)))
            outputs.AddRange(await MagicAsync(MagicLine.Parse(line)));
        if (!code.All(string.IsNullOrWhiteSpace) && await CodeAsync(string.Join('\n', code)) is { } value)
            outputs.Add(CellOutput.Of("execute_result", value));
        return outputs;
    }

    private async Task<IEnumerable<CellOutput>> MagicAsync(MagicLine line)
    {
        foreach (ScriptVariable variable in _state?.Variables ?? [])
            notebook.CSharp.Variables[variable.Name] = variable.Value;
        Magic magic = ClrMagics.Find(line.Name);
        KernelInvocationContext cell = await notebook.RunAsync(
            line.Name,
            [.. line.Arguments.Select(a => (Assert.Single(magic.Parameters, p => p.Name == a.Parameter).PropertyName, a.Value))]);
        Assert.Null(cell.Failure);
        foreach ((string name, object value) in notebook.CSharp.Variables.Where(v => _state?.GetVariable(v.Key)?.Value != v.Value).ToArray())
            await DeclareAsync(name, value);
        return cell.Displayed.Select(shown => CellOutput.Of("display_data", shown.Shown[^1]));
    }

    // The host declares what it is sent as a variable of the value's own type.
    private async Task DeclareAsync(string name, object value)
    {
        _stored.Values[name] = value;
        await CodeAsync($"var {name} = ({value.GetType().FullName})Values[\"{name}\"];");
    }

    private async Task<object?> CodeAsync(string code)
    {
        CancellationToken cancellationToken = TestContext.Current.CancellationToken;
        _state = _state is null
            ? await CSharpScript.RunAsync<object>(code, Options, _stored, cancellationToken: cancellationToken)
            : await _state.ContinueWithAsync<object>(code, Options, cancellationToken);
        return _state.ReturnValue;
    }
}
