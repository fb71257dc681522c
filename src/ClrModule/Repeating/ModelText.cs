using System.Management.Automation;
using System.Management.Automation.Language;
using ClrEngine.Torch.Models;
using ClrModule.Binding;
using static TorchSharp.torch;

namespace ClrModule.Repeating;

/// <summary>The PowerShell argument that gives a model again.</summary>
internal static class ModelText
{
    private static readonly string[] Automatic = ["_", "PSItem", "args", "input", "this", "PSScriptRoot", "PSCommandPath"];

    /// <summary>The argument.</summary>
    /// <param name="model">What <c>-Model</c> was given.</param>
    /// <param name="source">What became of it: the name of a model is whole there, with the widths that are usual today.</param>
    /// <param name="cmdlet">The cmdlet, whose folder a relative path starts from.</param>
    /// <param name="notes">Told what stands for a model that cannot be written down.</param>
    public static string Of(object model, ModelSource source, PSCmdlet cmdlet, ICollection<string> notes)
    {
        switch (model is PSObject wrapped ? wrapped.BaseObject : model)
        {
            case ScriptBlock block:
                if (FreeVariables(block) is { Length: > 0 } variables)
                    notes.Add($"the script block reads {string.Join(", ", variables)}");
                return $"{{{block}}}";
            case string text:
                return PowerShellText.Of(ModelArgument.IsFile(text) ? ModelArgument.FullText(text, cmdlet) : source.Name);
            case FileInfo file:
                return ModelArgument.IsFile(file.FullName) ? PowerShellText.Of(file.FullName) : $"([System.IO.FileInfo]{PowerShellText.Of(file.FullName)})";
            case ModelSource:
                notes.Add($"$model is the source '{source.Name}', which code made");
                return "$model";
            case Func<nn.Module<Tensor, Tensor>>:
                notes.Add("$model is the function that made a module");
                return "$model";
            case var module:
                notes.Add($"$model is the module {module!.GetType().Name} as it was before the run");
                return "$model";
        }
    }

    // What the block neither sets nor takes as a parameter.
    private static string[] FreeVariables(ScriptBlock block)
    {
        string[] own =
        [
            .. Automatic,
            .. block.Ast.FindAll(static ast => ast is ParameterAst, true).Select(static ast => ((ParameterAst)ast).Name.VariablePath.UserPath),
            .. block.Ast.FindAll(static ast => ast is ForEachStatementAst, true).Select(static ast => ((ForEachStatementAst)ast).Variable.VariablePath.UserPath),
            .. block.Ast.FindAll(static ast => ast is AssignmentStatementAst, true).SelectMany(static ast => Variables(((AssignmentStatementAst)ast).Left)),
        ];
        return [.. Variables(block.Ast).Except(own, StringComparer.OrdinalIgnoreCase).Select(static name => "$" + name)];
    }

    private static IEnumerable<string> Variables(Ast ast) =>
        ast.FindAll(static part => part is VariableExpressionAst variable && !variable.IsConstantVariable(), true)
            .Select(static part => ((VariableExpressionAst)part).VariablePath.UserPath)
            .Distinct(StringComparer.OrdinalIgnoreCase);
}
