namespace ClrModule.Tests.Shell;

public sealed class ShellUsageTests
{
    [Fact]
    public void Without_arguments_it_shows_its_usage_as_an_error()
    {
        var run = ShellProcess.Run();
        Assert.Equal((1, ""), (run.ExitCode, run.Output));
        Assert.Contains("ClrShell script.ps1", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Asked_for_help_it_shows_its_usage()
    {
        var run = ShellProcess.Run("--help");
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Contains("ClrShell script.ps1", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_script_that_does_not_exist_is_named_with_the_place_where_it_was_looked_for()
    {
        var run = ShellProcess.Run("nowhere/gone.ps1");
        Assert.Equal(1, run.ExitCode);
        Assert.StartsWith("There is no script 'nowhere/gone.ps1' (looked for '", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_is_no_script_is_refused()
    {
        var run = ShellProcess.Run("LICENSE");
        Assert.Equal(1, run.ExitCode);
        Assert.Equal("'LICENSE' is no PowerShell script: its name must end in .ps1.\n", run.Error);
    }

    [Fact]
    public void A_folder_is_refused()
    {
        var run = ShellProcess.Run("src");
        Assert.Equal(1, run.ExitCode);
        Assert.Equal("'src' is a folder. Name a script (.ps1) in it.\n", run.Error);
    }

    [Fact]
    public void An_unknown_option_before_the_script_is_refused()
    {
        var run = ShellProcess.Run("-NoExit", "a.ps1");
        Assert.Equal(1, run.ExitCode);
        Assert.StartsWith("'-NoExit' is no option of this shell.", run.Error, StringComparison.Ordinal);
    }
}
