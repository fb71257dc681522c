using System.Collections.ObjectModel;
using System.Reflection;
using ClrEngine.Schedules.Json;
using ClrModule.Commands;
using ClrModule.Commands.Schedules;

namespace ClrModule.Binding;

/// <summary>The fields of a schedule as parameters of the cmdlet that makes it: a parameter has the field's name, or has it as an alias.</summary>
internal static class ScheduleParameters
{
    private static readonly Dictionary<Type, Type> Cmdlets = new()
    {
        [typeof(CyclicSchedule)] = typeof(NewCyclicScheduleCommand),
        [typeof(OneCycleSchedule)] = typeof(NewOneCycleScheduleCommand),
        [typeof(CosineWarmRestartsSchedule)] = typeof(NewWarmRestartScheduleCommand),
        [typeof(DecaySchedule)] = typeof(NewDecayScheduleCommand),
        [typeof(StepDecaySchedule)] = typeof(NewStepDecayScheduleCommand),
        [typeof(ConstantSchedule)] = typeof(NewConstantScheduleCommand),
    };

    /// <summary>The cmdlet that makes schedules of a type; null where none does by itself.</summary>
    public static Type? CmdletFor(Type schedule) => Cmdlets.GetValueOrDefault(schedule);

    /// <summary>The cmdlet's parameter for a field.</summary>
    public static PropertyInfo ParameterOf(Type cmdlet, ScheduleField field) =>
        cmdlet.GetProperty(field.Name)
        ?? cmdlet.GetProperties().Single(property => property.GetCustomAttribute<AliasAttribute>()?.AliasNames.Contains(field.Name) == true);

    /// <summary>
    /// Makes the schedule from the cmdlet's parameters, and from values computed for fields that are not just their parameter's value:
    /// one for each parameter group where a number that a schedule has once is given as a list.
    /// </summary>
    public static ILrSchedule Make<T>(ClrCommand cmdlet, params (string Field, object? Value)[] computed) where T : ILrSchedule
    {
        ScheduleKind kind = ScheduleKind.Find(typeof(T))!;
        Dictionary<string, object?> values = kind.Fields.ToDictionary(
            field => field.Name,
            field => computed.Any(own => own.Field == field.Name)
                ? computed.Single(own => own.Field == field.Name).Value
                : ParameterOf(cmdlet.GetType(), field).GetValue(cmdlet));
        string[] listed = [.. values.Where(value => value.Value is double[]).Select(value => value.Key)];
        return ScheduleGroups.Make(
            [.. listed.Select(name => (name, (IReadOnlyList<double>)values[name]!))],
            group => kind.Make(field => Array.IndexOf(listed, field.Name) is >= 0 and var at
                ? group[at]
                : LanguagePrimitives.ConvertTo(values[field.Name], field.Type, CultureInfo.InvariantCulture)));
    }
}

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
