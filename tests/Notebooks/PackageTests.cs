using System.Xml.Linq;

namespace ClrKernelExtension.Tests;

/// <summary>What the package asks for, read from its nuspec and the projects.</summary>
public sealed class PackageTests
{
    private const string HostsOwn = "Microsoft.DotNet.Interactive";

    private static readonly XElement Nuspec = XElement.Load(Repository.PathOf("src", "ClrKernelExtension", "ClrKernelExtension.nuspec"));

    private static IEnumerable<(string Id, string Version)> Dependencies => Nuspec.Descendants()
        .Where(element => element.Name.LocalName == "dependency")
        .Select(element => ((string)element.Attribute("id")!, (string)element.Attribute("version")!));

    [Fact]
    public void Given_the_nuspec_then_it_depends_on_every_package_that_the_assemblies_need_and_on_libtorch()
    {
        IEnumerable<string> needed = new[] { "ClrEngine", "ClrFigures", "ClrKernelExtension" }
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
}
