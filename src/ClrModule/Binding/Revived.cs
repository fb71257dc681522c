using System.Collections;
using System.Globalization;
using System.Management.Automation;
using System.Reflection;
using ClrEngine.Errors;
using ClrEngine.Schedules;

namespace ClrModule.Binding;

/// <summary>
/// The engine's objects, made anew from what Import-Clixml and remoting leave of them: property bags whose type name begins
/// with <c>Deserialized.</c> They are rebuilt through the constructors and properties of the type they came from.
/// </summary>
internal static class Revived
{
    private const string Prefix = "Deserialized.";

    /// <summary>The object itself, or where it is a property bag of one of the engine's types, the object made anew.</summary>
    /// <exception cref="InvalidParameterException">The bag lacks what the object needs.</exception>
    public static object Of(PSObject item) => EngineType(item) is { } type ? Make(type, item) : item.BaseObject;

    private static Type? EngineType(PSObject item)
    {
        string name = item.TypeNames.FirstOrDefault() ?? "";
        return name.StartsWith(Prefix, StringComparison.Ordinal) ? typeof(ILrSchedule).Assembly.GetType(name[Prefix.Length..]) : null;
    }

    private static object? Value(Type target, object? value)
    {
        target = Nullable.GetUnderlyingType(target) ?? target;
        object? bare = value is PSObject item ? item.BaseObject : value;
        if (bare is null || target.IsInstanceOfType(bare))
            return bare;
        if (target.IsEnum || Type.GetTypeCode(target) != TypeCode.Object)
            return LanguagePrimitives.ConvertTo(bare, target, CultureInfo.InvariantCulture);
        if (ElementType(target) is { } element)
            return List(element, bare);
        return value is PSObject bag && EngineType(bag) is { } type && target.IsAssignableFrom(type)
            ? Make(type, bag)
            : throw Flattened(target, value);
    }

    private static Type? ElementType(Type target) =>
        target.IsGenericType && target.GetGenericTypeDefinition() == typeof(IReadOnlyList<>) ? target.GetGenericArguments()[0] : null;

    private static Array List(Type element, object value)
    {
        object?[] items = value is IEnumerable many and not string ? [.. many.Cast<object?>().Select(i => Value(element, i))] : throw Flattened(element, value);
        var list = Array.CreateInstance(element, items.Length);
        items.CopyTo(list, 0);
        return list;
    }

    private static object Make(Type type, PSObject bag)
    {
        if (type.IsEnum)
            return Value(type, bag)!;
        ConstructorInfo constructor = type.GetConstructors()
            .Where(c => c.GetParameters().All(p => p.HasDefaultValue || bag.Properties[p.Name] is not null))
            .MaxBy(c => c.GetParameters().Length) ?? throw Flattened(type, bag);
        object made = Construct(constructor, bag);
        var given = constructor.GetParameters().Select(p => p.Name).ToHashSet(StringComparer.OrdinalIgnoreCase);
        foreach (PropertyInfo property in type.GetProperties().Where(p => p.CanWrite && !given.Contains(p.Name) && bag.Properties[p.Name] is not null))
            property.SetValue(made, Value(property.PropertyType, bag.Properties[property.Name].Value));
        return made;
    }

    private static object Construct(ConstructorInfo constructor, PSObject bag)
    {
        try
        {
            return constructor.Invoke([.. constructor.GetParameters().Select(p => bag.Properties[p.Name] is { } given ? Value(p.ParameterType, given.Value) : p.DefaultValue)]);
        }
        catch (TargetInvocationException wrapped) when (wrapped.InnerException is IClrError)
        {
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(wrapped.InnerException);
            throw;
        }
    }

    private static InvalidParameterException Flattened(Type type, object? value) => new(
        "InputObject",
        value,
        $"The saved object holds no whole {type.Name}: it was cut off when it was saved. Save it anew with Export-Clixml -Depth 6, or give the object itself.",
        "SavedObjectCutOff");
}
