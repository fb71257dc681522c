using ClrEngine.Errors;

namespace ClrKernelExtension.Magics;

/// <summary>Objects that cells have stored under names.</summary>
internal static class Variables
{
    /// <summary>A variable of this type.</summary>
    /// <exception cref="InvalidParameterException">There is none, or it holds something else.</exception>
    public static T Get<T>(NotebookSurface surface, string name, string maker) where T : class => surface.Find(name) switch
    {
        T value => value,
        null => throw new InvalidParameterException(name, null, $"There is no variable '{name}'; make it with {maker}, or name another.", "VariableNotFound"),
        var other => throw new InvalidParameterException(name, other, $"The variable '{name}' holds a {other.GetType().Name}, not a {typeof(T).Name}; make it with {maker}, or name another.", "VariableOfAnotherType"),
    };
}
