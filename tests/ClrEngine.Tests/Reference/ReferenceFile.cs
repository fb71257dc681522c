using System.Text.Json;

namespace ClrEngine.Tests.Reference;

/// <summary>Reads the vectors that other libraries produced.</summary>
internal static class ReferenceFile
{
    public static JsonElement Read(string name)
    {
        using Stream stream = Open(name);
        return JsonSerializer.Deserialize<JsonElement>(stream);
    }

    /// <summary>Lays a file into a folder, for what reads files alone.</summary>
    /// <returns>Its path.</returns>
    public static string CopyTo(string folder, string name)
    {
        string path = Path.Combine(folder, name);
        using Stream stream = Open(name);
        using FileStream file = File.Create(path);
        stream.CopyTo(file);
        return path;
    }

    private static Stream Open(string name) => typeof(ReferenceFile).Assembly.GetManifestResourceStream(name)
        ?? throw new FileNotFoundException($"The reference file {name} is not embedded.");
}

/// <summary>Agreement with another library to 1e-12 of the value, where adding at the schedule's own size leaves that many digits.</summary>
internal static class Agreement
{
    /// <param name="expected">The other library's value.</param>
    /// <param name="actual">Ours.</param>
    /// <param name="scale">The largest value of the schedule: the other library's sums are rounded at this size.</param>
    public static void Check(double expected, double actual, double scale) => Assert.True(
        Math.Abs(expected - actual) <= Math.Max(1e-12 * Math.Abs(expected), 4e-16 * scale),
        $"expected {expected:R}, got {actual:R}");
}
