using System.Management.Automation;
using System.Management.Automation.Language;
using ClrModule.Tests.Hosting;

namespace ClrModule.Tests.Scripts;

/// <summary>Scripts and documents name only what exists.</summary>
public sealed class ScriptFileTests : IDisposable
{
    // Commands of PowerShell's own modules beyond the bare engine; of Pester, PSResourceGet and PSScriptAnalyzer; of drivers.
    private static readonly string[] Elsewhere =
    [
        .. File.ReadAllText(Path.Combine(Repository.Root, "src", "ClrShell", "Running", "PwshCommands.txt")).Split([' ', '\n', '\r'], StringSplitOptions.RemoveEmptyEntries),
        "Invoke-Pester", "New-PesterConfiguration", "New-PesterContainer", "Set-ItResult",
        "Install-PSResource", "Set-PSResourceRepository", "Invoke-ScriptAnalyzer", "nvidia-smi",
    ];

    private readonly PowerShellSession _session = new();

    public void Dispose() => _session.Dispose();

    [Fact]
    public void Every_script_parses() => Assert.Empty(
        ScriptFile.All.SelectMany(script => script.Errors.Select(error => $"{script.Place}: {error.Message}")));

    [Fact]
    public void Every_command_exists()
    {
        string[] here = [.. _session.Run("Get-Command").All<CommandInfo>().Select(command => command.Name)];
        Assert.Empty(ScriptFile.All.SelectMany(script => script.Commands
            .Select(command => command.GetCommandName())
            .OfType<string>()
            .Where(name => name.Contains('-', StringComparison.Ordinal) && !name.Contains('/', StringComparison.Ordinal))
            .Except(Functions(script), StringComparer.OrdinalIgnoreCase)
            .Except(here, StringComparer.OrdinalIgnoreCase)
            .Except(Elsewhere, StringComparer.OrdinalIgnoreCase)
            .Select(name => $"{script.Place}: {name}")));
    }

    [Fact]
    public void Every_parameter_of_a_cmdlet_exists()
    {
        Dictionary<string, CmdletInfo> cmdlets = _session.Run("Get-Command -Module ClrModule").All<CmdletInfo>().ToDictionary(c => c.Name, StringComparer.OrdinalIgnoreCase);
        Assert.Empty(ScriptFile.All.SelectMany(script => script.Commands
            .Where(command => command.GetCommandName() is { } name && cmdlets.ContainsKey(name))
            .SelectMany(command => command.CommandElements.OfType<CommandParameterAst>().Select(p => (Cmdlet: cmdlets[command.GetCommandName()], p.ParameterName)))
            .Where(use => !Takes(use.Cmdlet, use.ParameterName))
            .Select(use => $"{script.Place}: {use.Cmdlet.Name} -{use.ParameterName}")));
    }

    [Fact]
    public void Every_test_of_the_acceptance_suite_claims_something() => Assert.Empty(
        ScriptFile.Suite.SelectMany(script => script.Commands
            .Where(command => command.GetCommandName() == "It" && !Claims(command))
            .Select(command => $"{script.Place}: {command.CommandElements[1]}")));

    [Fact]
    public void Every_file_of_the_acceptance_suite_has_tests() => Assert.Empty(
        ScriptFile.Suite.Where(script => script.Place.EndsWith(".Tests.ps1", StringComparison.Ordinal) && !script.Commands.Any(c => c.GetCommandName() == "It")).Select(s => s.Place));

    private static bool Claims(CommandAst it) =>
        it.FindAll(node => node is CommandAst command && command.GetCommandName() == "Should", searchNestedScriptBlocks: true).Any();

    private static bool Takes(CmdletInfo cmdlet, string name) =>
        cmdlet.Parameters.Values.Any(p => string.Equals(p.Name, name, StringComparison.OrdinalIgnoreCase) || p.Aliases.Contains(name, StringComparer.OrdinalIgnoreCase));

    private static IEnumerable<string> Functions(ScriptFile script) =>
        script.Tree.FindAll(node => node is FunctionDefinitionAst, searchNestedScriptBlocks: true).Select(node => ((FunctionDefinitionAst)node).Name);
}
