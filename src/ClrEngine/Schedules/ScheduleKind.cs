using System.Reflection;
using ClrEngine.Json;

namespace ClrEngine.Schedules;

/// <summary>
/// A kind of schedule with its fields. Fields, types and defaults are those of the schedule's constructor and are listed nowhere else:
/// JSON, copies from other processes, the command line of a history, magic commands and the defaults of cmdlets read them here.
/// </summary>
public sealed class ScheduleKind
{
    private readonly ConstructorInfo _constructor;

    private ScheduleKind(string name, Type type)
    {
        (Name, Type) = (name, type);
        _constructor = type.GetConstructors().Single();
        Fields = Array.AsReadOnly(_constructor.GetParameters().Select(parameter => new ScheduleField(type, parameter)).ToArray());
    }

    /// <summary>Every kind that this library has.</summary>
    public static IReadOnlyList<ScheduleKind> All { get; } = Array.AsReadOnly<ScheduleKind>(
    [
        new("cyclic", typeof(CyclicSchedule)),
        new("oneCycle", typeof(OneCycleSchedule)),
        new("cosineWarmRestarts", typeof(CosineWarmRestartsSchedule)),
        new("decay", typeof(DecaySchedule)),
        new("stepDecay", typeof(StepDecaySchedule)),
        new("constant", typeof(ConstantSchedule)),
        new("exponentialSweep", typeof(ExponentialSweep)),
        new("linearSweep", typeof(LinearSweep)),
        new("grouped", typeof(GroupedSchedule)),
        new("joined", typeof(JoinedSchedule)),
        new("warmup", typeof(WarmupSchedule)),
    ]);

    /// <summary>The kind's name, as it stands in JSON.</summary>
    public string Name { get; }

    /// <summary>The type of its schedules.</summary>
    public Type Type { get; }

    /// <summary>Its fields, in the order of the constructor.</summary>
    public IReadOnlyList<ScheduleField> Fields { get; }

    /// <summary>The kind of a type of schedule, or null where this library has none.</summary>
    public static ScheduleKind? Find(Type type) => All.FirstOrDefault(kind => kind.Type == type);

    /// <summary>The default of a field, which is given by its name, such as <c>Gamma</c>.</summary>
    public static TValue Default<TSchedule, TValue>(string field) where TSchedule : ILrSchedule =>
        (TValue)Find(typeof(TSchedule))!.Fields.Single(candidate => candidate.Name == field).Default!;

    /// <summary>Makes a schedule from the value of each field.</summary>
    /// <exception cref="Errors.InvalidParameterException">A value is outside its range.</exception>
    public ILrSchedule Make(Func<ScheduleField, object?> valueOf) =>
        (ILrSchedule)_constructor.Invoke(BindingFlags.DoNotWrapExceptions, null, Fields.Select(valueOf).ToArray(), null);
}

/// <summary>One field of a kind of schedule: a parameter of its constructor, and the property of that name.</summary>
public sealed class ScheduleField
{
    private readonly PropertyInfo _property;

    internal ScheduleField(Type schedule, ParameterInfo parameter)
    {
        _property = schedule.GetProperty(parameter.Name!, BindingFlags.Public | BindingFlags.Instance | BindingFlags.IgnoreCase)!;
        (JsonName, Type) = (parameter.Name!, parameter.ParameterType);
        (IsOptional, Default) = (parameter.HasDefaultValue, parameter.HasDefaultValue ? parameter.DefaultValue : null);
    }

    /// <summary>The property's name, such as <c>BaseLr</c>.</summary>
    public string Name => _property.Name;

    /// <summary>The name in JSON, such as <c>baseLr</c>.</summary>
    public string JsonName { get; }

    /// <summary>What the constructor takes. A property may be stricter: a number that may be left out is there in every schedule.</summary>
    public Type Type { get; }

    /// <summary>Whether a schedule can be made without it.</summary>
    public bool IsOptional { get; }

    /// <summary>The value where none is given; null where the field is not optional, or stands for "none".</summary>
    public object? Default { get; }

    /// <summary>The first version of the format that has it; a schedule in which it has its default is written without it where it can.</summary>
    internal int Since => _property.GetCustomAttribute<SinceAttribute>()?.Version ?? 1;

    // What is there in every schedule is not null, though the constructor may take null for it.
    internal bool CanBeNull => IsOptional && (!_property.PropertyType.IsValueType || Nullable.GetUnderlyingType(_property.PropertyType) is not null);

    /// <summary>The field's value in a schedule of the kind.</summary>
    public object? ValueIn(ILrSchedule schedule) => _property.GetValue(schedule);
}
