using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.DotNet.Interactive.Commands;

namespace ClrKernelExtension;

/// <summary>A magic command such as <c>#!clr-schedule</c>.</summary>
internal sealed record Magic(string Name, string Description, IReadOnlyList<MagicParameter> Parameters, Func<MagicArguments, NotebookCell, Task> RunAsync);

/// <summary>A parameter of a magic command, such as <c>--base-lr</c>, with values that an editor offers.</summary>
internal sealed record MagicParameter(string Name, string Description, Func<IEnumerable<string>>? Values = null)
{
    /// <summary>A parameter that takes the names of an enum.</summary>
    public static MagicParameter OneOf<T>(string name, string description) where T : struct, Enum => new(name, description, Enum.GetNames<T>);
}

/// <summary>Any of the magic commands as the host hands it over: one class takes whatever was typed.</summary>
internal sealed class ClrMagicCommand : KernelDirectiveCommand
{
    /// <summary>The command's name, as it was typed.</summary>
    public string? InvokedDirective { get; set; }

    /// <summary>The parameters by their names in camel case: <c>--base-lr</c> is <c>baseLr</c>.</summary>
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? Typed { get; set; }
}

/// <summary>What was typed after a magic command, read as numbers and names by the invariant culture.</summary>
internal sealed class MagicArguments(ClrMagicCommand command)
{
    private delegate bool Reader<T>(string text, out T value);

    public bool Has(string name) => Typed(name) is not null;

    public string Text(string name, string otherwise) => Typed(name) ?? otherwise;

    public double Number(string name, double otherwise) => Read(name, otherwise, "a number such as 0.001",
        (string text, out double value) => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out value));

    public long Whole(string name, long otherwise) => Read(name, otherwise, "a whole number",
        (string text, out long value) => long.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out value));

    /// <summary>A whole number that counts things in memory.</summary>
    public int Count(string name, int otherwise) => Read(name, otherwise, $"a whole number up to {int.MaxValue}",
        (string text, out int value) => int.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out value));

    public bool Flag(string name, bool otherwise) => Read(name, otherwise, "true or false", (string text, out bool value) => bool.TryParse(text, out value));

    public T Choice<T>(string name, T otherwise) where T : struct, Enum => Read(
        name,
        otherwise,
        "one of " + string.Join(", ", Enum.GetNames<T>()),
        (string text, out T value) => Enum.TryParse(text.Replace("_", "", StringComparison.Ordinal), ignoreCase: true, out value) && Enum.IsDefined(value));

    private T Read<T>(string name, T otherwise, string wanted, Reader<T> reader)
    {
        if (Typed(name) is not { } text)
            return otherwise;
        return reader(text, out T value)
            ? value
            : throw new InvalidParameterException(name, text, $"{name} is '{text}'; give {wanted}.", NotebookErrors.InvalidMagicArgument);
    }

    // A value that came from a variable (--base-lr @rate) is a number or true or false, what was typed is text.
    private string? Typed(string name) => command.Typed?.TryGetValue(CamelCase(name), out JsonElement value) is true && value.ValueKind != JsonValueKind.Null
        ? (value.ValueKind == JsonValueKind.String ? value.GetString()! : value.GetRawText()).Trim()
        : null;

    private static string CamelCase(string name)
    {
        string joined = string.Concat(name.TrimStart('-').Split('-').Select(word => char.ToUpperInvariant(word[0]) + word[1..]));
        return char.ToLowerInvariant(joined[0]) + joined[1..];
    }
}
