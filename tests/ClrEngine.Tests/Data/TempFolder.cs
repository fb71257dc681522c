namespace ClrEngine.Tests.Data;

/// <summary>A folder of a test's own, removed at its end.</summary>
internal sealed class TempFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("clr-data-").FullName;

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
