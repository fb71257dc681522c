using System.Reflection;
using ClrKernelExtension;
using Microsoft.CodeAnalysis.CSharp.Scripting;
using Microsoft.CodeAnalysis.Scripting;
using Microsoft.DotNet.Interactive;
using Microsoft.DotNet.Interactive.Commands;
using Microsoft.DotNet.Interactive.CSharp;

namespace ClrKernelExtension.Tests.Host;

/// <summary>A notebook that has loaded extension.dib: its C# is compiled as a kernel compiles it, against the types of this folder.</summary>
internal sealed class Notebook
{
    private static readonly string[] Imports = ["System", "System.Text", "System.Collections", "System.Collections.Generic", "System.Threading.Tasks", "System.Linq"];

    private Notebook(Kernel root) => Root = root;

    public Kernel Root { get; }

    public CSharpKernel CSharp => Root.Children.OfType<CSharpKernel>().Single();

    public PowerShellKernel PowerShell => Root.Children.OfType<PowerShellKernel>().Single();

    /// <summary>What loading showed.</summary>
    public required HtmlOutput Greeting { get; init; }

    public static async Task<Notebook> LoadAsync()
    {
        var root = new Kernel("root") { Children = { new CSharpKernel(), new PowerShellKernel() } };
        var context = new KernelInvocationContext(root, TestContext.Current.CancellationToken);
        KernelInvocationContext.Current = context;
        ScriptOptions options = ScriptOptions.Default
            .AddImports(Imports)
            .AddReferences(typeof(Notebook).Assembly, typeof(ClrNotebook).Assembly, typeof(object).Assembly, typeof(Enumerable).Assembly);
        await CSharpScript.RunAsync(Script(), options, cancellationToken: TestContext.Current.CancellationToken);
        return new Notebook(root) { Greeting = Assert.IsType<HtmlOutput>(Assert.Single(context.Displayed).Shown[0]) };
    }

    /// <summary>Runs a magic command with the values of its parameters, such as <c>("BaseLr", "0.1")</c>.</summary>
    public async Task<KernelInvocationContext> RunAsync(string name, params (string Property, string Value)[] values)
    {
        var context = new KernelInvocationContext(Root, TestContext.Current.CancellationToken);
        await RunAsync(context, name, values);
        return context;
    }

    public async Task RunAsync(KernelInvocationContext context, string name, params (string Property, string Value)[] values)
    {
        KernelInvocationContext.Current = context;
        (var directive, var handler) = Root.Directives[name];
        object command = Activator.CreateInstance(directive.KernelCommandType!)!;
        foreach ((string property, string value) in values)
            command.GetType().GetProperty(property, BindingFlags.Public | BindingFlags.Instance)!.SetValue(command, value);
        await handler((KernelCommand)command, context);
    }

    private static string Script()
    {
        string text = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "extension.dib"));
        const string cell = "#!csharp\n";
        Assert.StartsWith(cell, text, StringComparison.Ordinal);
        return text[cell.Length..];
    }
}
