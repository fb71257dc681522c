using System.Collections;
using System.Management.Automation.Language;
using System.Runtime.CompilerServices;
using ClrEngine.Torch.Learning;
using ClrEngine.Torch.Losses;
using static TorchSharp.torch;

namespace ClrModule.Binding;

/// <summary>Script blocks of the user's that give something.</summary>
internal static class ScriptBlocks
{
    // What PowerShell itself sets: the arguments, and what each process has.
    private static readonly string[] Automatic =
        ["_", "PSItem", "args", "input", "this", "PSScriptRoot", "PSCommandPath", "PID", "HOME", "Host", "PSHOME", "PSEdition", "PSVersionTable", "IsLinux", "IsMacOS", "IsWindows", "IsCoreCLR"];

    /// <summary>What a script block gives. An error that it writes ends it: nobody would see it. A break or continue in it would leave the loop of who trains.</summary>
    public static object?[] Invoke(string parameter, ScriptBlock script, params object?[] arguments)
    {
        try
        {
            return [.. script.InvokeWithContext(null, [new PSVariable("ErrorActionPreference", ActionPreference.Stop)], arguments).Select(WrappedValue.Plain)];
        }
        catch (LoopFlowException)
        {
            throw new InvalidParameterException(parameter, script.ToString(), $"The script block of {parameter} leaves a loop that is not its own, by break or continue; use return.");
        }
    }

    /// <summary>The same of a block that counts for a run, whose failure is the block's own, unless memory is wanting: the error comes from a few words on it.</summary>
    public static object?[] Invoke(string parameter, ScriptBlock script, Func<string, InvalidParameterException> refused, params object?[] arguments)
    {
        try
        {
            return Invoke(parameter, script, arguments);
        }
        catch (RuntimeException failure) when (failure is not PipelineStoppedException && !TorchOperationException.IsOutOfMemory(failure.GetBaseException()))
        {
            throw refused($"failed ({failure.Message})");
        }
    }

    /// <summary>What a block gave, for an error.</summary>
    public static string Described(object?[] made) => made.Length switch
    {
        0 => "nothing",
        1 => $"one {Named(made[0])}",
        _ => $"{made.Length} objects ({string.Join(", ", made.Select(Named))})",
    };

    private static string Named(object? value) => value?.GetType().Name ?? "null";

    /// <summary>The number that a block gave; null where that is anything else, such as a text, which is no number in every culture.</summary>
    public static double? Number(object?[] made) => made switch
    {
        [Half value] => (double)value,
        [sbyte or byte or short or ushort or int or uint or long or ulong or float or double or decimal] => Convert.ToDouble(made[0], CultureInfo.InvariantCulture),
        _ => null,
    };

    /// <summary>The variables that a block reads and neither sets nor takes as a parameter: its text alone does not say what it gives.</summary>
    public static string[] FreeVariables(ScriptBlock block)
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

/// <summary>A script block as a loss.</summary>
internal static class ScriptLoss
{
    private static readonly ConditionalWeakTable<LossFunction, ScriptBlock> Scripts = [];

    /// <summary>The script block that a loss is; null where it is other code.</summary>
    public static ScriptBlock? ScriptOf(LossFunction function) => Scripts.TryGetValue(function, out ScriptBlock? script) ? script : null;

    public static LossFunction FromScript(ScriptBlock script)
    {
        if (script.Ast is ScriptBlockAst ast && (ast.BeginBlock ?? ast.ProcessBlock ?? ast.DynamicParamBlock) is not null)
            throw new InvalidParameterException("LossFunction", script.ToString(), "LossFunction has a begin, process or dynamicparam block; give one that only takes $output and $targets and gives the loss.");
        if (string.IsNullOrWhiteSpace(script.ToString()))
            throw new InvalidParameterException("LossFunction", "", "LossFunction is an empty script block; give one that takes $output and $targets and gives the loss.");
        var made = new LossFunction(Compute, script.ToString());
        Scripts.Add(made, script);
        return made;

        Tensor Compute(Tensor output, Tensor targets) => ScriptBlocks.Invoke("LossFunction", script, Refused, output, targets) switch
        {
            [Tensor loss] => loss,
            var given => throw Refused($"gave {ScriptBlocks.Described(given)}"),
        };

        InvalidParameterException Refused(string what) => LossFunction.Refused(script.ToString(), what);
    }
}

/// <summary>A table of script blocks as metrics.</summary>
internal static class ScriptMetric
{
    public static IReadOnlyList<Metric> FromTable(IDictionary table, ValidationFigure? bestBy)
    {
        if (table.Count > 1 && table is Hashtable && bestBy?.IsOfMetric() == true)
            throw new InvalidParameterException("Metric", table, $"BestBy {bestBy} chooses by the first metric, and a table of several has no first one; give -Metric ([ordered] @{{ … }}), or one metric.");
        return [.. table.Keys.Cast<object>().Select(name => table[name].Plain() is ScriptBlock script ? FromScript($"{name}", script)
            : throw new InvalidParameterException("Metric", table[name], $"Metric {name} is no script block; give @{{ {name} = {{ param($predictions, $targets) … }} }}."))];
    }

    private static Metric FromScript(string name, ScriptBlock script)
    {
        if (string.IsNullOrWhiteSpace(script.ToString()))
            throw new InvalidParameterException("Metric", name, $"Metric {name} is an empty script block; give one that takes $predictions and $targets and gives a number.");
        return new Metric(name, Compute, script.ToString());

        double Compute(Tensor predictions, Tensor targets) => ScriptBlocks.Invoke("Metric", script, Refused, predictions, targets) switch
        {
            [Tensor value] when value.numel() == 1 => value.to_type(ScalarType.Float64).item<double>(),
            var given => ScriptBlocks.Number(given) ?? throw Refused($"gave {ScriptBlocks.Described(given)}"),
        };

        InvalidParameterException Refused(string what) => Metric.Refused(name, script.ToString(), what);
    }
}

/// <summary>A script block as the amplitude of a schedule.</summary>
internal static class ScriptScale
{
    /// <summary>The script block, with its text where that is all of it, so that the schedule can be saved: what it reads from outside would be another value, or none, where it is read back.</summary>
    public static ScaleFunction FromScript(ScriptBlock script, ScaleMode mode) => new(Function(script), mode, ScriptBlocks.FreeVariables(script).Length == 0 ? script.ToString() : null);

    /// <summary>Makes functions of the scripts in files; null, which has them refused, unless the user allows it.</summary>
    public static ScaleFunctionCompiler? Compiler(bool isAllowed) => isAllowed ? text => Function(ScriptBlock.Create(text)) : null;

    /// <summary>Calls the script block with the cycle or step in <c>$_</c> and as its first argument.</summary>
    public static Func<double, double> Function(ScriptBlock script) => argument =>
    {
        object?[] made = [.. script.InvokeWithContext(null, [new PSVariable("_", argument)], argument).Select(WrappedValue.Plain)];
        return ScriptBlocks.Number(made)
            ?? throw new InvalidParameterException("ScaleFunction", script, $"ScaleFunction {{{script}}} gave {(made is [{ } one] ? $"'{one}', a {one.GetType().Name}," : ScriptBlocks.Described(made))} for {argument}; it must give one number.");
    };
}
