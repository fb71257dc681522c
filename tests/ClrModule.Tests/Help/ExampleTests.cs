using System.Management.Automation.Language;
using ClrFigures;
using ClrHelp;
using ClrModule.Tests.Hosting;

namespace ClrModule.Tests.Help;

/// <summary>Every example of the help is run as it stands, in an empty folder.</summary>
public sealed class ExampleTests
{
    public static TheoryData<string, string> Examples() =>
        new(ModulePages.All.SelectMany(page => page.Written.Examples.Select(example => (page.Name, example.Title))));

    [Theory]
    [MemberData(nameof(Examples))]
    public void An_example_runs_and_prints_what_the_help_shows(string cmdlet, string title)
    {
        Example example = ModulePages.All.Single(page => page.Name == cmdlet).Written.Examples.Single(e => e.Title == title);
        Assert.SkipUnless(example.NotRun is null, $"Not run: {example.NotRun}.");
        Assert.SkipWhen(example.Needs == "Chromium" && Chromium.Find() is null, $"No Chromium was found: install it (apt-get install chromium), or name its executable in {Chromium.Variable}.");
        using var session = new PowerShellSession();
        string[] absent = [.. Commands(example.Code).Where(name => session.Run($"Get-Command '{name}'").Output.Count == 0)];
        Assert.SkipWhen(absent.Length > 0, $"The bare engine has no {string.Join(", ", absent)}; the Pester suite runs this example.");
        using var folder = new TemporaryFolder();
        session.Set("folder", folder.Root);
        session.Run("$null = $ExecutionContext.SessionState.Path.SetLocation($folder)");
        if (example.Before is { } before)
            Assert.Empty(session.Run(before).Errors);
        if (example.Output is { } output)
            Assert.Equal(output.Trim('\n'), session.Render(example.Code).Trim('\n'));
        else
            AssertTrueToItsOutputTypes(cmdlet, example.Code, session);
        session.Run("$null = $ExecutionContext.SessionState.Path.SetLocation('/')");
    }

    private static void AssertTrueToItsOutputTypes(string cmdlet, string code, PowerShellSession session)
    {
        SessionResult result = session.Run(code);
        Assert.Empty(result.Errors);
        ScriptBlockAst tree = Parser.ParseInput(code, out _, out _);
        if (tree.EndBlock.Statements is not [PipelineAst { PipelineElements: [.., CommandAst last] }] || last.GetCommandName() != cmdlet)
            return;
        Type[] declared = [.. session.Run($"(Get-Command {cmdlet}).OutputType.Type").All<Type>()];
        Assert.All(result.Output, output => Assert.Contains(declared, type => type.IsInstanceOfType(output.BaseObject)));
    }

    private static IEnumerable<string> Commands(string code) => Parser.ParseInput(code, out _, out _)
        .FindAll(node => node is CommandAst, searchNestedScriptBlocks: true)
        .Select(command => ((CommandAst)command).GetCommandName())
        .OfType<string>()
        .Distinct();
}
