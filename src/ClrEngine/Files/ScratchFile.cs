using System.Runtime.InteropServices;
using ClrEngine.Data;
using Microsoft.Win32.SafeHandles;

namespace ClrEngine.Files;

/// <summary>Room on the disk for numbers that do not fit into memory; it is gone when nothing refers to it any more, and with the process.</summary>
/// <remarks>Any number of threads may read at once.</remarks>
internal sealed class ScratchFile
{
    private const int WillNeed = 3;

    private readonly SafeFileHandle _handle;

    private ScratchFile(SafeFileHandle handle) => _handle = handle;

    /// <summary>Makes a file in the folder for temporary files.</summary>
    /// <param name="data">The data that it is for.</param>
    /// <param name="parameter">What the user gave to have it, such as <c>-Stream</c>.</param>
    /// <param name="bytes">How much will be written.</param>
    /// <param name="folder">Another folder than that for temporary files.</param>
    /// <exception cref="DataFormatException">The folder is none, may not be written to, has no room, or lies in memory itself.</exception>
    /// <exception cref="IOException">The file cannot be made.</exception>
    public static ScratchFile Create(string data, string parameter, long bytes, string? folder = null)
    {
        folder = Path.GetFullPath(folder ?? Path.GetTempPath());
        string variable = OperatingSystem.IsWindows() ? "TMP" : "TMPDIR";
        string remedy = $"give another folder, as by $env:{variable} = {(OperatingSystem.IsWindows() ? @"'D:\scratch'" : "'/var/tmp'")}";
        if (Fault() is { } fault) throw Refused($"{fault}: {remedy}", null);
        string path = Path.Combine(folder, $"clr-{Guid.NewGuid():n}.scratch");
        try
        {
            SafeFileHandle handle = File.OpenHandle(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, OperatingSystem.IsWindows() ? FileOptions.DeleteOnClose : FileOptions.None);
            // An open file needs no name there, and one without a name is left behind by no crash.
            if (!OperatingSystem.IsWindows()) File.Delete(path);
            return new ScratchFile(handle);
        }
        catch (UnauthorizedAccessException error)
        {
            throw Refused($"may not be written to: {remedy}", error);
        }

        DataFormatException Refused(string what, Exception? error) =>
            new(DataErrors.TooLarge, data, $"is to be kept on the disk ({parameter}), and the folder for temporary files, '{folder}', {what}.", error);

        string? Fault()
        {
            if (!Directory.Exists(folder)) return "is no folder";
            var drive = new DriveInfo(folder);
            return drive.DriveFormat is "tmpfs" or "ramfs" ? $"lies in memory itself ({drive.DriveFormat})"
                : drive.AvailableFreeSpace < bytes ? string.Create(CultureInfo.InvariantCulture, $"has room for {drive.AvailableFreeSpace >> 20:N0} MiB, and {(bytes >> 20) + 1:N0} MiB are needed")
                : null;
        }
    }

    public void Write<T>(long offset, ReadOnlySpan<T> values)
        where T : unmanaged => RandomAccess.Write(_handle, MemoryMarshal.AsBytes(values), offset);

    /// <summary>Tells the system of bytes that will be read soon: it fetches many places at once where reading one after the other waits for each.</summary>
    public void Announce(long offset, long bytes)
    {
        // Without it reading is slower, and right.
        if (OperatingSystem.IsLinux()) _ = posix_fadvise(_handle, offset, bytes, WillNeed);
    }

    public void Read<T>(long offset, Span<T> values)
        where T : unmanaged
    {
        for (Span<byte> rest = MemoryMarshal.AsBytes(values); !rest.IsEmpty;)
        {
            int read = RandomAccess.Read(_handle, rest, offset);
            if (read == 0) throw new EndOfStreamException($"A temporary file ends at byte {offset}, where more was written.");
            rest = rest[read..];
            offset += read;
        }
    }

    [DllImport("libc")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int posix_fadvise(SafeFileHandle file, long offset, long bytes, int advice);
}
