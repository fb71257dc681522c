using ClrHelp;

namespace ClrModule.Tests;

/// <summary>The checkout that these tests were built in, and the help that its sources make.</summary>
internal static class Checkout
{
    public static string Root { get; } = FindRoot(AppContext.BaseDirectory);

    public static string Assembly { get; } = Path.Combine(Root, "bin", "ClrModule.dll");

    public static string Docs { get; } = Path.Combine(Root, "docs");

    public static IReadOnlyList<CmdletPage> Pages { get; } = ModuleReader.Read(Assembly, Path.Combine(Docs, "cmdlets"));

    /// <summary>Fails with all that a rule misses at once, rather than the first.</summary>
    public static void MissesNothing(IEnumerable<string> missing, string remedy)
    {
        string[] all = [.. missing];
        Assert.True(all.Length == 0, $"{remedy}\n  {string.Join("\n  ", all)}");
    }

    private static string FindRoot(string folder) =>
        File.Exists(Path.Combine(folder, "ClrModule.psd1")) ? folder : FindRoot(Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("These tests do not lie in a checkout."));
}
