using System.ComponentModel;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace ClrEngine.Files;

/// <summary>Whose a file is, what it is, and which: what .NET does not tell. Linux only.</summary>
internal readonly record struct UnixStatus(uint Owner, uint Group, uint Mode, ulong Number, ulong Device)
{
    // Of the call statx, whose result has the same layout on every processor.
    private const int CurrentFolder = -100;
    private const uint BasicStatus = 0x7ff, KindBits = 0xf000, FolderKind = 0x4000, FileKind = 0x8000, Sticky = 0x200, OthersWrite = 0x12, GroupWrites = 0x10;

    public static uint User => geteuid();

    public bool IsFolder => (Mode & KindBits) == FolderKind;

    public bool IsFile => (Mode & KindBits) == FileKind;

    /// <summary>Whether only owners can rename and delete what lies in the folder.</summary>
    public bool IsSticky => (Mode & Sticky) != 0;

    public bool OthersCanWrite => (Mode & OthersWrite) != 0;

    /// <summary>Whether of the others only the group can write.</summary>
    public bool IsGroups => (Mode & OthersWrite) == GroupWrites;

    /// <summary>That of what a path leads to; null where nothing lies there, and on other systems.</summary>
    public static UnixStatus? Of(string path)
    {
        if (!OperatingSystem.IsLinux())
            return null;
        byte[] status = new byte[256];
        return statx(CurrentFolder, path, 0, BasicStatus, status) == 0
            ? new(BitConverter.ToUInt32(status, 20), BitConverter.ToUInt32(status, 24), BitConverter.ToUInt16(status, 28), BitConverter.ToUInt64(status, 32), BitConverter.ToUInt64(status, 136))
            : null;
    }

    [DllImport("libc", CharSet = CharSet.Ansi, BestFitMapping = false, ThrowOnUnmappableChar = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int statx(int folder, [MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags, uint mask, [Out] byte[] status);

    [DllImport("libc")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern uint geteuid();
}

internal static class UnixPath
{
    /// <summary>The path without any link in it.</summary>
    /// <exception cref="IOException">Something on the way is not there, or may not be looked into.</exception>
    public static string Real(string path)
    {
        nint found = realpath(path, 0);
        if (found == 0)
            throw new IOException($"'{path}' cannot be followed: {new Win32Exception(Marshal.GetLastPInvokeError()).Message}.");
        string real = Marshal.PtrToStringUTF8(found)!;
        free(found);
        return real;
    }

    /// <summary>The folder without links, made where it is not there. Refused if anybody but this user and root can change what lies in it, now or by way of its parents.</summary>
    /// <exception cref="IOException">It is refused, or cannot be made.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be made.</exception>
    public static string RequirePrivate(string folder)
    {
        if (!Directory.Exists(folder))
        {
            string parent = Path.GetDirectoryName(folder)!;
            while (!Directory.Exists(parent))
                parent = Path.GetDirectoryName(parent) ?? throw new IOException($"'{folder}' cannot be made.");
            RequireTrusted(Real(parent), allowsSticky: true);
            Make(folder);
        }
        string real = Real(folder);
        RequireTrusted(real, allowsSticky: false);
        return real;
    }

    /// <summary>Refuses a folder as <see cref="RequirePrivate"/> does, but for what only this user's own group can write: where each user has one, that is how folders are made.</summary>
    /// <exception cref="IOException">It is refused.</exception>
    public static void RequireInstalled(string folder) => RequireTrusted(Real(folder), allowsSticky: false, allowsOwnGroup: true);

    private static void RequireTrusted(string real, bool allowsSticky, bool allowsOwnGroup = false)
    {
        UnixStatus status = UnixStatus.Of(real) ?? throw new IOException($"'{real}' is not there any more.");
        if (status.Owner != 0 && status.Owner != UnixStatus.User)
            throw new IOException($"'{real}' belongs to another user.");
        // In a sticky folder nobody can replace what is another's, and what lies on the way there is this user's or root's.
        if (status.OthersCanWrite && !(allowsSticky && status.IsSticky) && !(allowsOwnGroup && status.IsGroups && status.Owner != 0 && status.Group == status.Owner))
            throw new IOException($"Others can write to '{real}'.");
        if (Path.GetDirectoryName(real) is { } parent)
            RequireTrusted(parent, allowsSticky: true, allowsOwnGroup);
    }

    // Each level by itself, for the system would make those above with the usual permissions.
    private static void Make(string folder)
    {
        if (Directory.Exists(folder))
            return;
        Make(Path.GetDirectoryName(folder)!);
        if (!OperatingSystem.IsWindows())
            Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    [DllImport("libc", SetLastError = true, CharSet = CharSet.Ansi, BestFitMapping = false, ThrowOnUnmappableChar = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern nint realpath([MarshalAs(UnmanagedType.LPUTF8Str)] string path, nint room);

    [DllImport("libc")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern void free(nint room);
}

/// <summary>
/// The file that a path leads to, and what a new one in its place takes over. As with PowerShell's Set-Content, a link stays and its
/// target is written, and mode, owner and group stay those of the old file, as far as the system lets this user set them.
/// </summary>
internal sealed class FilePlace
{
    private const UnixFileMode Permissions = (UnixFileMode)0x1ff;
    private const int MostLinks = 40;

    // Of the call open, and of fcntl, on Linux.
    private const int WriteOnly = 1, NonBlocking = 0x800, CloseOnExec = 0x80000, SetFlags = 4, DuplicateClosing = 1030, NoReader = 6;

    // Of the call poll, and how much every pipe takes at once that takes more.
    private const int PollMilliseconds = 100, AtOnce = 512;
    private const byte PollOut = 4;

    private readonly UnixStatus? _old;
    private readonly UnixFileMode? _mode;
    private readonly int? _descriptor;

    /// <exception cref="IOException">The links on the way lead nowhere.</exception>
    /// <exception cref="UnauthorizedAccessException">The file is another's, and may not be written.</exception>
    public FilePlace(string path)
    {
        Path = path;
        _old = UnixStatus.Of(path);
        (IsDevice, _descriptor) = Device(path, _old);
        if (IsDevice)
            return;
        Path = OperatingSystem.IsWindows() ? File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName ?? path : Followed(path, MostLinks);
        if (!File.Exists(Path) || OperatingSystem.IsWindows())
            return;
        _mode = File.GetUnixFileMode(Path);
        // To put another file in its place asks the folder alone.
        if (_old is { } old && old.Owner != UnixStatus.User)
            File.OpenHandle(Path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete).Dispose();
    }

    /// <summary>The file, past all links.</summary>
    public string Path { get; }

    /// <summary>Whether it is no file that can be replaced, such as a pipe, <c>/dev/null</c>, or what this process has open already, as <c>/dev/stdout</c>.</summary>
    public bool IsDevice { get; }

    /// <summary>Writes to a device, a pipe, or behind what was written to an open file before.</summary>
    /// <exception cref="IOException">It cannot be written, or it is a pipe from which nobody reads.</exception>
    public void WriteDevice(Action<Stream> write)
    {
        // To open a pipe as usual would wait for its reader, and nothing could end that.
        int opened = _descriptor is { } own ? fcntl(own, DuplicateClosing, 0) : open(Path, WriteOnly | NonBlocking | CloseOnExec);
        if (opened < 0)
        {
            int error = Marshal.GetLastPInvokeError();
            throw new IOException(error == NoReader ? "nobody reads from this pipe; start its reader first." : new Win32Exception(error).Message);
        }
        using var handle = new SafeFileHandle(opened, ownsHandle: true);
        if (_descriptor is null)
            _ = fcntl(opened, SetFlags, 0);
        using var device = new PatientStream(handle);
        using var buffered = new BufferedStream(device, 1 << 16);
        write(buffered);
        buffered.Flush();
        // To ask for it moves the place at which the others who have the file open go on.
        _ = device.SafeFileHandle;
    }

    // A pipe whose reader does nothing is full for as long: it is looked whether it takes more, so that the user can end that.
    private sealed class PatientStream(SafeFileHandle handle) : FileStream(handle, FileAccess.Write, bufferSize: 0)
    {
        private readonly int _file = (int)handle.DangerousGetHandle();

        public override void Write(byte[] buffer, int offset, int count)
        {
            for (int end = offset + count; offset < end; offset += AtOnce)
            {
                while (!OperatingSystem.IsWindows() && poll([.. BitConverter.GetBytes(_file), PollOut, 0, 0, 0], 1, PollMilliseconds) == 0)
                    Data.ReadStop.Check();
                base.Write(buffer, offset, Math.Min(AtOnce, end - offset));
            }
        }
    }

    /// <summary>Makes a file that nobody can read who could not read the old one.</summary>
    public FileStream Create(string beside)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, Share = FileShare.None, BufferSize = 1 << 16 };
        if (_mode is { } mode && !OperatingSystem.IsWindows())
            options.UnixCreateMode = mode & Permissions;
        return new FileStream(beside, options);
    }

    /// <summary>Gives what was made the mode, owner and group of the old file.</summary>
    public void PassOn(SafeFileHandle file)
    {
        if (OperatingSystem.IsWindows() || _mode is not { } mode)
            return;
        // Who is not root can give a file to one of their groups at most.
        bool isAlike = _old is not { } old || fchown(file, old.Owner, old.Group) == 0 || (fchown(file, uint.MaxValue, old.Group) == 0 && old.Owner == UnixStatus.User);
        File.SetUnixFileMode(file, isAlike ? mode : mode & Permissions);
    }

    /// <summary>Whether something lies at a path that writing would replace; a link that leads nowhere replaces nothing.</summary>
    public static bool IsTaken(string path) => File.Exists(path) && !(OperatingSystem.IsLinux() && UnixStatus.Of(path) is null) && !IsDeviceAt(path);

    /// <summary>Whether a path is that of a device or a pipe, or the name of what this process has open: what is written there replaces nothing.</summary>
    public static bool IsDeviceAt(string path) => Device(path, UnixStatus.Of(path)).IsDevice;

    private static (bool IsDevice, int? Descriptor) Device(string path, UnixStatus? status) =>
        status is null or { IsFolder: true } ? default
        : OwnDescriptor(path, MostLinks) is { } own ? (true, own)
        : (!status.Value.IsFile, null);

    // The number under which this process has a file open, where the path or a link on the way is the system's name for that.
    private static int? OwnDescriptor(string path, int links)
    {
        string folder = UnixPath.Real(System.IO.Path.GetDirectoryName(path)!);
        if (folder == $"/proc/{Environment.ProcessId}/fd")
            return int.Parse(System.IO.Path.GetFileName(path), CultureInfo.InvariantCulture);
        return links > 0 && new FileInfo(path).LinkTarget is { } target ? OwnDescriptor(System.IO.Path.Combine(folder, target), links - 1) : null;
    }

    private static string Followed(string path, int links)
    {
        if (new FileInfo(path).LinkTarget is not { } target)
            return path;
        if (links == 0)
            throw new IOException("Its links lead round in a circle.");
        // Not Path.GetFullPath, which takes .. away without a look at the links before it.
        string next = System.IO.Path.Combine(UnixPath.Real(System.IO.Path.GetDirectoryName(path)!), target);
        return Followed(System.IO.Path.Combine(UnixPath.Real(System.IO.Path.GetDirectoryName(next)!), System.IO.Path.GetFileName(next)), links - 1);
    }

    [DllImport("libc", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int fchown(SafeFileHandle file, uint owner, uint group);

    [DllImport("libc", SetLastError = true, CharSet = CharSet.Ansi, BestFitMapping = false, ThrowOnUnmappableChar = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    internal static extern int open([MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags);

    [DllImport("libc", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int poll([In] byte[] files, nuint count, int milliseconds);

    [DllImport("libc", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int fcntl(int file, int command, int argument);
}
