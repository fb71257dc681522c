using System.Reflection;
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
