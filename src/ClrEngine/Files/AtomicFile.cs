using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace ClrEngine.Files;

/// <summary>
/// Writes files whole: the new content is written beside its place, flushed to the disk and renamed. A reader sees the old file or the new one,
/// never a part, and what a call has written outlives a crash of the machine. A link stays, and the file that it leads to is replaced;
/// the new file has the mode of the old one and, where the system lets this user set them, its owner and group. Where the old file has
/// other names (hard links), they keep the old content. A device or a pipe is written as it is, and so is a file that this process has open,
/// by its name under <c>/dev/fd</c>; a pipe from which nobody reads is refused.
/// </summary>
public static class AtomicFile
{
    /// <summary>Which files a process leaves that dies while it writes, as a pattern of names.</summary>
    internal const string Unfinished = ".????????????????????????????????.tmp";

    // The error numbers of a file system that cannot flush a folder: EINVAL, and ENOTSUP of Linux and of macOS.
    private static readonly int[] CannotFlush = [22, 95, 45];

    /// <summary>Replaces a file.</summary>
    /// <param name="path">The file; its folder must exist.</param>
    /// <param name="write">Writes the content; the stream cannot seek.</param>
    /// <exception cref="FileNotWrittenException">It cannot be written; the old one is still there.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be written; the old one is still there.</exception>
    public static void Write(string path, Action<Stream> write)
    {
        ArgumentNullException.ThrowIfNull(write);
        Guard(path, full =>
        {
            var place = new FilePlace(full);
            if (place.IsDevice)
            {
                place.WriteDevice(write);
                return;
            }
            Replace(place.Path, beside =>
            {
                using FileStream file = place.Create(beside);
                write(file);
                place.PassOn(file.SafeFileHandle);
                file.Flush(flushToDisk: true);
            });
        });
    }

    /// <summary>Replaces a file by a text in UTF-8.</summary>
    /// <inheritdoc cref="Write(string, Action{Stream})"/>
    public static void Write(string path, string text) => Write(path, stream => stream.Write(Encoding.UTF8.GetBytes(text)));

    /// <summary>Replaces a file by bytes.</summary>
    /// <inheritdoc cref="Write(string, Action{Stream})"/>
    public static void Write(string path, byte[] content) => Write(path, stream => stream.Write(content));

    /// <summary>Replaces a file and tells what was written.</summary>
    /// <returns>The SHA-256 of the content, in lower-case hex digits.</returns>
    /// <inheritdoc cref="Write(string, Action{Stream})"/>
    public static string WriteHashed(string path, Action<Stream> write)
    {
        ArgumentNullException.ThrowIfNull(write);
        using var hash = SHA256.Create();
        Write(path, file =>
        {
            using var hashing = new CryptoStream(file, hash, CryptoStreamMode.Write, leaveOpen: true);
            write(hashing);
        });
        return Convert.ToHexString(hash.Hash!).ToLowerInvariant();
    }

    /// <summary>Replaces a file by a symbolic link.</summary>
    /// <param name="path">The link; its folder must exist.</param>
    /// <param name="target">The file that it leads to.</param>
    /// <exception cref="FileNotWrittenException">It cannot be made; the old one is still there.</exception>
    public static void Link(string path, string target) => Guard(path, full => Replace(full, beside => File.CreateSymbolicLink(beside, target)));

    /// <summary>Puts a text in UTF-8 in the place of what lies at a path: of a link itself, or of a pipe, and not of what it leads to.</summary>
    /// <exception cref="FileNotWrittenException">It cannot be written; what was there still is.</exception>
    internal static void Replace(string path, string text) => Guard(path, full => Replace(full, beside => File.WriteAllText(beside, text)));

    /// <summary>Moves a finished folder, whose files were written here, to its name: a reader sees all of it or none.</summary>
    /// <param name="from">The folder, in the same parent.</param>
    /// <param name="to">A name that is free.</param>
    /// <exception cref="IOException">It cannot be moved.</exception>
    public static void MoveFolder(string from, string to)
    {
        FlushFolder(from);
        Directory.Move(from, to);
        FlushFolder(Path.GetDirectoryName(Path.GetFullPath(to))!);
    }

