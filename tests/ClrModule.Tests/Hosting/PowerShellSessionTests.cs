using System.Management.Automation;

namespace ClrModule.Tests.Hosting;

/// <summary>What the other tests rely on.</summary>
public sealed class PowerShellSessionTests
{
    private const string Streams = """
        function Write-All {
            [CmdletBinding()] param()
            $PSCmdlet.WriteWarning('a warning')
            $PSCmdlet.WriteVerbose('a detail')
            $PSCmdlet.WriteInformation('a note', @('tag'))
            $PSCmdlet.WriteProgress([System.Management.Automation.ProgressRecord]::new(1, 'Training', 'epoch 1'))
            $PSCmdlet.WriteError([System.Management.Automation.ErrorRecord]::new([Exception]::new('wrong'), 'Wrong', 'InvalidData', 7))
            'an object'
        }
        Write-All -Verbose
        """;

    [Fact]
    public void A_new_session_has_the_module_of_this_checkout()
    {
        using var session = new PowerShellSession();
        var module = session.Get<PSModuleInfo>("Get-Module ClrModule");
        Assert.Equal(Path.Combine(Repository.Root, "bin", "ClrModule.dll"), module.Path);
    }

    [Fact]
    public void A_script_that_uses_every_stream_has_each_in_its_place()
    {
        using var session = new PowerShellSession();
        var result = session.Run(Streams);
        Assert.Equal(["an object"], result.Output.Select(item => item.BaseObject));
        Assert.Equal(["a warning"], result.Warnings);
        Assert.Equal(["a detail"], result.Verbose);
        Assert.Equal(["a note"], result.Information);
        Assert.Equal("Training", Assert.Single(result.Progress).Activity);
        Assert.Equal("Wrong,Write-All", result.Error.FullyQualifiedErrorId);
        Assert.Null(result.Failure);
    }

    [Fact]
    public void A_script_that_throws_has_its_error_last_and_as_its_failure()
    {
        using var session = new PowerShellSession();
        var result = session.Run("'before'; throw 'enough'");
        Assert.Equal("enough", result.Error.Exception.Message);
        Assert.NotNull(result.Failure);
    }

    [Fact]
    public void A_variable_that_was_set_is_the_same_object_in_the_script()
    {
        using var session = new PowerShellSession();
        var marker = new Version(1, 2);
        session.Set("marker", marker);
        Assert.Same(marker, session.Get<Version>("$marker"));
    }

    [Fact]
    public void Rendered_objects_and_errors_stand_in_order_and_without_escapes()
    {
        using var session = new PowerShellSession();
        var text = session.Render("[pscustomobject]@{ Rate = 0.5; Step = 3 }; 1/0");
        Assert.StartsWith("\nRate Step\n---- ----\n0.50    3\n", text, StringComparison.Ordinal);
        Assert.Contains("Attempted to divide by zero.", text, StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', text);
    }

    [Fact]
    public void A_confirmation_takes_the_next_answer()
    {
        using var session = new PowerShellSession();
        session.Answers.Enqueue("N");
        session.Answers.Enqueue("Y");
        session.Run("function f { [CmdletBinding(SupportsShouldProcess)] param($Name) if ($PSCmdlet.ShouldProcess($Name)) { $Name } }");
        Assert.Equal("second", session.Get<string>("f first -Confirm; f second -Confirm"));
        Assert.Equal(2, session.Questions.Count);
    }

    [Fact]
    public async Task A_running_script_can_be_awaited_and_stopped()
    {
        using var session = new PowerShellSession();
        using var run = session.RunAsync("$i = 0; while ($true) { $i++; $i; [System.Threading.Thread]::Sleep(1) }");
        await run.Output(3);
        run.Stop();
        var result = await run.Result;
        Assert.True(result.Stopped);
        Assert.True(result.Output.Count >= 3);
        Assert.Empty(result.Errors);
    }

    [Fact]
    public async Task Waiting_for_more_objects_than_a_script_gives_fails()
    {
        using var session = new PowerShellSession();
        using var run = session.RunAsync("1; 2");
        await Assert.ThrowsAsync<InvalidOperationException>(() => run.Output(3));
    }
}
