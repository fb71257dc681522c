namespace ClrModule.Tests.Shell;

public sealed class ShellTerminalTests : IDisposable
{
    private const string EraseLine = "\r\u001b[K";

    private const string Progress = """
        function Show-Progress {
            [CmdletBinding()] param()
            $record = [System.Management.Automation.ProgressRecord]::new(1, 'Training', 'epoch 1')
            $record.PercentComplete = 50
            $PSCmdlet.WriteProgress($record)
            'row'
            $PSCmdlet.WriteProgress($record)
            $record.RecordType = 'Completed'
            $PSCmdlet.WriteProgress($record)
        }
        Show-Progress
        """;

    private readonly ScriptFolder _scripts = new();

    public void Dispose() => _scripts.Dispose();

    [Fact]
    public void Progress_is_one_line_that_gives_way_to_text_and_is_gone_at_the_end()
    {
        var text = Run(Progress, environment: "NO_COLOR=1");
        const string Line = EraseLine + "Training: epoch 1 [##########..........] 50%";
        Assert.Equal($"{Line}{EraseLine}row\n{Line}{EraseLine}", text);
    }

    [Fact]
    public void Errors_are_red()
    {
        Assert.Contains("\u001b[31;1mAttempted to divide by zero.", Run("1/0"), StringComparison.Ordinal);
    }

    [Fact]
    public void Nothing_is_coloured_where_the_user_wants_no_colour()
    {
        Assert.DoesNotContain('\u001b', Run("1/0; [pscustomobject]@{ A = 1 }", environment: "NO_COLOR=1"));
    }

    [Fact]
    public void A_confirmation_asks_again_until_it_understands_and_takes_the_answer()
    {
        const string Script = """
            function Remove-Weights { [CmdletBinding(SupportsShouldProcess)] param() if ($PSCmdlet.ShouldProcess('weights')) { 'removed' } else { 'kept' } }
            Remove-Weights -Confirm
            """;
        var text = Run(Script, typed: "what\nn\n");
        Assert.Equal(2, text.Split("[?] Help (default is \"Y\"): ").Length - 1);
        Assert.EndsWith("kept\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_mandatory_parameter_that_is_missing_is_asked_for()
    {
        var text = Run("param([Parameter(Mandatory)] [double] $Rate) \"rate $Rate\"", typed: "fast\n0.5\n");
        Assert.Contains("'fast' is no Double.", text, StringComparison.Ordinal);
        Assert.EndsWith("rate 0.5\n", text, StringComparison.Ordinal);
    }

    private string Run(string script, string typed = "", string environment = "") =>
        TerminalProcess.Run(_scripts.Write("script.ps1", script), typed, environment);
}
