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
