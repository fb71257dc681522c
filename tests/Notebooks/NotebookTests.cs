using System.IO.Compression;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Notebooks;

/// <summary>
/// The packed extension and the notebooks in the real host. With the environment variable <c>CLR_REFRESH_NOTEBOOKS=1</c>
/// what the cells show is saved into the files.
/// </summary>
/// <param name="feed">The package.</param>
public sealed partial class NotebookTests(PackageFeed feed) : IClassFixture<PackageFeed>
{
    private const string Load = "#r \"nuget: ClrKernelExtension\"";
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
        if (Refreshes)
            file.Save();
        Assert.True(Refreshes || differences.Count == 0, $"{name} is not what its cells show now; CLR_REFRESH_NOTEBOOKS=1 saves it anew.\n{string.Join('\n', differences)}");
    }

    // A failed first use would stay with the process: each way begins in a host of its own.
    [Theory]
    [InlineData("using TorchSharp;\nusing static TorchSharp.torch;\n$\"{nn.Sequential((\"layer\", nn.Linear(2, 3))).forward(ones(1, 2)).shape[1]}\"", "3")]
    [InlineData("$\"{TorchSharp.torch.randn(2).shape[0]}\"", "2")]
    [InlineData("#!pwsh\nImport-Module ClrModule\n[TorchSharp.torch]::ones([long[]](2)).shape[0]", "2")]
    public async Task Given_a_notebook_whose_first_cell_after_loading_uses_TorchSharp_when_run_then_it_works_and_so_does_what_follows(string source, string expected)
    {
        await using NotebookHost host = await NotebookHost.StartAsync(feed);
        Shown(await host.RunAsync(Load, feed));
        Assert.Equal(expected, Shown(await host.RunAsync(source, feed)));
        Assert.Contains("libtorch", Shown(await host.RunAsync("#!clr-devices", feed)), StringComparison.Ordinal);
        Assert.Equal("2", Shown(await host.RunAsync("$\"{TorchSharp.torch.randn(2).shape[0]}\"", feed)));
    }

    [Fact]
    public async Task Given_variables_of_one_language_when_named_then_magic_commands_find_them_and_both_languages_have_what_those_store()
    {
        await using NotebookHost host = await NotebookHost.StartAsync(feed);
        Shown(await host.RunAsync(Load, feed));
        Shown(await host.RunAsync("#!pwsh\nImport-Module ClrModule\n$mine = New-CyclicSchedule 0.01 0.1 -StepSize 23", feed));
        Assert.Contains("Completed", Shown(await host.RunAsync("#!clr-train --epochs 2 --schedule mine", feed)), StringComparison.Ordinal);
        Assert.Contains("Completed", Shown(await host.RunAsync("#!pwsh\n\"$($history.Status)\"", feed)), StringComparison.Ordinal);
        Assert.Contains("Completed", Shown(await host.RunAsync("history.Status.ToString()", feed)), StringComparison.Ordinal);

        // Where the languages differ, the newest counts, whoever set it and however often cells ran since that only read it.
        foreach ((string cell, string newest) in new[]
        {
            ("#!clr-schedule --base-lr 0.01 --max-lr 0.1 --step-size 23", "0.01 to 0.1"),
            ("#!pwsh\n$schedule = New-CyclicSchedule 0.02 0.3 -StepSize 23", "0.02 to 0.3"),
            ("schedule.ToString()", "0.02 to 0.3"),
            ("var schedule = new CyclicSchedule(0.03, 0.4, 23);", "0.03 to 0.4"),
            ("#!pwsh\n\"$schedule\"", "0.03 to 0.4"),
            ("#!pwsh\n$ignored = 1; Set-Variable -Name ('sched' + 'ule') -Value (New-CyclicSchedule 0.04 0.5 -StepSize 23)", "0.04 to 0.5"),
            ("#!clr-schedule --base-lr 0.05 --max-lr 0.6 --step-size 23", "0.05 to 0.6"),
        })
        {
            Shown(await host.RunAsync(cell, feed));
            Assert.Contains(newest, Shown(await host.RunAsync("#!clr-warm-up --steps 5 --name warmed", feed)), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Given_F_sharp_cells_when_they_speak_of_variables_then_they_and_the_magic_commands_have_the_same()
    {
        await using NotebookHost host = await NotebookHost.StartAsync(feed);
        Shown(await host.RunAsync(Load, feed));
        Shown(await host.RunAsync("#!clr-constant --learning-rate 0.3", feed));
        Assert.Contains("Constant 0.3", Shown(await host.RunAsync("#!fsharp\nlet mine = ClrEngine.Schedules.ConstantSchedule(0.1)\nschedule.ToString()", feed)), StringComparison.Ordinal);
        Assert.Contains("Constant 0.1", Shown(await host.RunAsync("#!clr-warm-up --schedule mine --steps 5", feed)), StringComparison.Ordinal);
        Shown(await host.RunAsync("var mine = new ConstantSchedule(0.2);", feed));
        Assert.Contains("Constant 0.2", Shown(await host.RunAsync("#!clr-warm-up --schedule mine --steps 5", feed)), StringComparison.Ordinal);
        Assert.Contains("Constant 0.2", Shown(await host.RunAsync("#!fsharp\nmine.ToString()", feed)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Given_a_line_that_is_not_whole_when_run_in_the_host_then_it_is_an_error()
    {
        await using NotebookHost host = await NotebookHost.StartAsync(feed);
        Shown(await host.RunAsync(Load, feed));
        Shown(await host.RunAsync("var schedule = new CyclicSchedule(0.01, 0.1, 23);", feed));
        foreach (string line in new[] { "#!clr-train --epochs", "#!clr-train 5", "#!clr-train --resume 5", "#!clr-train --epoch 5" })
            Assert.Contains(await host.RunAsync(line, feed), output => output.Kind == "error");
    }

    [Fact]
    public async Task Given_a_PowerShell_cell_when_it_displays_a_list_then_it_is_shown_in_one_figure_or_table()
    {
        await using NotebookHost host = await NotebookHost.StartAsync(feed);
        Shown(await host.RunAsync(Load, feed));
        IReadOnlyList<CellOutput> figure = await host.RunAsync("#!pwsh\nImport-Module ClrModule\nOut-Display ((New-ConstantSchedule 0.1), (New-ConstantSchedule 0.2)) -MimeType text/html", feed);
        Assert.Contains("clr-figure", Assert.Single(figure).Forms["text/html"], StringComparison.Ordinal);
        IReadOnlyList<CellOutput> table = await host.RunAsync("#!pwsh\nOut-Display (Get-TorchDevice) -MimeType text/html", feed);
        Assert.Contains("The devices that can train", Assert.Single(table).Forms["text/html"], StringComparison.Ordinal);
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

    private static string Shown(IReadOnlyList<CellOutput> outputs)
    {
        Assert.DoesNotContain(outputs, output => output.Kind == "error");
        return string.Join('\n', outputs.Select(output => output.Text)).Trim();
    }

    [GeneratedRegex("\"title\":\\s*\\{[^{}]*\"text\":\\s*\"")]
    private static partial Regex TitleAsObject();

    [GeneratedRegex("\"title\":\\s*\"")]
    private static partial Regex TitleAsText();

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
