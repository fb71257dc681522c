using ClrHelp;
using ClrModule.Tests.Contract;
using ClrModule.Tests.Hosting;

namespace ClrModule.Tests.Help;

public sealed class HelpCompletenessTests
{
    [Fact]
    public void Every_cmdlet_has_a_synopsis_a_description_and_links() => Completeness.Expect(
        ModulePages.All
            .Where(page => page.Synopsis.Length == 0 || page.Written.Description.Length == 0 || page.Written.SeeAlso.Count == 0)
            .Select(page => page.Name),
        "Write the class's summary, and a description and 'See also' in docs/cmdlets/<Cmdlet>.md.");

    [Fact]
    public void Every_parameter_has_help() => Completeness.Expect(
        ModulePages.All.SelectMany(page => page.Parameters.Where(p => p.Text.Length == 0).Select(p => $"{page.Name} -{p.Name}")),
        "Write the property's summary.");

    [Fact]
    public void Every_value_of_an_enumeration_has_help() => Completeness.Expect(
        ModulePages.All.SelectMany(page => page.Parameters.SelectMany(p => p.Values.Where(v => v.Text.Length == 0).Select(v => $"{page.Name} -{p.Name} {v.Name}"))),
        "Write the value's summary.");

    [Fact]
    public void Every_cmdlet_has_at_least_three_examples() => Completeness.Expect(
        ModulePages.All.Where(page => page.Written.Examples.Count < 3).Select(page => $"{page.Name} has {page.Written.Examples.Count}"),
        "Add '## Example: title' sections to docs/cmdlets/<Cmdlet>.md.");

    [Fact]
    public void Every_example_uses_its_cmdlet_and_has_a_title() => Completeness.Expect(
        ModulePages.All.SelectMany(page => page.Written.Examples
            .Where(example => example.Title.Length == 0 || !example.Code.Contains(page.Name, StringComparison.Ordinal))
            .Select(example => $"{page.Name}: {example.Title}")),
        "An example has a powershell block in which the cmdlet is called.");

    [Fact]
    public void Every_source_belongs_to_a_cmdlet() => Assert.Empty(
        Directory.EnumerateFiles(ModulePages.Sources, "*-*.md").Select(Path.GetFileNameWithoutExtension).Except(ModulePages.All.Select(page => page.Name)));

    [Fact]
    public void Every_link_to_a_file_leads_somewhere()
    {
        string cmdlets = Path.Combine(Repository.Root, "docs", "cmdlets");
        Assert.Empty(ModulePages.All
            .SelectMany(page => page.Written.SeeAlso.Append(page.Written.Description).Select(text => (page.Name, Links: MarkdownLinks.Of(text))))
            .SelectMany(item => item.Links.Where(link => !Path.Exists(Path.Combine(cmdlets, link)) && !ModulePages.All.Any(page => page.Name + ".md" == link)).Select(link => $"{item.Name}: {link}")));
    }

    [Fact]
    public void A_source_with_an_example_has_its_parts()
    {
        const string Body = "What it does.\n\n## Example: One\n\n<!-- not run: why -->\n```powershell\nGet-It\n```\n\n```text\n1\n```\n\nNotice it.\n\n";
        WrittenPart source = WrittenPart.Parse("<!-- Made. -->\n\n# Get-It\n\nSynopsis.\n\n```\nGet-It [-A]\n```\n\n" + Body + "## Parameters\n\n### -A\n\nText.\n\n## See also\n\n- [That](that.md)\n");
        Assert.Equal("What it does.", source.Description);
        Assert.Equal(new("One", "Get-It", "1", "Notice it.", "why"), Assert.Single(source.Examples));
        Assert.Equal(["[That](that.md)"], source.SeeAlso);
    }

    [Fact]
    public void A_page_that_is_only_written_so_far_is_read_the_same_way() =>
        Assert.Equal(("What it does.", "Get-It # now"), (WrittenPart.Parse("What it does.\n\n## Example: One\n\n```powershell\nGet-It # now\n```\n").Description, WrittenPart.Parse("## Example: One\n\n```powershell\nGet-It # now\n```\n").Examples[0].Code));
}
