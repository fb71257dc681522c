using System.Reflection;

namespace ClrModule.Binding.Completion;

/// <summary>Completes an enumeration, each value with its XML comment.</summary>
/// <typeparam name="T">The enumeration.</typeparam>
public sealed class EnumCompleter<T> : ListCompleter where T : struct, Enum
{
    /// <inheritdoc/>
    protected override IEnumerable<(string Value, string Text)> Values =>
        typeof(T).GetFields(BindingFlags.Public | BindingFlags.Static).Select(value => (value.Name, FieldSummary.Of(value)));
}
