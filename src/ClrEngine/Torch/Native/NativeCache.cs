using System.Runtime.InteropServices;
using ClrEngine.Files;
using Microsoft.Win32.SafeHandles;

namespace ClrEngine.Torch.Native;

/// <summary>
/// Loads a library from bytes, so that what is loaded is what was looked at: from memory that cannot be changed any more, and where the system
/// runs no code from there, from a folder of this process alone. Links to libraries stay in a per-user folder. Folders that others own or can
/// write to, by way of their parents too, are refused.
/// </summary>
internal sealed record NativeCache(string? Folder, string TemporaryFolder)
{
    public const string Variable = "CLR_CACHE";

    // Of the calls memfd_create (closed in child processes, can be sealed) and fcntl (neither size nor content changes any more).
    private const uint CloseAndSeal = 3;
    private const int AddSeals = 1033, AllSeals = 0xf;

    /// <summary>The cache of this user: <see cref="Variable"/>, else XDG_CACHE_HOME, else the local application data.</summary>
    public static NativeCache Current() => new(FolderOf(TorchEnvironment.Variable), Path.GetTempPath());

    /// <summary>Whether libraries may lie in memory.</summary>
    public bool UsesMemory { get; init; } = true;

    internal static string? FolderOf(Func<string, string?> variable)
    {
        if (variable(Variable) is { } moved)
            return Path.Combine(TorchEnvironment.RequireFull(Variable, moved), "native");
        // The XDG specification has relative values ignored.
        string user = variable("XDG_CACHE_HOME") is { } xdg && Path.IsPathFullyQualified(xdg)
            ? xdg
            : Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify);
        return user.Length == 0 ? null : Path.Combine(user, "Clr", "native");
    }

    /// <summary>Loads a library that is these bytes; the loader gets a path that leads to them and to nothing else.</summary>
    /// <exception cref="NativeCacheException">There is neither such memory nor a folder that only this user can write to.</exception>
    public nint Load(string fileName, byte[] content, Func<string, nint> loader)
    {
        if (UsesMemory && InMemory(fileName, content) is { } memory)
        {
            try
            {
                return loader(memory);
            }
            catch (TorchLibraryLoadException)
            {
                // Some systems run no code from memory; the loader's words are better with a file.
            }
        }
        string[] places = [.. new[] { Folder, TemporaryFolder }.OfType<string>().Where(Path.IsPathFullyQualified).Select(place => Path.Combine(place, $"clr-{Guid.NewGuid():N}"))];
        Exception? refused = null;
        foreach (string place in places)
        {
            string? folder = null;
            try
            {
                folder = UnixPath.RequirePrivate(place);
                string path = Path.Combine(folder, fileName);
                AtomicFile.Write(path, content);
                return loader(path);
            }
            catch (Exception cause) when (cause is IOException or UnauthorizedAccessException)
            {
                refused = cause;
            }
            finally
            {
                // Once loaded, the system keeps what it has mapped.
                if (folder is not null)
                    Directory.Delete(folder, recursive: true);
            }
        }
        throw new NativeCacheException(places, refused);
    }

    /// <summary>Makes a folder of links to files that lie apart, under their own names, and of nothing else. It stays, since libraries load parts of themselves later.</summary>
    /// <exception cref="NativeCacheException">There is no folder that only this user can write to.</exception>
    public string Link(string key, IEnumerable<string> files)
    {
        if (Folder is null)
            throw new NativeCacheException([], null);
        string place = Path.Combine(Folder, key);
        try
        {
            string folder = UnixPath.RequirePrivate(place);
            Dictionary<string, string> links = files.ToDictionary(file => Path.Combine(folder, Path.GetFileName(file)));
            // The loader finds what lies here by its name.
            foreach (string foreign in Directory.GetFiles(folder).Except(links.Keys))
                File.Delete(foreign);
            foreach ((string link, string file) in links)
            {
                if (new FileInfo(link).LinkTarget != file)
                    AtomicFile.Link(link, file);
            }
            return folder;
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            throw new NativeCacheException([place], refused);
        }
    }

    /// <summary>Refuses a library in a folder of installed ones where others can put theirs.</summary>
    /// <exception cref="NativeCacheException">It is not this user's or root's alone.</exception>
    public static void RequireTrusted(string library, string? root)
    {
        if (!OperatingSystem.IsLinux() || root is null || !library.StartsWith(root + "/", StringComparison.Ordinal))
            return;
        try
        {
            UnixPath.RequireInstalled(Path.GetDirectoryName(library)!);
        }
        catch (IOException refused)
        {
            throw new NativeCacheException([root], refused);
        }
    }

    // A path to the bytes in memory, as long as this process lives: the loader takes a name that it knows for the library of that name.
    private static string? InMemory(string fileName, byte[] content)
    {
        int descriptor = memfd_create(fileName, CloseAndSeal);
        if (descriptor < 0)
            return null;
        using var handle = new SafeFileHandle(descriptor, ownsHandle: false);
        RandomAccess.Write(handle, content, 0);
        return fcntl(descriptor, AddSeals, AllSeals) == 0 ? $"/proc/self/fd/{descriptor}" : null;
    }

    [DllImport("libc", CharSet = CharSet.Ansi, BestFitMapping = false, ThrowOnUnmappableChar = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int memfd_create([MarshalAs(UnmanagedType.LPUTF8Str)] string name, uint flags);

    [DllImport("libc")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int fcntl(int descriptor, int command, int argument);
}
