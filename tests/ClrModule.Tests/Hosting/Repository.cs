namespace ClrModule.Tests.Hosting;

/// <summary>The checkout that the tests were built from.</summary>
internal static class Repository
{
    private const string ManifestName = "ClrModule.psd1";

    /// <summary>The checkout's root folder.</summary>
    public static string Root { get; } = Find();

    /// <summary>The module's manifest, which imports the module in place.</summary>
    public static string Manifest { get; } = Path.Combine(Root, ManifestName);

    private static string Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, ManifestName)))
            {
                return folder.FullName;
            }
        }

        throw new DirectoryNotFoundException($"{ManifestName} is in no folder above {AppContext.BaseDirectory}.");
    }
}
