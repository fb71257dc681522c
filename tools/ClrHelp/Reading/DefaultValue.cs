using System.Collections;
using System.Globalization;
using System.Management.Automation;

namespace ClrHelp.Reading;

/// <summary>The value that a fresh cmdlet has, as text.</summary>
internal static class DefaultValue
{
    /// <summary>The text, or null where there is no value.</summary>
    public static string? Of(object? value) => value switch
    {
        null => null,
        SwitchParameter => null,
        bool flag => flag ? "$true" : "$false",
        string { Length: 0 } => null,
        string text => text,
        IEnumerable list => string.Join(", ", list.Cast<object?>().Select(Of)) is { Length: > 0 } all ? all : null,
        _ => Convert.ToString(value, CultureInfo.InvariantCulture),
    };
}
