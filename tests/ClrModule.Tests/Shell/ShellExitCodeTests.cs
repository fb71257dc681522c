namespace ClrModule.Tests.Shell;

public sealed class ShellExitCodeTests : IDisposable
{
    private readonly ScriptFolder _scripts = new();

    public void Dispose() => _scripts.Dispose();

    [Theory]
    [InlineData("'done'", 0)]
    [InlineData("exit 3", 3)]
    [InlineData("exit", 0)]
    [InlineData("function f { & { exit 4 } }; f; 'not reached'", 4)]
    [InlineData("try { exit 5 } finally { 'cleaned up' }", 5)]
    [InlineData("throw 'enough'", 1)]
    [InlineData("if (", 1)]
    [InlineData("$ErrorActionPreference = 'Stop'; Get-Command no-such-command", 1)]
    [InlineData("Get-Command no-such-command; 'goes on'", 0)]
    public void The_exit_code_is_the_scripts(string script, int code)
    {
        Assert.Equal(code, Run(script).ExitCode);
    }

    [Fact]
    public void An_exit_of_a_nested_script_ends_only_that_script()
    {
        _scripts.Write("nested.ps1", "exit 9");
        var run = Run("& \"$PSScriptRoot/nested.ps1\"; \"nested gave $LASTEXITCODE\"");
        Assert.Equal((0, "nested gave 9\n"), (run.ExitCode, run.Output));
    }

    [Fact]
    public void A_native_command_that_fails_does_not_set_the_exit_code()
    {
        Assert.Equal(0, Run("dotnet no-such-command-anywhere | Out-Null; $done = $true").ExitCode);
    }

    [Fact]
    public void Rows_that_are_still_being_gathered_are_shown_before_an_exit()
    {
        var run = Run("[pscustomobject]@{ Rate = 1; Step = 2 }; exit 6");
        Assert.Equal((6, "\nRate Step\n---- ----\n   1    2\n\n"), (run.ExitCode, run.Output));
    }

    [Fact]
    public void An_exit_in_a_command_text_is_honoured()
    {
        Assert.Equal(7, ShellProcess.Run("-Command", "exit 7").ExitCode);
    }

    private ShellProcess Run(string script) => ShellProcess.Run(_scripts.Write("script.ps1", script));
}
