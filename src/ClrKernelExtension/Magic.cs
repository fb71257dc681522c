using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;
using ClrEngine.Torch.Augmentation;
using ClrEngine.Torch.Losses;
using Microsoft.DotNet.Interactive.Commands;

namespace ClrKernelExtension;

/// <summary>A magic command such as <c>#!clr-schedule</c>.</summary>
internal sealed partial record Magic(string Name, string Description, IReadOnlyList<MagicParameter> Parameters, Func<MagicArguments, NotebookCell, Task> RunAsync)
{
    /// <summary>The parameter of a name such as <c>--base-lr</c>.</summary>
    public MagicParameter? Find(string name) => Parameters.FirstOrDefault(parameter => parameter.Name == name);

    /// <summary>Refuses a line with a word that belongs to no parameter, a parameter without its value, or one that is given twice: the host would pass over them.</summary>
    /// <exception cref="InvalidParameterException">Which, and what to write instead.</exception>
    public void Check(string line)
    {
        string[] words = [.. Word().Matches(line).Select(word => word.Value).Skip(1)];
        for (int i = 0; i < words.Length; i++)
        {
            string word = words[i];
            if (!word.StartsWith("--", StringComparison.Ordinal))
                throw Refused(word, $"'{word}' belongs to no parameter of {Name}; write it behind the name of one, or leave it out.");
            if (Find(word) is not { } parameter)
                throw Refused(word, $"{Name} has no parameter {word}; #!clr-help --command {Name[2..]} lists those that it has.");
            if (Array.IndexOf(words, word) < i)
                throw Refused(word, $"{word} is given twice; give it once.");
            if (parameter.IsFlag)
                continue;
            i++;
            if (i == words.Length || words[i].StartsWith("--", StringComparison.Ordinal))
                throw Refused(word, $"{word} has no value; write one behind it.");
        }
    }

    private static InvalidParameterException Refused(string word, string message) => new(word, null, message, NotebookErrors.InvalidMagicArgument);

    // A text in quotes and a list in brackets are one word.
    [GeneratedRegex("""
        "(?:\\.|[^"\\])*"|\[[^\]]*\]|\S+
        """)]
    private static partial Regex Word();
}

/// <summary>A parameter of a magic command, such as <c>--base-lr</c>.</summary>
internal sealed record MagicParameter(string Name, string Description)
{
    private static readonly Regex Capital = new("(?<!^)[A-Z]", RegexOptions.CultureInvariant);

    /// <summary>Values that an editor offers.</summary>
    public Func<IEnumerable<string>>? Values { get; init; }

    /// <summary>Whether it is given without a value.</summary>
    public bool IsFlag { get; init; }

    /// <summary>The name that the engine has for it, such as <c>BaseLr</c>: messages use it.</summary>
    public string Field { get; init; } = string.Concat(Name[2..].Split('-').Select(word => char.ToUpperInvariant(word[0]) + word[1..]));

    /// <summary>The parameter's name of an engine's name: <c>--base-lr</c> of <c>BaseLr</c>.</summary>
    public static string NameOf(string field) => "--" + Capital.Replace(field, "-$0").ToLowerInvariant();
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

/// <summary>What was typed after a magic command, read by the invariant culture.</summary>
internal sealed partial class MagicArguments(Magic magic, ClrMagicCommand command)
{
    private const string Units = "KMGT";

    private const string Keywords =
        " abstract as base bool break byte case catch char checked class const continue decimal default delegate do double else enum event explicit extern false finally fixed float for "
        + "foreach goto if implicit in int interface internal is lock long namespace new null object operator out override params private protected public readonly ref return sbyte sealed "
        + "short sizeof stackalloc static string struct switch this throw true try typeof uint ulong unchecked unsafe ushort using virtual void volatile while ";

    public bool Has(string name) => Typed(name) is not null;

    public string Text(string name, string otherwise) => Typed(name) ?? otherwise;

    public T Get<T>(string name, T otherwise) => Typed(name) is { } text ? (T)Read(name, text, typeof(T)) : otherwise;

    /// <summary>What was typed for a parameter, as a value of this type or of the one that may be null.</summary>
    /// <exception cref="InvalidParameterException">It cannot be read as one.</exception>
    public object Get(string name, Type type) => Read(name, Typed(name)!, Nullable.GetUnderlyingType(type) ?? type);

    /// <summary>The variable that a result is stored in: a name that C# can write.</summary>
    public string Variable(string usual)
    {
        string name = Text("--name", usual);
        return Identifier().IsMatch(name) && !Keywords.Contains($" {name} ", StringComparison.Ordinal)
            ? name
            : throw new InvalidParameterException("name", name, $"--name is '{name}', which C# cannot have as a variable; give letters, digits and _, and no word of the language.", NotebookErrors.InvalidMagicArgument);
    }

