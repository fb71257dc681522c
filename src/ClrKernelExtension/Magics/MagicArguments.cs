using System.Globalization;
using ClrEngine.Errors;

namespace ClrKernelExtension.Magics;

/// <summary>What was typed after a magic command: texts, read as numbers and names by the invariant culture.</summary>
internal sealed class MagicArguments
{
    private readonly Dictionary<string, string> _values;

    public MagicArguments(Magic magic, object command)
    {
        Type type = command.GetType();
        _values = magic.Parameters
            .Select(p => (p.Name, Value: type.GetProperty(p.PropertyName)?.GetValue(command) as string))
            .Where(p => p.Value is not null)
            .ToDictionary(p => p.Name, p => p.Value!.Trim());
    }

    public bool Has(string name) => _values.ContainsKey(name);

    public string Text(string name, string otherwise) => _values.GetValueOrDefault(name, otherwise);

    public double Number(string name, double otherwise) => Read(name, otherwise, "a number such as 0.001",
        (string text, out double value) => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out value));

    public long Whole(string name, long otherwise) => Read(name, otherwise, "a whole number",
        (string text, out long value) => long.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out value));

    public bool Flag(string name, bool otherwise) => Read(name, otherwise, "true or false", (string text, out bool value) => bool.TryParse(text, out value));

    public T Choice<T>(string name, T otherwise) where T : struct, Enum => Read(
        name,
        otherwise,
        "one of " + string.Join(", ", Enum.GetNames<T>()),
        (string text, out T value) => Enum.TryParse(text.Replace("_", "", StringComparison.Ordinal), ignoreCase: true, out value) && Enum.IsDefined(value));

    private delegate bool Reader<T>(string text, out T value);

    private T Read<T>(string name, T otherwise, string wanted, Reader<T> reader)
    {
        if (!_values.TryGetValue(name, out string? text))
            return otherwise;
        return reader(text, out T value)
            ? value
            : throw new InvalidParameterException(name, text, $"{name} is '{text}'; give {wanted}.", "InvalidMagicArgument");
    }
}
