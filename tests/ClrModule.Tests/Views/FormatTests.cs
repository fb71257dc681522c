using System.Xml.Linq;
using ClrModule.Tests.Contract;
using ClrModule.Tests.Hosting;

namespace ClrModule.Tests.Views;

public sealed class FormatTests
{
    [Fact]
    public void A_table_has_at_most_six_columns() => Assert.Empty(
        FormatFiles.Views.Where(view => view.Descendants("TableColumnHeader").Count() > 6).Select(view => view.Element("Name")!.Value));

    [Fact]
    public void A_column_whose_numbers_are_formatted_is_right_aligned() => Assert.Empty(
        FormatFiles.Views.SelectMany(view => view.Descendants("TableColumnItem").Zip(view.Descendants("TableColumnHeader")))
            .Where(column => column.First.Value.Contains("Display]::", StringComparison.Ordinal) && !column.First.Value.Contains("Targets", StringComparison.Ordinal))
            .Where(column => column.Second.Element("Alignment")?.Value != "Right")
            .Select(column => column.Second.Element("Label")!.Value));

    [Fact]
    public void A_view_of_a_type_serves_its_deserialised_form_too() => Assert.Empty(
        FormatFiles.Views.SelectMany(view => view.Descendants("TypeName").Select(name => name.Value)
            .Where(type => type.StartsWith("Clr", StringComparison.Ordinal) && !FormatFiles.Shows(view, "Deserialized." + type))));

    [Fact]
    public void Every_format_file_is_named_by_the_manifest()
    {
        string manifest = File.ReadAllText(Repository.Manifest);
        Assert.All(
            Directory.EnumerateFiles(Path.Combine(Repository.Root, "src", "ClrModule", "Views"), "*.ps1xml"),
            file => Assert.Contains($"'bin/{Path.GetFileName(file)}'", manifest, StringComparison.Ordinal));
    }

    [Fact]
    public void Every_output_type_has_a_table_and_a_list()
    {
        using var session = new PowerShellSession();
        var outputs = session.Run("Get-Command -Module ClrModule | ForEach-Object OutputType | ForEach-Object Type").Output.Select(o => (Type)o.BaseObject).Distinct();
        Completeness.Expect(
            outputs.Where(type => !type.IsInterface && type.Namespace!.StartsWith("Clr", StringComparison.Ordinal))
                .Where(type => !Has(type, "TableControl") || !Has(type, "ListControl"))
                .Select(type => type.FullName!),
            "Add a table and a list to src/ClrModule/Views, and the file to the manifest.");
    }

    private static bool Has(Type type, string control) =>
        FormatFiles.Views.Any(view => view.Element(control) is not null && Family(type).Any(t => FormatFiles.Shows(view, t.FullName!)));

    private static IEnumerable<Type> Family(Type? type)
    {
        for (; type is not null; type = type.BaseType)
            yield return type;
    }
}
