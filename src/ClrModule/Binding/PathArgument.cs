using System.Collections.ObjectModel;
using ClrEngine.Files;

namespace ClrModule.Binding;

/// <summary>Paths as the shell knows them, brought to full paths of the file system.</summary>
internal static class PathArgument
{
    private static readonly ErrorCause NotFileSystem = new(nameof(NotFileSystem), ErrorKind.InvalidArgument,
        "A path leads to something that is no file system, such as `Env:` or the registry.", "Give a path in the file system.");

    private static readonly ErrorCause DriveNotFound = new(nameof(DriveNotFound), ErrorKind.ObjectNotFound,
        "A path begins with a drive, or a provider, that is not there.", "Check the path; `Get-PSDrive` lists the drives.");

    private static readonly ErrorCause PathIsFolder = new(nameof(PathIsFolder), ErrorKind.InvalidArgument,
        "A path is that of a folder, and a file is wanted.", "Give the path of a file.");

    private static readonly ErrorCause PathIsPipe = new(nameof(PathIsPipe), ErrorKind.InvalidArgument,
        "A path is that of a pipe or a device, and a file is wanted.", "Write what comes out of it to a file, and give that.");

    private static readonly ErrorCause PathIsFile = new(nameof(PathIsFile), ErrorKind.InvalidArgument,
        "A path is that of a file, leads through one, or is a link to no folder, and a folder is wanted.", "Give the path of a folder, or one where nothing lies yet.");

    private static readonly ErrorCause NothingMatches = new(nameof(NothingMatches), ErrorKind.ObjectNotFound,
        "No file matches a path with wildcards.", "Check the wildcards; `-LiteralPath` takes a name as it is.");

    private static readonly ErrorCause PathIsEmpty = new(nameof(PathIsEmpty), ErrorKind.InvalidArgument,
        "A path is empty, as that of a variable that is not set, or has a null character.", "Give a path; check the variable that it comes from.");

    /// <summary>The full path, of which wildcards are letters like any other; nothing need lie there.</summary>
    public static string FullPath(this PSCmdlet cmdlet, string path)
    {
        // The shell takes an empty path for the folder it stands in.
        if (string.IsNullOrWhiteSpace(path) || path.Contains('\0', StringComparison.Ordinal))
            throw new InvalidParameterException("Path", path, $"The path '{path}' is empty, or has a null character; give a path, and check the variable that it comes from.", PathIsEmpty);
        try
        {
            string full = cmdlet.SessionState.Path.GetUnresolvedProviderPathFromPSPath(path, out ProviderInfo provider, out _);
            return provider.Name == "FileSystem"
                ? full
                : throw new InvalidParameterException("Path", path, $"'{path}' is a path of the provider {provider.Name}; give one in the file system.", NotFileSystem);
        }
        catch (SessionStateException noDrive)
        {
            throw new InvalidParameterException("Path", path, $"'{path}' leads nowhere: {noDrive.Message}", DriveNotFound);
        }
    }

    /// <summary>The full path of a folder, which is there or can be made.</summary>
    public static string FolderPath(this PSCmdlet cmdlet, string path, string parameter) => cmdlet.FullPath(path) is var full && AtomicFile.FolderObstacle(full) is not { } obstacle
        ? full
        : throw new InvalidParameterException(parameter, path, $"{obstacle}, and {parameter} takes a folder; give the path of a folder.", PathIsFile);

    /// <summary>All that a path with wildcards matches; of a path without, its full path.</summary>
    public static IReadOnlyList<string> Matches(this PSCmdlet cmdlet, string path)
    {
        string full = cmdlet.FullPath(path);
        if (!WildcardPattern.ContainsWildcardCharacters(path))
            // Such as a`[1`].csv, which completion writes.
            return [!System.IO.Path.Exists(full) && cmdlet.FullPath(WildcardPattern.Unescape(path)) is var unescaped && System.IO.Path.Exists(unescaped) ? unescaped : full];
        Collection<string> found = cmdlet.GetResolvedProviderPathFromPSPath(path, out _);
        // Such as a[1].csv, which is there and was not meant as a pattern.
        if (found.Count == 0 && System.IO.Path.Exists(full))
            return [full];
        return found.Count > 0 ? found : throw new InvalidParameterException("Path", path, $"Nothing matches '{path}'; check the wildcards, or give a name as it is with -LiteralPath.", NothingMatches);
    }

    /// <summary>Refuses a folder, and a pipe, where a file is wanted.</summary>
    public static string RequireFile(string full)
    {
        if (Directory.Exists(full))
            throw new InvalidParameterException("Path", full, $"'{full}' is a folder, and a file is wanted; give the path of a file.", PathIsFolder);
        if (DataStream.IsPipe(full))
            throw new InvalidParameterException("Path", full, $"'{full}' is a pipe or a device, which may never end; write it to a file, and give that.", PathIsPipe);
        return full;
    }
}
