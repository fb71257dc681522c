using System.Collections.ObjectModel;
using System.Management.Automation;
using ClrEngine.Errors;
using ClrEngine.Schedules;
using ClrEngine.Schedules.Json;

namespace ClrModule.Binding;

/// <summary>A script block as the amplitude of a schedule.</summary>
internal static class ScriptScale
{
    /// <summary>The script block with its text, so that the schedule can be saved.</summary>
    public static ScaleFunction FromScript(ScriptBlock script, ScaleMode mode) => new(Function(script), mode, script.ToString());

    /// <summary>Makes functions of the scripts in files; null, which has them refused, unless the user allows it.</summary>
    public static ScaleFunctionCompiler? Compiler(bool isAllowed) => isAllowed ? text => Function(ScriptBlock.Create(text)) : null;

    /// <summary>Calls the script block with the cycle or step in <c>$_</c> and as its first argument.</summary>
    public static Func<double, double> Function(ScriptBlock script) => argument =>
    {
        Collection<PSObject> results = script.InvokeWithContext(null, [new PSVariable("_", argument)], argument);
        return results.Count == 1 && LanguagePrimitives.TryConvertTo(results[0], System.Globalization.CultureInfo.InvariantCulture, out double scale)
            ? scale
            : throw new InvalidParameterException("ScaleFunction", script, $"ScaleFunction {{{script}}} gave {(results.Count == 1 ? $"'{results[0]}'" : $"{results.Count} values")} for {argument}; it must give one number.");
    };
}
