using System.Text.RegularExpressions;
using ClrEngine.Data;
using ClrEngine.Data.Arrays;

namespace ClrEngine.Torch.Models;

/// <summary>
/// The classes in a TorchScript file's code, as to what their objects hold. libtorch does not compare that with what the pickles give them,
/// and takes an object of one class for one of another, which ends the process.
/// </summary>
internal sealed partial class ScriptClasses
{
    // Types within types are gone through one within the other.
    private const int LongestType = 2_000;

    private const string NotDeclared = "?";

    private readonly Dictionary<string, ScriptClass> _classes = new(StringComparer.Ordinal);

    /// <param name="texts">The files of code, by their names in the folder of the model.</param>
    /// <exception cref="InvalidDataException">They can be understood in two ways.</exception>
    public ScriptClasses(IReadOnlyDictionary<string, string> texts)
    {
        foreach ((string name, string code) in texts.Where(static text => text.Key.EndsWith(".py", StringComparison.OrdinalIgnoreCase) && text.Key.StartsWith(TorchScriptArchive.CodeFolder, StringComparison.OrdinalIgnoreCase)))
        {
            // Behind such quotes lines may stand that only look like code.
            if (ScriptNeeds.WithoutTexts(code) is var plain && (plain.Contains("\"\"\"", StringComparison.Ordinal) || plain.Contains('\'', StringComparison.Ordinal)))
                throw new InvalidDataException($"it has texts in '{name}' within quotes that libtorch does not write");
            string module = name[TorchScriptArchive.CodeFolder.Length..^".py".Length].Replace('/', '.');
            int end = code.Length;
            foreach (Match head in Heads().Matches(code).Reverse())
            {
                string body = code[head.Index..end];
                end = head.Index;
                if (head.Groups[1].Value != "class")
                    continue;
                ILookup<string, string> fields = Fields().Matches(body).ToLookup(static field => field.Groups["name"].Value, static field => field.Groups["type"].Value);
                if (!_classes.TryAdd(Key($"{module}.{head.Groups[2].Value}"), new(head.Groups[3].Value, fields, body.Contains("def __getstate__(", StringComparison.Ordinal) && States().Match(body) is { Success: true } state ? state.Groups[1].Value : null)) || fields.Any(static field => field.Count() > 1))
                    throw new InvalidDataException($"it says twice in '{name}' what '{head.Groups[2].Value}' is");
            }
        }
    }

    /// <summary>Refuses an object that holds other values than its class says.</summary>
    /// <exception cref="InvalidDataException">It does.</exception>
    public void Require(string type, object? state)
    {
        // Classes of libraries check what they are given.
        if (type.StartsWith(ScriptNeeds.NativePrefix, StringComparison.Ordinal))
            return;
        if (!_classes.TryGetValue(Key(type), out ScriptClass? known))
            throw new InvalidDataException($"it has an object of '{type}', a class that the code does not have");
        if (known.Base == "Enum")
            return;
        if (known.State is { } own ? !Fits(own, state) : state is not Dictionary<string, object?>)
            throw new InvalidDataException($"it makes an object of '{type}' of something else than that class takes");
        if (known.State is null && ((Dictionary<string, object?>)state!).FirstOrDefault(field => !Fits(known.Fields[field.Key].FirstOrDefault() ?? NotDeclared, field.Value)) is { Key: { } wrong })
            throw new InvalidDataException($"it has an object of '{type}' whose '{wrong}' is not {known.Fields[wrong].FirstOrDefault() ?? "in that class"}");
    }

    private bool Fits(string type, object? value)
    {
        Match parts = Types().Match(type.Length <= LongestType ? type.Trim() : "");
        string[] of = parts.Groups[2].Success ? [.. Split(parts.Groups[2].Value)] : [];
        return (parts.Groups[1].Value, of) switch
        {
            ("", _) when type != NotDeclared => false,
            ("Any", []) => true,
            ("Tensor", []) => value is null or ScriptTensor or ScriptStorage,
            ("int", []) => value is long,
            ("float", []) => value is double,
            ("bool", []) => value is bool,
            ("str", []) => value is string or PickledBytes,
            ("NoneType", []) => value is null,
            ("Optional", [var inner]) => value is null || Fits(inner, value),
            ("Final", [var inner]) => Fits(inner, value),
            ("Union", _) => of.Any(one => Fits(one, value)),
            ("List", [var inner]) => value is List<object?> list && list.TrueForAll(item => Fits(inner, item)),
            ("Dict", [_, var inner]) => value is Dictionary<string, object?> table && table.Values.All(item => Fits(inner, item)),
            ("Tuple", _) => Fit(of is ["()"] ? [] : of, value),
            (var name, []) when name.StartsWith("__torch__.", StringComparison.Ordinal) => _classes.GetValueOrDefault(Key(name)) switch
            {
                { Base: "NamedTuple", Fields: var fields } => Fit([.. fields.Select(static field => field.First())], value),
                { Base: "Interface" or "ModuleInterface" } => value is ScriptObject,
                _ => value is ScriptObject { Type: var own } && own == name,
            },
            // Such as Device: for what it is taken that is no object and holds none, libtorch looks when it is used.
            _ => value is not (ScriptObject or object?[] or List<object?> or Dictionary<string, object?>),
        };
    }

    private bool Fit(string[] types, object? value) => value is object?[] items && items.Length == types.Length && types.Zip(items).All(pair => Fits(pair.First, pair.Second));

    // At commas that stand in no brackets.
    private static IEnumerable<string> Split(string types)
    {
        int depth = 0, start = 0;
        for (int i = 0; i < types.Length; i++)
        {
            depth += types[i] switch { '[' => 1, ']' => -1, _ => 0 };
            if (depth != 0 || types[i] != ',')
                continue;
            yield return types[start..i];
            start = i + 1;
        }
        yield return types[start..];
    }

    // Names of files may differ in capitals from those of modules.
    private static string Key(string type) => type[..type.LastIndexOf('.')].ToUpperInvariant() + type[type.LastIndexOf('.')..];

    [GeneratedRegex(@"^(class|def) (\w+)(?:\((\w+)\))?", RegexOptions.Multiline)]
    private static partial Regex Heads();

    [GeneratedRegex("""^[ ]{2}(?:(?<name>\w+) :|__annotations__\["(?<name>[^"]+)"\] =) (?<type>.+)$""", RegexOptions.Multiline)]
    private static partial Regex Fields();

    [GeneratedRegex(@"\bdef __setstate__\(\w+: [\w.]+,\s*\w+: (.+?)\) -> ", RegexOptions.Singleline)]
    private static partial Regex States();

    [GeneratedRegex(@"^([\w.]+)(?:\[(.+)\])?$")]
    private static partial Regex Types();

    private sealed record ScriptClass(string Base, ILookup<string, string> Fields, string? State);
}
