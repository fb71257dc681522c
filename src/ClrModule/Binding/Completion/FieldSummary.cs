using System.Collections.Concurrent;
using System.Reflection;
using System.Xml.Linq;

namespace ClrModule.Binding.Completion;

/// <summary>What the XML comment of an enumeration's value says, from the file that the compiler wrote beside the assembly.</summary>
internal static class FieldSummary
{
    private static readonly ConcurrentDictionary<Assembly, IReadOnlyDictionary<string, string>> Read = new();

    /// <summary>The values of an enumeration, each with its summary.</summary>
    public static IEnumerable<(string Value, string Text)> OfAll<T>() where T : struct, Enum =>
        typeof(T).GetFields(BindingFlags.Public | BindingFlags.Static).Select(value => (value.Name, Of(value)));

    /// <summary>The summary as one line; the value's name where there is none.</summary>
    public static string Of(FieldInfo field) =>
        Read.GetOrAdd(field.DeclaringType!.Assembly, FieldsOf).TryGetValue($"F:{field.DeclaringType!.FullName}.{field.Name}", out string? text) && text.Length > 0
            ? text
            : field.Name;

    private static IReadOnlyDictionary<string, string> FieldsOf(Assembly assembly)
    {
        string path = Path.ChangeExtension(assembly.Location, ".xml");
        return File.Exists(path)
            ? XDocument.Load(path).Descendants("member")
                .Where(member => ((string?)member.Attribute("name"))?.StartsWith("F:", StringComparison.Ordinal) == true)
                .ToDictionary(member => (string)member.Attribute("name")!, member => OneLine(member.Element("summary")))
            : new Dictionary<string, string>();
    }

    private static string OneLine(XElement? summary) =>
        summary is null ? "" : string.Join(' ', summary.Value.Split([' ', '\n', '\r', '\t'], StringSplitOptions.RemoveEmptyEntries));
}
