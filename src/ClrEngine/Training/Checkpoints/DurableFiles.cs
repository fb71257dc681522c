using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Microsoft.Win32.SafeHandles;

namespace ClrEngine.Training.Checkpoints;

/// <summary>Files and folders that outlive a crash of the machine once a call returns.</summary>
internal static class DurableFiles
{
    /// <summary>Writes a new file and flushes it to the disk.</summary>
    /// <param name="path">The file, which is not there yet.</param>
    /// <param name="write">Writes its contents.</param>
    /// <returns>The SHA-256 of what was written, in lower-case hex digits.</returns>
    public static string Write(string path, Action<Stream> write)
    {
        using var file = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 1 << 16);
        using var hash = SHA256.Create();
        using (var hashing = new CryptoStream(file, hash, CryptoStreamMode.Write, leaveOpen: true))
            write(hashing);
        file.Flush(flushToDisk: true);
        return Convert.ToHexString(hash.Hash!).ToLowerInvariant();
    }

    /// <summary>Flushes a folder's list of names. Windows keeps it by its journal and has no call for it.</summary>
    /// <param name="path">The folder.</param>
    /// <exception cref="IOException">The folder cannot be flushed.</exception>
    public static void FlushFolder(string path)
    {
        if (OperatingSystem.IsWindows())
            return;
        using var handle = new SafeFileHandle(open(path, 0), ownsHandle: true);
        if (handle.IsInvalid || fsync(handle) != 0)
            throw new IOException($"The folder '{path}' cannot be flushed to the disk (error {Marshal.GetLastPInvokeError()}).");
    }

    /// <summary>Moves a finished folder to its name: a reader sees all of it or none.</summary>
    /// <param name="from">The folder, in the same parent.</param>
    /// <param name="to">A name that is free.</param>
    public static void Publish(string from, string to)
    {
        FlushFolder(from);
        Directory.Move(from, to);
        FlushFolder(Path.GetDirectoryName(to)!);
    }

    [DllImport("libc", SetLastError = true, CharSet = CharSet.Ansi, BestFitMapping = false, ThrowOnUnmappableChar = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern nint open([MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags);

    [DllImport("libc", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int fsync(SafeFileHandle handle);
}
