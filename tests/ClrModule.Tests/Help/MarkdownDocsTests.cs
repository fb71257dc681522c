using ClrHelp;
using ClrModule.Tests.Contract;
using ClrModule.Tests.Hosting;

namespace ClrModule.Tests.Help;

public sealed class MarkdownDocsTests
{
    private static readonly string Docs = Path.Combine(Repository.Root, "docs");

    [Fact]
    public void The_documents_say_what_the_code_says() => Completeness.Expect(
        MarkdownWriter.Documents(ModulePages.Assembly, ModulePages.All)
            .Where(file => !File.Exists(Path.Combine(Docs, file.Name)) || File.ReadAllText(Path.Combine(Docs, file.Name)).ReplaceLineEndings("\n") != file.Text)
            .Select(file => "docs/" + file.Name),
        "Run: dotnet build src/ClrModule -c Release -p:UpdateDocs=true");

    [Fact]
    public void No_page_is_left_of_a_cmdlet_that_is_gone() => Assert.Empty(
        Directory.EnumerateFiles(Path.Combine(Docs, "cmdlets"), "*.md")
            .Select(Path.GetFileNameWithoutExtension)
            .Except(ModulePages.All.Select(page => page.Name).Append("README")));
}