    /// <summary>Whether values of this type can be read.</summary>
    public static bool Reads(Type type) => (Nullable.GetUnderlyingType(type) ?? type) is var plain
        && (plain.IsEnum || Type.GetTypeCode(plain) is TypeCode.String or TypeCode.Boolean or TypeCode.Int32 or TypeCode.Int64 or TypeCode.Double
            || plain == typeof(double[]) || plain == typeof(IReadOnlyList<long>) || plain == typeof(IReadOnlyList<string>) || plain == typeof(IReadOnlyList<AugmentationKind>) || plain == typeof(ClassWeights));

    /// <summary>The enumeration whose names are values of this type, or of items of a list; null where there is none.</summary>
    public static Type? NamedBy(Type type) => type.IsEnum ? type : type.GetGenericArguments().FirstOrDefault(argument => argument.IsEnum);

    private static object Read(string name, string text, Type type)
    {
        (object? value, string wanted) = type switch
        {
            { IsEnum: true } => (EnumName.Find(type, text.Replace("_", "", StringComparison.Ordinal)), $"one of {EnumName.List(type)}"),
            _ when type == typeof(bool) => (bool.TryParse(text, out bool flag) ? (object)flag : null, "true or false"),
            _ when type == typeof(int) => (int.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out int count) ? count : null, $"a whole number up to {int.MaxValue}"),
            _ when type == typeof(long) => (Whole(text, isBytes: name == "--residency-budget"), "a whole number"),
            _ when type == typeof(double) => (Number(text), "a number such as 0.001"),
            _ when type == typeof(double[]) => (Items<double>(text, Number), "a number such as 0.001, or several with commas between them"),
            _ when type == typeof(IReadOnlyList<long>) => (Items<long>(text, static item => Whole(item, isBytes: false)), "a whole number, or several with commas between them"),
            _ when type == typeof(IReadOnlyList<string>) => (List(text), ""),
            _ when type == typeof(IReadOnlyList<AugmentationKind>) => (Items<AugmentationKind>(text, kind => EnumName.Find(typeof(AugmentationKind), kind)), $"{EnumName.List(typeof(AugmentationKind))}, or several with commas between them"),
            _ when type == typeof(ClassWeights) => (Weights(text), "balanced, a number for each class such as 1,2.5, or numbers by name such as rare=5"),
            _ => (text, ""),
        };
        return value ?? throw new InvalidParameterException(name, text, $"{name} is '{text}'; give {wanted}.", NotebookErrors.InvalidMagicArgument);
    }

    // Sizes of memory have units: 4GB.
    private static object? Whole(string text, bool isBytes)
    {
        int power = isBytes && text.Length > 2 && text.EndsWith("B", StringComparison.OrdinalIgnoreCase) ? Units.IndexOf(char.ToUpperInvariant(text[^2]), StringComparison.Ordinal) + 1 : 0;
        return long.TryParse(power == 0 ? text : text[..^2], NumberStyles.Integer, CultureInfo.InvariantCulture, out long whole) && whole <= long.MaxValue >> (10 * power)
            ? whole << (10 * power)
            : null;
    }

    private static object? Number(string text) => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) ? number : null;

    private static T[]? Items<T>(string text, Func<string, object?> read)
    {
        object?[] items = [.. List(text).Select(read)];
        return Array.TrueForAll(items, item => item is not null) ? [.. items.Cast<T>()] : null;
    }

    // A list that came from a variable is JSON.
    private static string[] List(string text) => text.StartsWith('[')
        ? [.. JsonDocument.Parse(text).RootElement.EnumerateArray().Select(item => item.ToString())]
        : text.Split(',', StringSplitOptions.TrimEntries);

    private static ClassWeights? Weights(string text)
    {
        if (text.Equals("balanced", StringComparison.OrdinalIgnoreCase))
            return ClassWeights.Balanced;
        if (!text.Contains('=', StringComparison.Ordinal))
            return Items<double>(text, Number) is { } numbers ? ClassWeights.From(numbers) : null;
        (string Name, object? Weight)[] named = [.. List(text).Select(part => part.Split('=')).Select(part => (part[0], part.Length == 2 ? Number(part[1]) : null))];
        return Array.TrueForAll(named, part => part.Weight is not null) ? ClassWeights.From(named.ToDictionary(part => part.Name, part => (double)part.Weight!)) : null;
    }

    // A value that came from a variable (--base-lr @rate) is a number or true or false, what was typed is text; a flag that was not typed is false.
    private string? Typed(string name) => command.Typed?.TryGetValue(CamelCase(name), out JsonElement value) is true
            && value.ValueKind != JsonValueKind.Null && !(value.ValueKind == JsonValueKind.False && magic.Find(name)?.IsFlag == true)
        ? (value.ValueKind == JsonValueKind.String ? value.GetString()! : value.GetRawText()).Trim()
        : null;

    private static string CamelCase(string name) =>
        string.Concat(name[2..].Split('-').Select((word, i) => i == 0 ? word : char.ToUpperInvariant(word[0]) + word[1..]));

    [GeneratedRegex(@"^[^\W\d]\w*$")]
    private static partial Regex Identifier();
}
