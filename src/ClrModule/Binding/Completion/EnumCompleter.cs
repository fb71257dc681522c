namespace ClrModule.Binding.Completion;

/// <summary>Completes an enumeration, each value with its XML comment.</summary>
/// <typeparam name="T">The enumeration.</typeparam>
public sealed class EnumCompleter<T> : ListCompleter where T : struct, Enum
{
    /// <inheritdoc/>
    protected override IEnumerable<(string Value, string Text)> Values => FieldSummary.OfAll<T>();
}
