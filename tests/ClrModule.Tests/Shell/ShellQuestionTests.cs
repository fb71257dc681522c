namespace ClrModule.Tests.Shell;

/// <summary>Questions that nobody can answer.</summary>
public sealed class ShellQuestionTests : IDisposable
{
    private readonly ScriptFolder _scripts = new();

    public void Dispose() => _scripts.Dispose();

    [Theory]
    [InlineData("$Host.UI.ReadLine()", "the input is redirected")]
    [InlineData("$Host.UI.RawUI.ReadKey()", "the input is redirected")]
    [InlineData("function f { [CmdletBinding(SupportsShouldProcess)] param() $PSCmdlet.ShouldProcess('weights') }; f -Confirm", "-Confirm:$false")]
    public void A_question_on_redirected_input_is_an_error_that_says_what_to_do(string script, string remedy)
    {
        var run = ShellProcess.Run(_scripts.Write("script.ps1", script));
        Assert.Equal("", run.Output);
        Assert.Contains(remedy, run.Error, StringComparison.Ordinal);
    }
}
