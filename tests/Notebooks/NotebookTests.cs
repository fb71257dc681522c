using System.IO.Compression;
using System.Xml.Linq;

namespace Notebooks;

/// <summary>
/// The notebooks in the real host, and the package. With the environment variable <c>CLR_REFRESH_NOTEBOOKS=1</c>
/// what the cells show is saved into the files.
/// </summary>
/// <param name="feed">The package.</param>
[Collection(PackedExtension.Name)]
public sealed partial class NotebookTests(PackageFeed feed)
{
    private const int MostCharacters = 300_000;

    public static TheoryData<string> Names => [.. NotebookFile.Names];

    private static bool Refreshes => Environment.GetEnvironmentVariable("CLR_REFRESH_NOTEBOOKS") == "1";

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Given_a_notebook_when_its_cells_run_in_order_then_each_shows_what_is_saved(string name)
    {
        var file = new NotebookFile(name);
        await using NotebookHost host = await NotebookHost.StartAsync(feed);
        int count = 0;
        var differences = new List<string>();
        foreach (NotebookFileCell cell in file.CodeCells)
        {
            IReadOnlyList<CellOutput> now = await host.RunAsync(cell.Source, feed);
            Assert.DoesNotContain(now, output => output.Kind == "error");
            if (cell.Loads)
                now = [Greeting(now)];
            string[] found = [.. Differences(now, cell.Outputs)];
            differences.AddRange(found.Select(difference => $"cell {cell.Id}: {difference}"));
            count++;
            // What shows the same stays as it is saved, with its seconds and ids.
            if (Refreshes && found.Length > 0)
                cell.Replace(count, now);
        }
        // The reader's part: the answer works where the notebook has ended.
        NotebookFileCell answer = file.Cells[^1];
        Assert.Contains("## Exercise", string.Concat(file.Cells.Select(cell => cell.Source)), StringComparison.Ordinal);
        Assert.NotEmpty(Answer().Matches(answer.Source));
        foreach (Match code in Answer().Matches(answer.Source))
            CellOutput.Shown(await host.RunAsync((code.Groups[1].Value == "powershell" ? "#!pwsh\n" : "") + code.Groups[2].Value, feed));
        if (Refreshes)
            file.Save();
        Assert.True(Refreshes || differences.Count == 0, $"{name} is not what its cells show now; CLR_REFRESH_NOTEBOOKS=1 saves it anew.\n{string.Join('\n', differences)}");
    }

    [Fact]
    public void Given_the_package_then_it_holds_the_extension_its_libraries_and_the_module_and_nothing_of_the_host()
    {
        using ZipArchive package = ZipFile.OpenRead(feed.Package);
        string[] names = [.. package.Entries.Select(entry => entry.FullName)];
        Assert.Equal(
            ["interactive-extensions/dotnet/ClrKernelExtension.dll", "interactive-extensions/dotnet/extension.dib"],
            names.Where(name => name.StartsWith("interactive-extensions/", StringComparison.Ordinal)).Order(StringComparer.Ordinal));
        Assert.Equal(["lib/net8.0/ClrEngine.dll", "lib/net8.0/ClrEngine.xml", "lib/net8.0/ClrFigures.dll", "lib/net8.0/ClrFigures.xml"], names.Where(name => name.StartsWith("lib/", StringComparison.Ordinal)).Order(StringComparer.Ordinal));
        foreach (string file in new[] { "ClrModule.psd1", "bin/ClrModule.dll", "bin/ClrEngine.dll", "bin/ClrFigures.dll", "bin/TorchSharp.dll", "en-US/ClrModule.dll-Help.xml" })
            Assert.Contains($"module/ClrModule/{file}", names);
        Assert.DoesNotContain(names, name => name.EndsWith(".pdb", StringComparison.Ordinal) || name.EndsWith("/FSharp.Core.xml", StringComparison.Ordinal));
        Assert.DoesNotContain(names, name => name.Contains("Microsoft.DotNet.Interactive", StringComparison.Ordinal) || name.Contains("System.Reactive", StringComparison.Ordinal));
    }

    [Fact]
    public void When_listed_then_there_are_the_four_lessons() => Assert.Equal(
        ["01-schedules.ipynb", "02-range-test.ipynb", "03-training.ipynb", "04-powershell.ipynb"], NotebookFile.Names);

