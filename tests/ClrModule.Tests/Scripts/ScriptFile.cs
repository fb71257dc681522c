using System.Management.Automation.Language;
using ClrModule.Tests.Hosting;

namespace ClrModule.Tests.Scripts;

/// <summary>PowerShell that the checkout holds: scripts, and the blocks of its documents.</summary>
/// <param name="Place">Where it is, for people.</param>
/// <param name="Tree">What it says.</param>
/// <param name="Errors">Where it is no PowerShell.</param>
internal sealed record ScriptFile(string Place, ScriptBlockAst Tree, IReadOnlyList<ParseError> Errors)
{
    public static IReadOnlyList<ScriptFile> Suite { get; } = [.. Files("tests/Pester", "*.ps1").Select(Read)];

    public static IReadOnlyList<ScriptFile> All { get; } =
    [
        .. Suite,
        .. Files("examples", "*.ps1").Append(Path.Combine(Repository.Root, "build.ps1")).Select(Read),
        .. Files("docs", "*.md").Append(Path.Combine(Repository.Root, "README.md")).SelectMany(Blocks),
    ];

    public IEnumerable<CommandAst> Commands => Tree.FindAll(node => node is CommandAst, searchNestedScriptBlocks: true).Cast<CommandAst>();

    private static string[] Files(string folder, string pattern) =>
        Directory.GetFiles(Path.Combine(Repository.Root, folder), pattern, SearchOption.AllDirectories);

    private static ScriptFile Read(string path)
    {
        ScriptBlockAst tree = Parser.ParseFile(path, out _, out ParseError[] errors);
        return new ScriptFile(Path.GetRelativePath(Repository.Root, path), tree, errors);
    }

    private static IEnumerable<ScriptFile> Blocks(string path)
    {
        string[] parts = File.ReadAllText(path).ReplaceLineEndings("\n").Split("```powershell\n");
        for (int i = 1; i < parts.Length; i++)
        {
            ScriptBlockAst tree = Parser.ParseInput(parts[i].Split("\n```")[0], out _, out ParseError[] errors);
            yield return new ScriptFile($"{Path.GetRelativePath(Repository.Root, path)}, block {i}", tree, errors);
        }
    }
}
