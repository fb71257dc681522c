using ClrModule.Tests.Shell;

namespace ClrModule.Tests.Scripts;

/// <summary>The example scripts that need nothing but the module, run as a reader runs them.</summary>
public sealed class ExampleScriptTests
{
    [Theory]
    [InlineData("digits", @"Best validation accuracy: 9\d\.\d\d % in epoch \d+\n$")]
    [InlineData("csv-classification", @"Best validation accuracy: \d+\.\d\d % in epoch \d+\n$", "-Epochs", "8")]
    [InlineData("own-module", @"Outputs for a blank image: 10\nFive seeds: (9\d\.\d\d %(, )?){5}\n$", "-Epochs", "4")]
    [InlineData("resume-after-kill", @"^Killed\. It leaves step-\d+, .*have the same 4 epochs and the same final weights, to the bit\.\n$", "-Epochs", "4")]
    [InlineData("snapshot-ensemble", @"Last cycle 9\d\.\d\d %, ensemble of 3 9\d\.\d\d %, mean of weights 9\d\.\d\d %\nSamples that the ensemble gets wrong: \d+(, \d+)+\n$", "-Cycles", "3")]
    public void An_example_runs_to_its_end(string name, string output, params string[] arguments)
    {
        ShellProcess run = ShellProcess.Run([$"examples/{name}.ps1", .. arguments]);
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Matches($"(?s){output}", run.Output);
    }
}
