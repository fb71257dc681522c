using System.Management.Automation;
using ClrModule.Tests.Hosting;

namespace ClrModule.Tests.Help;

/// <summary>What a user sees who asks the shell.</summary>
public sealed class GetHelpTests : IDisposable
{
    private readonly PowerShellSession _session = new();

    public void Dispose() => _session.Dispose();

    [Fact]
    public void Get_Help_finds_the_synopsis_and_the_examples_of_a_cmdlet()
    {
        Assert.Equal("Makes a cyclic schedule.", _session.Get<string>("(Get-Help New-CyclicSchedule).Synopsis"));
        Assert.True(_session.Get<int>("@((Get-Help New-CyclicSchedule -Full).Examples.Example).Count") >= 3);
    }

    [Fact]
    public void Get_Help_finds_a_parameter_with_its_default() =>
        Assert.Equal(("Triangular", "CyclicMode"), _session.Run("Get-Help New-CyclicSchedule -Parameter Mode").Output
            .Select(p => ((string)((PSObject)p.Properties["defaultValue"].Value).BaseObject, (string)((PSObject)((PSObject)p.Properties["type"].Value).Properties["name"].Value).BaseObject))
            .Single());

    [Theory]
    [InlineData("about_CyclicLearningRates")]
    [InlineData("about_LrRangeTest")]
    [InlineData("about_ClrModule_GPU")]
    public void Get_Help_finds_a_topic(string topic)
    {
        string text = _session.Get<string>($"Get-Help {topic}");
        Assert.Contains(topic, text, StringComparison.Ordinal);
        Assert.DoesNotContain("```", text, StringComparison.Ordinal);
    }
}
