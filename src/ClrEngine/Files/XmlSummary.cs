using System.Collections.Concurrent;
using System.Reflection;
using System.Xml.Linq;

namespace ClrEngine.Files;

/// <summary>What the XML comments say, from the file that the compiler wrote beside an assembly: one text for the help of every host.</summary>
internal static class XmlSummary
{
    private static readonly ConcurrentDictionary<Assembly, IReadOnlyDictionary<string, XElement>> Read = new();

    /// <summary>The summary as one line; null where there is none.</summary>
    /// <param name="member">A property, or a field such as an enumeration's value.</param>
    /// <param name="naming">Writes a member that the summary refers to, given as <c>P:Namespace.Type.Name</c>; its last name if null.</param>
    public static string? For(MemberInfo member, Func<string, string>? naming = null) => Element(member) is { } summary
        ? string.Join(' ', Text(summary, naming ?? LastName).Split([' ', '\n', '\r', '\t'], StringSplitOptions.RemoveEmptyEntries))
        : null;

    /// <summary>The summary of a type, a property or a field as it is written; null where there is none.</summary>
    public static XElement? Element(MemberInfo member)
    {
        Type type = member as Type ?? member.DeclaringType!;
        string name = (type.IsGenericType ? type.GetGenericTypeDefinition() : type).FullName!.Replace('+', '.');
        return Read.GetOrAdd(type.Assembly, Members).GetValueOrDefault(member is Type ? $"T:{name}" : $"{(member is FieldInfo ? 'F' : 'P')}:{name}.{member.Name}");
    }

    /// <summary>The values of an enumeration, each with its summary, or its name where there is none.</summary>
    public static IEnumerable<(string Value, string Text)> Values<T>() where T : struct, Enum =>
        typeof(T).GetFields(BindingFlags.Public | BindingFlags.Static).Select(value => (value.Name, For(value) ?? value.Name));

    private static string LastName(string reference) => reference[(reference.LastIndexOf('.') + 1)..];

    private static string Text(XElement element, Func<string, string> naming) => string.Concat(element.Nodes().Select(node => node switch
    {
        XText text => text.Value,
        XElement { IsEmpty: true } see => (string?)see.Attribute("cref") is { } reference ? naming(reference) : (string?)see.Attributes().FirstOrDefault() ?? "",
        XElement inner => Text(inner, naming),
        _ => "",
    }));

    private static IReadOnlyDictionary<string, XElement> Members(Assembly assembly)
    {
        string path = Path.ChangeExtension(assembly.Location, ".xml");
        return File.Exists(path)
            ? XDocument.Load(path).Descendants("member")
                .Where(member => member.Element("summary") is not null)
                .ToDictionary(member => (string)member.Attribute("name")!, member => member.Element("summary")!)
            : new Dictionary<string, XElement>();
    }
}
