namespace ClrModule.Tests.Shell;

/// <summary>A folder of scripts that goes away with its test.</summary>
internal sealed class ScriptFolder : IDisposable
{
    public string Root { get; } = Directory.CreateTempSubdirectory("clr-scripts-").FullName;

    /// <summary>Writes a script and gives its path.</summary>
    public string Write(string name, string text)
    {
        var path = Path.Combine(Root, name);
        File.WriteAllText(path, text);
        return path;
    }

    public void Dispose() => Directory.Delete(Root, recursive: true);
}
