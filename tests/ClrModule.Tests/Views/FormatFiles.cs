using System.Xml.Linq;
using ClrModule.Tests.Hosting;

namespace ClrModule.Tests.Views;

/// <summary>The views of the checkout.</summary>
internal static class FormatFiles
{
    public static IReadOnlyList<XElement> Views { get; } =
    [
        .. Directory.EnumerateFiles(Path.Combine(Repository.Root, "src", "ClrModule", "Views"), "*.ps1xml")
            .SelectMany(file => XDocument.Load(file).Descendants("View")),
    ];

    public static bool Shows(XElement view, string type) => view.Element("ViewSelectedBy")!.Elements("TypeName").Any(name => name.Value == type);
}
