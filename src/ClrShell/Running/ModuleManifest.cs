namespace ClrShell.Running;

/// <summary>Finds the module that the shell imports.</summary>
internal static class ModuleManifest
{
    private const string FileName = "ClrModule.psd1";

    /// <summary>What to say when <see cref="Find"/> finds nothing.</summary>
    public static string NotFound =>
        $"{FileName} is in no folder above '{AppContext.BaseDirectory}'. Run the shell from a checkout of the project: "
        + "dotnet run -c Release --project src/ClrShell -- script.ps1";

    /// <summary>What to add where the module was found and could not be imported.</summary>
    public static string NotImported => "The Clr module could not be imported. Build it: dotnet build -c Release";

    /// <summary>Gives the full path of the nearest manifest in the shell's own folder or above it.</summary>
    public static string? Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var path = Path.Combine(folder.FullName, FileName);
            if (File.Exists(path))
            {
                return path;
            }
        }

        return null;
    }
}
