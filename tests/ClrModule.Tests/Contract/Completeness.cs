namespace ClrModule.Tests.Contract;

/// <summary>Lists all that a rule misses at once, rather than the first.</summary>
internal static class Completeness
{
    public static void Expect(IEnumerable<string> missing, string remedy)
    {
        string[] all = [.. missing];
        Assert.True(all.Length == 0, $"{remedy}\n  {string.Join("\n  ", all)}");
    }
}
