using System.Collections;
using System.Globalization;
using System.Management.Automation;
using System.Management.Automation.Language;

namespace ClrModule.Repeating;

/// <summary>Values as PowerShell reads them back, to the bit.</summary>
internal static class PowerShellText
{
    /// <summary>A parameter with its value, with a space before it; nothing where there is no value.</summary>
    public static string Parameter(string name, object? value) => Plain(value) switch
    {
        null => "",
        bool or SwitchParameter => LanguagePrimitives.IsTrue(Plain(value)) ? $" -{name}" : $" -{name}:$false",
        var given => $" -{name} {Of(given)}",
    };

    /// <summary>A value as an argument.</summary>
    public static string Of(object? value) => Plain(value) switch
    {
        null => "$null",
        bool flag => flag ? "$true" : "$false",
        string text => Text(text),
        IDictionary table => $"@{{ {string.Join("; ", table.Keys.Cast<object>().Select(key => $"{Quoted(Convert.ToString(Plain(key), CultureInfo.InvariantCulture)!)} = {Of(table[key])}"))} }}",
        IEnumerable list => string.Join(", ", list.Cast<object?>().Select(Of)),
        double number => Number(number),
        float number => Number(number),
        IFormattable number when Type.GetTypeCode(number.GetType()) != TypeCode.Object && number is not Enum => number.ToString(null, CultureInfo.InvariantCulture),
        var other => Text(other.ToString()!),
    };

    private static string Number(double number) => double.IsFinite(number)
        ? number.ToString("R", CultureInfo.InvariantCulture)
        : $"([double]::{(double.IsNaN(number) ? "NaN" : number > 0 ? "PositiveInfinity" : "NegativeInfinity")})";

    private static string Text(string text) =>
        text.Length > 0 && text.All(char.IsAsciiLetterOrDigit) && char.IsAsciiLetter(text[0]) ? text : Quoted(text);

    // PowerShell takes typographic quotes for plain ones, and doubles each.
    private static string Quoted(string text) => $"'{CodeGeneration.EscapeSingleQuotedStringContent(text)}'";

    private static object? Plain(object? value) => value is PSObject wrapped ? wrapped.BaseObject : value;
}
