namespace ClrEngine.Tests.Training;

/// <summary>What a description says by the settings in it, which a file from elsewhere may have as any JSON.</summary>
public sealed class RunDescriptionTests
{
    [Theory]
    [InlineData("""{ "Weights": { "Name": "net.pth", "Sha256": "ab" }, "Freeze": ["conv*", "fc"], "Plateau": { "Patience": 2 } }""", "net.pth (sha256:ab)", "conv*, fc", true)]
    [InlineData("{}", null, "", false)]
    [InlineData("null", null, "", false)]
    [InlineData("[1]", null, "", false)]
    [InlineData("""{ "Weights": 5, "Freeze": { "a": 1 }, "Plateau": null }""", null, "", false)]
    [InlineData("""{ "Freeze": [5, null] }""", null, "5, ", false)]
    public void Weights_and_frozen_parameters_are_read_from_any_settings(string learning, string? weights, string frozen, bool lowers)
    {
        var run = new RunDescription { Learning = learning };
        Assert.Equal((weights, frozen, lowers), (run.Weights, string.Join(", ", run.Freeze), run.LowersOnPlateau));
        Assert.Empty(run.DifferencesFrom(run));
    }
}
