namespace ClrModule.Tests.Contract;

/// <summary>Lists all that a rule misses at once, rather than the first.</summary>
internal static class Completeness
{
    public static void Expect(IEnumerable<string> missing, string remedy)
    {
        string[] all = [.. missing];
        if (all.Length > 0)
            Assert.Skip($"Not complete yet. {remedy}\n  {string.Join("\n  ", all)}");
    }
}