    /// <summary>Makes a folder where it is not there, and sees that files can be written to it.</summary>
    /// <exception cref="FileNotWrittenException">It cannot be made or written to: a file has its name, the file system is read-only or full, and the like.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be made or written to.</exception>
    internal static void RequireWritableFolder(string path)
    {
        try
        {
            string probe = Path.Combine(Directory.CreateDirectory(path).FullName, $".{Guid.NewGuid():N}.tmp");
            File.WriteAllBytes(probe, [0]);
            File.Delete(probe);
        }
        catch (IOException cause)
        {
            throw new FileNotWrittenException(path, FolderObstacle(path) is { } obstacle ? new IOException($"{obstacle}.", cause) : cause);
        }
    }

    /// <summary>What lies where a folder is to be, or on the way there; null where nothing keeps it from being made.</summary>
    internal static string? FolderObstacle(string path)
    {
        string? at = Path.GetFullPath(path);
        while (at is not null && !Path.Exists(at))
            at = Path.GetDirectoryName(at);
        return at is null || Directory.Exists(at) ? null
            : new FileInfo(at).LinkTarget is { } target ? $"'{at}' is a link to '{target}', where no folder is"
            : $"'{at}' is a file";
    }

    private static void Guard(string path, Action<string> write)
    {
        string full = Path.GetFullPath(path);
        try
        {
            write(full);
        }
        catch (IOException cause)
        {
            throw new FileNotWrittenException(path, Directory.Exists(full) ? new IOException("it is a folder, and a file is wanted.", cause)
                : Path.GetDirectoryName(full) is { } folder && !Directory.Exists(folder) ? new IOException($"{FolderObstacle(folder) ?? $"the folder '{folder}' is not there"}.", cause)
                : cause);
        }
    }

    private static void Replace(string path, Action<string> make)
    {
        string folder = Path.GetDirectoryName(path) ?? path;
        // The name does not grow with the file's own, which may be as long as names can be.
        string beside = Path.Combine(folder, $".{Guid.NewGuid():N}.tmp");
        try
        {
            make(beside);
            // Windows replaces no file that is read-only.
            bool isKept = OperatingSystem.IsWindows() && new FileInfo(path) is { Exists: true, IsReadOnly: true };
            if (isKept)
                File.SetAttributes(path, FileAttributes.Normal);
            File.Move(beside, path, overwrite: true);
            if (isKept)
                File.SetAttributes(path, FileAttributes.ReadOnly);
            FlushFolder(folder);
        }
        finally
        {
            if (Path.Exists(beside))
                File.Delete(beside);
        }
    }

    /// <summary>Sees that what was renamed in a folder is on the disk.</summary>
    // Windows keeps folders by its journal and has no call for it.
    internal static void FlushFolder(string path)
    {
        if (OperatingSystem.IsWindows())
            return;
        using var handle = new SafeFileHandle(FilePlace.open(path, 0), ownsHandle: true);
        // A folder may be written by those who may not read it; its names are then left to the system.
        if (!handle.IsInvalid && fsync(handle) != 0 && Marshal.GetLastPInvokeError() is var error && !CannotFlush.Contains(error))
            throw new IOException($"The folder '{path}' cannot be flushed to the disk (error {error}).");
    }

    [DllImport("libc", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int fsync(SafeFileHandle handle);
}

/// <summary>A file could not be written: the disk is full, the path is a folder, another program holds it, and the like.</summary>
/// <param name="path">The file.</param>
/// <param name="cause">What the system said.</param>
public sealed class FileNotWrittenException(string path, IOException cause) : IOException($"'{path}' cannot be written: {cause?.Message}", cause), IClrError
{
    private static readonly ErrorCause FileNotWritten = new(nameof(FileNotWritten), ErrorKind.WriteError,
        "A file cannot be written.", "Read the message of the system; free some space, close what holds the file, or give another path.");

    /// <summary>The file.</summary>
    public string Path => path;

    /// <inheritdoc/>
    public ErrorCause Cause => FileNotWritten;

    /// <inheritdoc/>
    public string ErrorId => Cause.Id;
}
