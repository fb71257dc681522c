using ClrShell.Running;

namespace ClrModule.Tests.Shell;

public sealed class ShellHintTests : IDisposable
{
    private readonly ScriptFolder _scripts = new();

    public void Dispose() => _scripts.Dispose();

    [Theory]
    [InlineData("Write-Host hello")]
    [InlineData("1, 2 | Measure-Object")]
    [InlineData("1 | select -First 1")]
    [InlineData("$ErrorActionPreference = 'Stop'; Get-Content file.txt")]
    public void A_command_that_only_pwsh_has_is_answered_with_pwsh(string script)
    {
        var error = Words(Run(script).Error);
        Assert.Contains("core cmdlets only; pwsh runs it in full", error, StringComparison.Ordinal);
        Assert.Contains("ClrModule.psd1; & ./script.ps1 -Rate 0.1 'two words'\"", error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_command_that_nobody_has_is_answered_without_pwsh()
    {
        var error = Run("Get-Nonsense").Error;
        Assert.Contains("'Get-Nonsense' is not recognized", error, StringComparison.Ordinal);
        Assert.DoesNotContain("pwsh", error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_script_can_catch_the_error_by_its_type_and_reads_the_hint_in_its_message()
    {
        var run = Run("try { Get-Date } catch [System.Management.Automation.CommandNotFoundException] { $_.Exception.Message }");
        Assert.Equal("", run.Error);
        Assert.Contains("pwsh runs it in full", run.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Write-Host", true)]
    [InlineData("export-csv", true)]
    [InlineData(@"Microsoft.PowerShell.Utility\Write-Host", true)]
    [InlineData("Where-Object", false)]
    [InlineData("Write-Nonsense", false)]
    [InlineData(null, false)]
    public void The_list_knows_which_commands_come_with_pwsh(string? name, bool known)
    {
        Assert.Equal(known, PwshCommands.Contains(name));
    }

    private ShellProcess Run(string script)
    {
        _scripts.Write("script.ps1", script);
        return ShellProcess.RunIn(_scripts.Root, "script.ps1", "-Rate", "0.1", "two words");
    }

    // The engine's error view wraps lines and draws a bar in front of them.
    private static string Words(string error) =>
        string.Join(' ', error.Split((char[])[' ', '\n', '|'], StringSplitOptions.RemoveEmptyEntries));
}