    [Theory]
    [MemberData(nameof(Names))]
    public void Given_a_notebook_then_every_client_reads_its_cells_alike(string name)
    {
        var file = new NotebookFile(name);
        Assert.Equal((4, 5), ((int)file.Root["nbformat"]!, (int)file.Root["nbformat_minor"]!));
        Assert.Equal(".net-csharp", (string?)file.Root["metadata"]!["kernelspec"]!["name"]);
        Assert.Equal(file.Cells.Count, file.Cells.Select(cell => cell.Id).Distinct().Count());
        Assert.True(file.CodeCells.First().Loads);
        Assert.All(file.CodeCells, cell =>
        {
            Assert.Contains(cell.Language, new[] { "csharp", "pwsh" });
            Assert.Equal(cell.Language, cell.OlderLanguage);
            Assert.Equal(cell.Language == "pwsh", cell.Source.StartsWith("#!pwsh\n", StringComparison.Ordinal));
        });
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Given_a_notebook_then_its_outputs_are_saved_its_figures_have_titles_and_it_is_small_and_names_no_path_of_a_machine(string name)
    {
        var file = new NotebookFile(name);
        Assert.All(file.CodeCells, cell => Assert.NotEmpty(cell.Outputs));
        Assert.All(file.CodeCells.SelectMany(cell => cell.Outputs), output => Assert.NotEqual("error", output.Kind));
        string[] figures = [.. file.CodeCells.SelectMany(cell => cell.Outputs).SelectMany(output => output.Forms.Values).Where(form => form.Contains("clr-figure", StringComparison.Ordinal))];
        Assert.NotEmpty(figures);
        // plotly.js 3 drops a title that is a mere text.
        Assert.All(figures, figure => Assert.Matches(TitleAsObject(), figure));
        Assert.All(figures, figure => Assert.DoesNotMatch(TitleAsText(), figure));
        // What is seen where no script runs.
        Assert.All(figures.Where(form => form.Contains("class=\"clr-figure\"", StringComparison.Ordinal)), figure => Assert.Contains("src=\"data:image/svg+xml;base64,", figure, StringComparison.Ordinal));
        Assert.True(file.Text.Length < MostCharacters, $"{name} has {file.Text.Length} characters.");
        Assert.DoesNotMatch(MachinePath(), file.Text);
    }

    // What the host says of restoring differs from machine to machine, and plotly.js is too large to save in each file: the plain line stays.
    private static CellOutput Greeting(IReadOnlyList<CellOutput> outputs)
    {
        CellOutput greeting = Assert.Single(outputs, output => output.Forms.Values.Any(form => form.Contains("plotly.js (basic - minified) v3.", StringComparison.Ordinal)));
        Assert.StartsWith("Clr: #!clr-help", greeting.Text, StringComparison.Ordinal);
        return CellOutput.Of(greeting.Kind, greeting.Text);
    }

    private static IEnumerable<string> Differences(IReadOnlyList<CellOutput> now, IReadOnlyList<CellOutput> saved) => now.Count == saved.Count
        ? now.Zip(saved, (shown, before) => shown.DifferenceFrom(before)).OfType<string>()
        : [$"{now.Count} outputs where {saved.Count} are saved"];

    [GeneratedRegex("\"title\":\\s*\\{[^{}]*\"text\":\\s*\"")]
    private static partial Regex TitleAsObject();

    [GeneratedRegex("\"title\":\\s*\"")]
    private static partial Regex TitleAsText();

    [GeneratedRegex(@"^```(\w*)\n(.*?)\n```$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Answer();

    [GeneratedRegex(@"(?<![\w.])/(root|home|tmp|work|usr|Users|mnt|var)/|[A-Za-z]:\\\\")]
    private static partial Regex MachinePath();
}

/// <summary>What the package asks for, read from its nuspec and the projects.</summary>
public sealed class PackageTests
{
    private static readonly XElement Nuspec = XElement.Load(Repository.PathOf("src", "ClrKernelExtension", "ClrKernelExtension.nuspec"));

    private static IEnumerable<(string Id, string Version)> Dependencies => Nuspec.Descendants()
        .Where(element => element.Name.LocalName == "dependency")
        .Select(element => ((string)element.Attribute("id")!, (string)element.Attribute("version")!));

    [Fact]
    public void Given_the_nuspec_then_it_depends_on_every_package_that_the_assemblies_need_and_on_libtorch()
    {
        IEnumerable<string> needed = new[] { "ClrEngine", "ClrFigures", "ClrKernelExtension" }
            .SelectMany(project => XElement.Load(Repository.PathOf("src", project, project + ".csproj")).Descendants("PackageReference"))
            // What is private to a build, such as an analyzer, is no dependency of what it makes.
            .Where(reference => (string?)reference.Attribute("PrivateAssets") != "all")
            .Select(reference => (string)reference.Attribute("Include")!)
            .Append("libtorch-cpu");
        Assert.Equal(needed.Order(), Dependencies.Select(dependency => dependency.Id).Order());
    }

    [Fact]
    public void Given_the_nuspec_then_every_version_comes_from_the_central_list() => Assert.All(
        Dependencies,
        dependency => Assert.Equal(dependency.Id == "libtorch-cpu" ? "$libtorch$" : $"${dependency.Id.Replace(".", "", StringComparison.Ordinal)}$", dependency.Version));
}
