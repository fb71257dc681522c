namespace ClrModule.Tests.Shell;

public sealed class ShellOutputTests : IDisposable
{
    private const string WriteAll = """
        function Write-All {
            [CmdletBinding()] param()
            $PSCmdlet.WriteWarning('careful')
            $PSCmdlet.WriteVerbose('detail')
            $PSCmdlet.WriteProgress([System.Management.Automation.ProgressRecord]::new(1, 'Training', 'epoch 1'))
            $record = [System.Management.Automation.ErrorRecord]::new([Exception]::new('bare'), 'Wrong', 'InvalidData', 7)
            $record.ErrorDetails = [System.Management.Automation.ErrorDetails]::new('the rate is too high')
            $PSCmdlet.WriteError($record)
            'object'
        }

        """;

    private readonly ScriptFolder _scripts = new();

    public void Dispose() => _scripts.Dispose();

    [Fact]
    public void Warnings_and_details_are_plain_lines_and_progress_is_silent_where_output_is_redirected()
    {
        Assert.Equal("WARNING: careful\nVERBOSE: detail\nobject\n", Run(WriteAll + "Write-All -Verbose").Output);
    }

    [Fact]
    public void An_error_goes_to_the_error_output_with_its_place_and_its_details()
    {
        var run = Run(WriteAll + "Write-All");
        Assert.Equal(0, run.ExitCode);
        Assert.Equal(
            $"Write-All: {_scripts.Root}{Path.DirectorySeparatorChar}script.ps1:11\nLine |\n  11 |  Write-All\n     |  ~~~~~~~~~\n     | the rate is too high\n\n",
            run.Error);
    }

    [Fact]
    public void The_error_that_ends_a_script_goes_to_the_error_output_too()
    {
        var run = Run("'before'; throw 'enough'; 'after'");
        Assert.Equal("before\n", run.Output);
        Assert.Contains("     | enough\n", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_mistake_in_the_script_is_shown_with_its_place()
    {
        var run = Run("'fine'\nif (");
        Assert.Equal("", run.Output);
        Assert.Contains("script.ps1:2\n", run.Error, StringComparison.Ordinal);
        Assert.Contains("Missing condition in if statement", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Redirected_output_has_no_escapes_not_even_the_scripts_own()
    {
        var run = Run("\"$($PSStyle.Foreground.Red)red$($PSStyle.Reset)\"; [pscustomobject]@{ A = 1 }; 1/0");
        Assert.DoesNotContain('\u001b', run.Output + run.Error);
        Assert.StartsWith("red\n", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Numbers_strings_lists_and_hashtables_have_the_engines_own_formats()
    {
        var run = Run("1; 2.5; 'text'; ,@(3, 4); [DayOfWeek]::Monday; [ordered]@{ Rate = 0.1; Mode = 'Triangular2' }");
        Assert.Equal(
            "1\n2.5\ntext\n3\n4\nMonday\n\nName                           Value\n----                           -----\n"
            + "Rate                           0.1\nMode                           Triangular2\n\n",
            run.Output);
    }

    [Fact]
    public void Objects_shown_by_Out_Host_come_where_they_are_shown()
    {
        Assert.Equal("\nA B\n- -\n1 2\n\nafter\n", Run("[pscustomobject]@{ A = 1; B = 2 } | Out-Host; 'after'").Output);
    }

    [Fact]
    public void The_hosts_own_lines_are_written()
    {
        Assert.Equal("line\nWARNING: careful\n", Run("$Host.UI.WriteLine('line'); $Host.UI.WriteWarningLine('careful')").Output);
    }

    [Fact]
    public void Text_is_formatted_for_120_cells_where_output_is_redirected()
    {
        Assert.Equal("120\n", Run("$Host.UI.RawUI.BufferSize.Width").Output);
    }

    private ShellProcess Run(string script) => ShellProcess.Run(_scripts.Write("script.ps1", script));
}
