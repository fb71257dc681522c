using System.Management.Automation;
using ClrEngine.RangeTest;
using ClrEngine.Schedules;
using ClrModule.Tests.Hosting;

namespace ClrModule.Tests.Commands;

public sealed class ScheduleFileCommandTests : IDisposable
{
    private readonly PowerShellSession _session = new();
    private readonly string _file = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}.json");

    public ScheduleFileCommandTests() => _session.Set("file", _file);

    [Fact]
    public void Given_a_schedule_in_a_file_when_imported_then_it_is_equal() =>
        Assert.True(_session.Get<bool>("$s = New-OneCycleSchedule 0.1,0.3 -TotalSteps 100 | Add-ScheduleWarmup 7; $s | Export-LrSchedule $file; (Import-LrSchedule $file).Equals($s)"));

    [Fact]
    public void Given_the_written_file_when_piped_on_then_it_is_read() =>
        Assert.True(_session.Get<bool>("$s = New-ConstantSchedule 0.1; ($s | Export-LrSchedule $file -PassThru | Import-LrSchedule).Equals($s)"));

    [Fact]
    public void Given_a_script_in_a_file_when_imported_then_it_does_not_run_and_the_way_to_allow_it_is_named()
    {
        var error = _session.Run("New-CyclicSchedule 1 3 -StepSize 2 -ScaleFunction { $global:ran = $true; 1 } | Export-LrSchedule $file; Import-LrSchedule $file").Error;
        Assert.Equal("ScheduleHoldsScript,ClrModule.Commands.ImportLrScheduleCommand", error.FullyQualifiedErrorId);
        Assert.Contains("-AllowScript", error.Exception.Message, StringComparison.Ordinal);
        Assert.Null(Assert.Single(_session.Run("$global:ran").Output));
    }

    [Fact]
    public void Given_a_script_in_a_file_when_allowed_then_the_schedule_is_equal_and_runs_it()
    {
        Assert.True(_session.Get<bool>("$s = New-CyclicSchedule 1 3 -StepSize 2 -ScaleFunction { 1 / $_ }; $s | Export-LrSchedule $file; (Import-LrSchedule $file -AllowScript).Equals($s)"));
        Assert.Equal(2, _session.Get<SchedulePoint>("Import-LrSchedule $file -AllowScript | Get-CyclicSchedulePoint 1 -From 6").LearningRate);
    }

    [Fact]
    public void Given_what_if_when_exported_then_no_file_is_written()
    {
        Assert.Empty(_session.Run("New-ConstantSchedule 0.1 | Export-LrSchedule $file -WhatIf").Output);
        Assert.False(File.Exists(_file));
    }

    [Fact]
    public void Given_a_file_that_is_no_schedule_when_imported_then_the_error_says_so()
    {
        File.WriteAllText(_file, "{}");
        Assert.Equal("MissingScheduleField,ClrModule.Commands.ImportLrScheduleCommand", _session.Run("Import-LrSchedule $file").Error.FullyQualifiedErrorId);
    }

    [Theory]
    [InlineData("New-ConstantSchedule 0.1 | Export-LrSchedule $file -Force", "FileNotWritten,ClrModule.Commands.ExportLrScheduleCommand")]
    [InlineData("$test | Export-LrRangeTest $file -Force", "FileNotWritten,ClrModule.Commands.ExportLrRangeTestCommand")]
    [InlineData("New-ConstantSchedule 0.1 | Export-ClrReport $file -Force", "FileNotWritten,ClrModule.Commands.ExportClrReportCommand")]
    public void Given_a_path_that_cannot_be_written_when_exported_then_the_error_says_so_and_nothing_lies_beside_it(string script, string id)
    {
        Directory.CreateDirectory(_file);
        try
        {
            _session.Set("test", new LrRangeTestResult { Points = [new(0, 1e-7, 2.3, 2.3)], StopReason = RangeTestStopReason.Completed, Options = new() });
            ErrorRecord error = _session.Run(script).Error;
            Assert.Equal((id, ErrorCategory.WriteError), (error.FullyQualifiedErrorId, error.CategoryInfo.Category));
            Assert.Contains(_file, error.Exception.Message, StringComparison.Ordinal);
            Assert.Empty(Directory.GetFileSystemEntries(Path.GetTempPath(), Path.GetFileName(_file) + ".*.tmp"));
        }
        finally
        {
            Directory.Delete(_file);
        }
    }

    [Fact]
    public void Given_no_file_when_imported_then_the_error_says_so() =>
        Assert.Equal("FileNotReadable,ClrModule.Commands.ImportLrScheduleCommand", _session.Run("Import-LrSchedule $file").Error.FullyQualifiedErrorId);

    public void Dispose()
    {
        _session.Dispose();
        File.Delete(_file);
    }
}
