using System.Management.Automation;
using ClrEngine.Errors;
using ClrEngine.Torch.Models;
using static TorchSharp.torch;

namespace ClrModule.Binding;

/// <summary>What <c>-Model</c> takes: a name, a TorchScript file, a script block that makes a module, or a module.</summary>
internal static class ModelArgument
{
    private static readonly string[] FileExtensions = [".pt", ".pth", ".ts"];

    public static ModelSource Resolve(object model, PSCmdlet cmdlet) => Unwrapped(model) switch
    {
        string text when IsFile(text) => ModelSource.FromFile(FullText(text, cmdlet)),
        string name => new ModelSource(name),
        FileInfo file => ModelSource.FromFile(file.FullName),
        ScriptBlock block => ModelSource.FromFunction("script block", (shape, outputs) => Made(block, shape, outputs)),
        Func<nn.Module<Tensor, Tensor>> make => ModelSource.FromFunction("function", (_, _) => make()),
        nn.Module<Tensor, Tensor> module => new ModelSource(module),
        jit.ScriptModule<Tensor, Tensor> script => new ModelSource(new ScriptModel(script)),
        ModelSource source => source,
        var other => throw new InvalidParameterException("Model", other, $"A {Named(other)} is not a model; give a name such as mlp, the path of a TorchScript file (.pt), a TorchSharp module that maps one tensor to one tensor, or a script block that makes one."),
    };

    /// <summary>A text that means the same in every folder: a file's full path, or a name as it is.</summary>
    public static string FullText(string text, PSCmdlet cmdlet) =>
        IsFile(text) ? cmdlet.SessionState.Path.GetUnresolvedProviderPathFromPSPath(text) : text;

    /// <summary>Whether a text is taken for the path of a TorchScript file.</summary>
    public static bool IsFile(string text) =>
        FileExtensions.Contains(Path.GetExtension(text), StringComparer.OrdinalIgnoreCase);

    private static nn.Module<Tensor, Tensor> Made(ScriptBlock block, IReadOnlyList<long> shape, int outputs)
    {
        object?[] made = block.Invoke(shape.ToArray(), outputs).Select(Unwrapped).ToArray();
        return made switch
        {
            [nn.Module<Tensor, Tensor> module] => module,
            [jit.ScriptModule<Tensor, Tensor> script] => new ScriptModel(script),
            _ => throw new InvalidParameterException("Model", block, $"The script block of -Model gave {Described(made)}; let it give one TorchSharp module that maps one tensor to one tensor, and nothing else.", "ModelBlock"),
        };
    }

    private static string Described(object?[] made) => made.Length switch
    {
        0 => "nothing",
        1 => $"one {Named(made[0])}",
        _ => $"{made.Length} objects ({string.Join(", ", made.Select(Named))})",
    };

    private static string Named(object? value) => value?.GetType().Name ?? "null";

    private static object? Unwrapped(object? value) => value is PSObject wrapped ? wrapped.BaseObject : value;
}
