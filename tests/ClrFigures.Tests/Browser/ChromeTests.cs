namespace ClrFigures.Tests.Browser;

/// <summary>The tests that share one browser.</summary>
[CollectionDefinition(Name)]
public sealed class ChromeTests : ICollectionFixture<Chrome>
{
    public const string Name = "chromium";
}
