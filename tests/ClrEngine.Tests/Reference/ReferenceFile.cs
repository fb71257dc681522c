using System.Text.Json;

namespace ClrEngine.Tests.Reference;

/// <summary>Reads the vectors that other libraries produced.</summary>
internal static class ReferenceFile
{
    public static JsonElement Read(string name)
    {
        using Stream stream = typeof(ReferenceFile).Assembly.GetManifestResourceStream(name)
            ?? throw new FileNotFoundException($"The reference file {name} is not embedded.");
        return JsonSerializer.Deserialize<JsonElement>(stream);
    }
}
