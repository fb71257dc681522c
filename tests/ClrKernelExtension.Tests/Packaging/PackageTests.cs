using System.Xml.Linq;
using ClrKernelExtension.Tests.Host;

namespace ClrKernelExtension.Tests.Packaging;

/// <summary>What the package is made of, read from its nuspec and the projects.</summary>
public sealed class PackageTests
{
    private const string HostsOwn = "Microsoft.DotNet.Interactive.Formatting";

    private static readonly string[] Projects = ["ClrEngine", "ClrFigures", "ClrKernelExtension"];

    private static readonly XElement Nuspec = XElement.Load(Repository.PathOf("src", "ClrKernelExtension", "ClrKernelExtension.nuspec"));

    [Fact]
    public void Given_the_nuspec_then_the_assemblies_of_all_three_projects_are_in_lib() => Assert.Equal(
        Projects.Select(project => $"$out${project}.dll").Order(),
        Files("lib/net8.0").Order());

    [Fact]
    public void Given_the_nuspec_then_the_extension_lies_where_the_host_looks_for_it()
    {
        string dib = Assert.Single(Files("interactive-extensions/dotnet"));
        Assert.True(File.Exists(Repository.PathOf("src", "ClrKernelExtension", dib)));
    }

    [Fact]
    public void Given_the_nuspec_then_the_PowerShell_module_goes_along() => Assert.Equal(["$out$module/**"], Files("module"));

    [Fact]
    public void Given_a_build_then_the_folder_of_the_module_has_its_manifest_its_assemblies_its_views_and_its_help()
    {
        string folder = Path.Combine(AppContext.BaseDirectory, "module", "ClrModule");
        foreach (string file in new[] { "ClrModule.psd1", "bin/ClrModule.dll", "bin/ClrEngine.dll", "bin/ClrFigures.dll", "bin/TorchSharp.dll", "en-US/ClrModule.dll-Help.xml" })
            Assert.True(File.Exists(Path.Combine(folder, file)), file);
    }

    [Fact]
    public void Given_the_nuspec_then_it_depends_on_every_package_that_the_assemblies_need_and_on_libtorch()
    {
        IEnumerable<string> needed = Projects
            .SelectMany(project => XElement.Load(Repository.PathOf("src", project, project + ".csproj")).Descendants("PackageReference"))
            .Select(reference => (string)reference.Attribute("Include")!)
            .Where(id => id != HostsOwn && !id.StartsWith("TorchSharp-cuda-", StringComparison.Ordinal))
            .Append("libtorch-cpu");
        Assert.Equal(needed.Order(), Dependencies.Select(dependency => dependency.Id).Order());
    }

    [Fact]
    public void Given_the_nuspec_then_every_version_comes_from_the_central_list() => Assert.All(
        Dependencies,
        dependency => Assert.Equal(dependency.Id == "libtorch-cpu" ? "$libtorch$" : $"${dependency.Id.Replace(".", "", StringComparison.Ordinal)}$", dependency.Version));

    private static IEnumerable<(string Id, string Version)> Dependencies =>
        Named("dependency").Select(element => ((string)element.Attribute("id")!, (string)element.Attribute("version")!));

    private static IEnumerable<string> Files(string target) =>
        Named("file").Where(file => (string?)file.Attribute("target") == target).Select(file => (string)file.Attribute("src")!);

    private static IEnumerable<XElement> Named(string name) => Nuspec.Descendants().Where(element => element.Name.LocalName == name);
}
