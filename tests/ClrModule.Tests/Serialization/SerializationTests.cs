using System.Management.Automation;
using ClrEngine.Training;
using ClrModule.Tests.Hosting;

namespace ClrModule.Tests.Serialization;

/// <summary>What is left of an object that comes from a job or another host.</summary>
public sealed class SerializationTests : IDisposable
{
    private readonly PowerShellSession _session = new();

    public void Dispose() => _session.Dispose();

    [Fact]
    public void A_history_keeps_its_epochs_as_records_and_its_schedule()
    {
        PSObject copy = Copied("New-CyclicSchedule 0.01 0.1 -StepSize 23 | Start-CyclicTraining -Model mlp -Data digits -Epochs 2");
        _session.Set("copy", copy);
        Assert.Equal(2, _session.Get<int>("$copy.Epochs.Count"));
        Assert.Equal(1, _session.Get<int>("$copy.Epochs[0].Epoch"));
        Assert.Equal(0.1, _session.Get<double>("$copy.Schedule.MaxLr"));
        Assert.True(_session.Get<double>("$copy.BestEpoch.ValidationLoss") > 0);
    }

    [Fact]
    public void A_range_test_keeps_its_points_and_its_options()
    {
        _session.Set("copy", Copied("Invoke-LrRangeTest -Model mlp -Data digits -Iterations 12"));
        Assert.Equal(12, _session.Get<int>("$copy.Points.Count"));
        Assert.Equal(1e-7, _session.Get<double>("$copy.Points[0].LearningRate"));
        Assert.Equal(12, _session.Get<int>("$copy.Options.Iterations"));
    }

    [Theory]
    [InlineData("New-CyclicSchedule 0.01 0.1 -StepSize 23")]
    [InlineData("New-CyclicSchedule 0.01 0.1 -StepSize 23 | Get-CyclicSchedulePoint -Count 1")]
    [InlineData("Import-TrainingData digits")]
    [InlineData("Invoke-LrRangeTest -Model mlp -Data digits | Get-SuggestedLrBounds")]
    [InlineData("(Get-TorchDevice)[0]")]
    public void An_object_is_shown_like_the_live_one(string script)
    {
        _session.Set("live", Assert.Single(_session.Run(script).Output));
        _session.Set("copy", Copied(script));
        Assert.Equal(_session.Render("$live"), _session.Render("$copy"));
    }

    [Fact]
    public void A_history_is_shown_like_the_live_one()
    {
        SessionResult result = _session.Run("New-CyclicSchedule 0.01 0.1 -StepSize 23 | Start-CyclicTraining -Model mlp -Data digits -Epochs 2");
        _session.Set("live", result.Single<TrainingHistory>());
        _session.Set("it", result.Output[0]);
        _session.Set("copy", PSSerializer.Deserialize(_session.Get<string>("[System.Management.Automation.PSSerializer]::Serialize($it)")));
        Assert.Equal(_session.Render("$live"), _session.Render("$copy"));
    }

    // The depth that jobs and remoting use.
    private PSObject Copied(string script)
    {
        PSObject live = Assert.Single(_session.Run(script).Output);
        _session.Set("it", live);
        return (PSObject)PSSerializer.Deserialize(_session.Get<string>("[System.Management.Automation.PSSerializer]::Serialize($it)"));
    }
}
