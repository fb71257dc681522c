using System.Runtime.CompilerServices;

namespace ClrEngine.Tests;

/// <summary>Which room may name what: a schedule or a range test must not need torch, PowerShell or plotly.</summary>
public sealed class ArchitectureTests
{
    private static readonly string Source = Path.GetFullPath(Path.Combine(ThisFolder(), "..", "..", "src"));

    [Theory]
    [InlineData("ClrEngine/Errors", "TorchSharp", "Management.Automation", "XPlot", "DotNet.Interactive")]
    [InlineData("ClrEngine/Files", "TorchSharp", "Management.Automation", "XPlot", "DotNet.Interactive")]
    [InlineData("ClrEngine/Numerics", "TorchSharp", "Management.Automation", "XPlot", "DotNet.Interactive")]
    [InlineData("ClrEngine/Schedules", "TorchSharp", "ClrEngine.Torch", "Management.Automation", "XPlot", "DotNet.Interactive")]
    [InlineData("ClrEngine/RangeTest", "TorchSharp", "ClrEngine.Torch", "Management.Automation", "XPlot", "DotNet.Interactive")]
    [InlineData("ClrEngine/Training", "using TorchSharp", "using ClrEngine.Torch", "Management.Automation", "XPlot", "DotNet.Interactive")]
    [InlineData("ClrEngine/Data", "TorchSharp", "ClrEngine.Torch", "Management.Automation", "XPlot", "DotNet.Interactive")]
    [InlineData("ClrEngine/Torch", "Management.Automation", "XPlot", "DotNet.Interactive")]
    [InlineData("ClrFigures", "TorchSharp", "Management.Automation", "DotNet.Interactive")]
    [InlineData("ClrModule", "DotNet.Interactive", "Console.")]
    [InlineData("ClrKernelExtension", "Management.Automation")]
    public void A_room_names_only_what_it_may_use(string room, params string[] forbidden)
    {
        string[] files = Directory.GetFiles(Path.Combine(Source, room), "*.cs", SearchOption.AllDirectories)
            .Where(f => !f.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal)
                && !f.Contains($"{Path.DirectorySeparatorChar}bin{Path.DirectorySeparatorChar}", StringComparison.Ordinal))
            .ToArray();
        string[] breaches = files
            .SelectMany(file => File.ReadLines(file).Select(line => (file, line)))
            .Where(x => !x.line.TrimStart().StartsWith("//", StringComparison.Ordinal) && forbidden.Any(word => x.line.Contains(word, StringComparison.Ordinal)))
            .Select(x => $"{Path.GetRelativePath(Source, x.file)}: {x.line.Trim()}")
            .ToArray();
        Assert.Empty(breaches);
    }

    private static string ThisFolder([CallerFilePath] string path = "") => Path.GetDirectoryName(path)!;
}
