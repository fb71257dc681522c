using ClrEngine.Files;

namespace ClrEngine.Torch.Native;

/// <summary>
/// Keeps private copies of libraries, and links to them, in a per-user folder. A reader sees a whole file or none.
/// A copy is used only if it equals, byte for byte, what would be written. Where the per-user folder cannot be written, or the user has none,
/// a folder for this process alone takes its place.
/// </summary>
internal sealed record NativeCache(string? Folder, string TemporaryFolder)
{
    /// <summary>The variable that moves the cache.</summary>
    public const string Variable = "CLR_CACHE";

    private const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    /// <summary>The cache of this user: <see cref="Variable"/>, else XDG_CACHE_HOME, else the local application data.</summary>
    public static NativeCache Current() => new(FolderOf(TorchEnvironment.Variable), Path.GetTempPath());

    /// <summary>The per-user folder that these variables ask for.</summary>
    internal static string? FolderOf(Func<string, string?> variable)
    {
        if (variable(Variable) is { } moved)
            return Path.GetFullPath(Path.Combine(moved, "native"));
        // The XDG specification has relative values ignored.
        string user = variable("XDG_CACHE_HOME") is { } xdg && Path.IsPathFullyQualified(xdg)
            ? xdg
            : Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify);
        return user.Length == 0 ? null : Path.Combine(user, "Clr", "native");
    }

    /// <summary>Stores a library under a key, or finds it there.</summary>
    public CachedLibrary Store(string key, string fileName, byte[] content)
    {
        List<(string Folder, bool IsTemporary)> places = [(Path.Combine(TemporaryFolder, $"clr-{Guid.NewGuid():N}"), true)];
        if (Folder is not null)
            places.Insert(0, (Path.Combine(Folder, key), false));
        Exception? refused = null;
        foreach ((string folder, bool isTemporary) in places)
        {
            try
            {
                return new(StoreIn(folder, fileName, content), isTemporary);
            }
            catch (Exception cause) when (cause is IOException or UnauthorizedAccessException)
            {
                refused = cause;
            }
        }
        throw new NativeCacheException([.. places.Select(place => place.Folder)], refused!);
    }

    /// <summary>Makes a folder of links to files that lie apart, under their own names. It stays, since libraries load parts of themselves later.</summary>
    public string Link(string key, IEnumerable<string> files)
    {
        string folder = Path.Combine(Folder ?? TemporaryFolder, key);
        try
        {
            MakeFolder(folder);
            foreach (string file in files)
            {
                string link = Path.Combine(folder, Path.GetFileName(file));
                if (new FileInfo(link).LinkTarget != file)
                    AtomicFile.Link(link, file);
            }
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            throw new NativeCacheException([folder], refused);
        }
        return folder;
    }

    private static void MakeFolder(string folder)
    {
        if (OperatingSystem.IsWindows())
            Directory.CreateDirectory(folder);
        else
            Directory.CreateDirectory(folder, Private);
    }

    private static string StoreIn(string folder, string fileName, byte[] content)
    {
        string path = Path.Combine(folder, fileName);
        if (File.Exists(path) && new FileInfo(path).Length == content.Length && File.ReadAllBytes(path).AsSpan().SequenceEqual(content))
            return path;
        MakeFolder(folder);
        AtomicFile.Write(path, content);
        return path;
    }
}

/// <summary>A private copy of a library; a temporary one lies in a folder of this process alone.</summary>
internal sealed record CachedLibrary(string Path, bool IsTemporary)
{
    /// <summary>Removes a temporary copy; once loaded, the system keeps what it has mapped.</summary>
    public void Release()
    {
        if (IsTemporary)
            Directory.Delete(System.IO.Path.GetDirectoryName(Path)!, recursive: true);
    }
}
