using System.Text.RegularExpressions;
using ClrHelp;

namespace ClrModule.Tests;

/// <summary>The documents of the checkout against its code. What a user's Get-Help shows is tested in PowerShell.</summary>
public sealed partial class DocumentationTests
{
    private static readonly string Cmdlets = Path.Combine(Checkout.Docs, "cmdlets");

    [Fact]
    public void The_documents_say_what_the_code_says() => Checkout.MissesNothing(
        MarkdownWriter.Documents(Checkout.Assembly, Checkout.Pages)
            .Where(file => !File.Exists(Path.Combine(Checkout.Docs, file.Name)) || File.ReadAllText(Path.Combine(Checkout.Docs, file.Name)).ReplaceLineEndings("\n") != file.Text)
            .Select(file => "docs/" + file.Name),
        "Run: dotnet build src/ClrModule -c Release -p:UpdateDocs=true");

    [Fact]
    public void No_page_is_left_of_a_cmdlet_that_is_gone()
    {
        IEnumerable<string?> pages = Directory.EnumerateFiles(Cmdlets, "*.md").Select(Path.GetFileNameWithoutExtension);
        Assert.Equal(pages.Order(), Checkout.Pages.Select(page => page.Name).Append("README").Order());
    }

    [Fact]
    public void A_cmdlet_lies_in_a_file_of_its_own()
    {
        IEnumerable<string?> files = Directory.EnumerateFiles(Path.Combine(Checkout.Root, "src", "ClrModule"), "*Command.cs", SearchOption.AllDirectories).Select(Path.GetFileName);
        string[] homeless = [.. Checkout.Pages.Select(page => page.Name.Replace("-", "", StringComparison.Ordinal) + "Command.cs").Except(files)!];
        Assert.Empty(homeless);
    }

    [Fact]
    public void Every_link_to_a_file_leads_somewhere() => Assert.Empty(
        from page in Checkout.Pages
        from link in page.Written.SeeAlso.Append(page.Written.Description).SelectMany(Links)
        where !Path.Exists(Path.Combine(Cmdlets, link)) && !Checkout.Pages.Any(other => other.Name + ".md" == link)
        select $"{page.Name}: {link}");

    [Fact]
    public void A_source_with_an_example_has_its_parts()
    {
        const string Body = "What it does.\n\n## Example: One\n\n```powershell\nGet-It\n```\n\n```text\n1\n```\n\nNotice it.\n\n";
        WrittenPart source = WrittenPart.Parse("<!-- Made. -->\n\n# Get-It\n\nSynopsis.\n\n```\nGet-It [-A]\n```\n\n" + Body + "## Parameters\n\n### -A\n\nText.\n\n## See also\n\n- [That](that.md)\n");
        Assert.Equal("What it does.", source.Description);
        Assert.Equal(new Example("One", "Get-It", "1", "Notice it."), Assert.Single(source.Examples));
        Assert.Equal(["[That](that.md)"], source.SeeAlso);
    }

    [Fact]
    public void A_page_that_is_only_written_so_far_is_read_the_same_way() =>
        Assert.Equal(("What it does.", "Get-It # now"), (WrittenPart.Parse("What it does.\n\n## Example: One\n\n```powershell\nGet-It # now\n```\n").Description, WrittenPart.Parse("## Example: One\n\n```powershell\nGet-It # now\n```\n").Examples[0].Code));

    private static IEnumerable<string> Links(string markdown) => Link().Matches(markdown)
        .Select(match => match.Groups[1].Value.Split('#')[0])
        .Where(target => target.Length > 0 && !target.StartsWith("http", StringComparison.Ordinal));

    [GeneratedRegex(@"\]\(([^)\s]+)\)")]
    private static partial Regex Link();
}

/// <summary>The checkout that these tests were built in, and the help that its sources make.</summary>
internal static class Checkout
{
    public static string Root { get; } = FindRoot(AppContext.BaseDirectory);

    public static string Assembly { get; } = Path.Combine(Root, "bin", "ClrModule.dll");

    public static string Docs { get; } = Path.Combine(Root, "docs");

    public static IReadOnlyList<CmdletPage> Pages { get; } = ModuleReader.Read(Assembly, Path.Combine(Docs, "cmdlets"));

    /// <summary>Fails with all that a rule misses at once, rather than the first.</summary>
    public static void MissesNothing(IEnumerable<string> missing, string remedy)
    {
        string[] all = [.. missing];
        Assert.True(all.Length == 0, $"{remedy}\n  {string.Join("\n  ", all)}");
    }

    private static string FindRoot(string folder) =>
        File.Exists(Path.Combine(folder, "ClrModule.psd1")) ? folder : FindRoot(Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("These tests do not lie in a checkout."));
}
