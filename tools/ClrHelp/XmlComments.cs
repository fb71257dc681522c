using System.Reflection;
using System.Text.RegularExpressions;
using System.Text;
using System.Xml.Linq;

namespace ClrHelp;

/// <summary>The summaries of the XML files that the compiler wrote beside the assemblies, as markdown.</summary>
internal sealed partial class XmlComments
{
    private readonly Dictionary<string, XElement> _members = [];

    /// <summary>Reads the files of a folder.</summary>
    public XmlComments(string folder)
    {
        foreach (string file in Directory.EnumerateFiles(folder, "Clr*.xml").Where(f => !f.EndsWith(".ps1xml", StringComparison.Ordinal)))
        {
            foreach (XElement member in XDocument.Load(file).Descendants("member"))
                _members[(string)member.Attribute("name")!] = member;
        }
    }

    /// <summary>The summary of a type, empty where there is none.</summary>
    public string Of(Type type) => Summary($"T:{(type.IsGenericType ? type.GetGenericTypeDefinition() : type).FullName}");

    /// <summary>The summary of a property, wherever in the class's ancestry it is written.</summary>
    public string Of(PropertyInfo property) => Summary($"P:{property.DeclaringType!.FullName}.{property.Name}");

    /// <summary>The summary of a field, such as an enumeration's value.</summary>
    public string Of(FieldInfo field) => Summary($"F:{field.DeclaringType!.FullName!.Replace('+', '.')}.{field.Name}");

    private string Summary(string id) =>
        _members.TryGetValue(id, out XElement? member) && member.Element("summary") is { } summary ? Text(summary) : "";

    private static string Text(XElement element)
    {
        var text = new StringBuilder();
        foreach (XNode node in element.Nodes())
        {
            text.Append(node switch
            {
                XText plain => plain.Value,
                XElement { Name.LocalName: "c" } code => $"`{code.Value}`",
                XElement { Name.LocalName: "see" or "seealso" } see => $"`{Reference(see)}`",
                XElement { Name.LocalName: "paramref" or "typeparamref" } name => $"`{(string?)name.Attribute("name")}`",
                XElement { Name.LocalName: "para" } para => "\n\n" + Text(para),
                XElement other => Text(other),
                _ => "",
            });
        }
        return Blank().Replace(text.ToString(), " ").Trim();
    }

    private static string Reference(XElement see) =>
        (string?)see.Attribute("langword") ?? ((string?)see.Attribute("cref"))?.Split('.', ':', '(').Last(part => part.Length > 0 && !part.EndsWith(')')) ?? see.Value;

    [GeneratedRegex(@"[ \t]*\n[ \t]*(?!\n)|[ \t]{2,}")]
    private static partial Regex Blank();
}
