using System.Management.Automation;
using ClrModule.Tests.Hosting;

namespace ClrModule.Tests.Binding;

public sealed class CompletionTests : IDisposable
{
    private readonly PowerShellSession _session = new();

    public void Dispose() => _session.Dispose();

    [Theory]
    [InlineData("Start-CyclicTraining -Model m", "mlp", "Fully connected")]
    [InlineData("New-TrainingModel -Model m", "mlp", "Fully connected")]
    [InlineData("Invoke-LrRangeTest -Model mlp -Data dig", "digits", "handwritten")]
    [InlineData("Import-TrainingData dig", "digits", "handwritten")]
    [InlineData("Invoke-LrRangeTest -Device a", "auto", "CUDA")]
    [InlineData("New-CyclicSchedule -Mode Exp", "ExpRange", "gamma")]
    [InlineData("Invoke-LrRangeTest -Sweep Lin", "Linear", "")]
    [InlineData("Get-SuggestedLrBounds -Method Con", "Conservative", "third")]
    [InlineData("Get-SuggestedLrBounds -Method A", "All", "rule")]
    [InlineData("Start-CyclicTraining -Optimizer AdamW", "AdamW", "")]
    public void A_word_is_completed_with_a_line_on_what_it_is(string line, string value, string tooltip)
    {
        CompletionResult found = Assert.Single(Complete(line), result => result.CompletionText == value);
        Assert.Contains(tooltip, found.ToolTip, StringComparison.Ordinal);
        Assert.NotEqual(value, found.ToolTip);
    }

    private IEnumerable<CompletionResult> Complete(string line)
    {
        _session.Set("line", line);
        return _session.Run("[System.Management.Automation.CommandCompletion]::CompleteInput($line, $line.Length, $null).CompletionMatches").All<CompletionResult>();
    }
}
