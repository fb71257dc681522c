using ClrEngine.Files;

namespace ClrEngine.Training.Checkpoints;

/// <summary>
/// Ownership of a run's folder, by a lock that the operating system holds for the process and drops when it dies.
/// The lock file stays: removing it would let two runs hold a lock on two files of one name.
/// </summary>
internal sealed class RunLock : IDisposable
{
    private const string LockName = "run.lock", OwnerName = "run.owner";

    // A line; what is longer, or no file, is none of ours.
    private const long LongestOwner = 4096;

    private readonly FileStream _file;
    private readonly string _path;
    private readonly UnixStatus? _status;

    /// <exception cref="CheckpointException">A run that still lives has the folder.</exception>
    public RunLock(string folder)
    {
        try
        {
            _path = Path.Combine(folder, LockName);
            _file = new FileStream(_path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            _status = UnixStatus.Of(_path);
        }
        catch (UnauthorizedAccessException exception)
        {
            throw new CheckpointException(CheckpointErrors.NotWritten, folder, $"cannot be taken for a run: {exception.Message} See that its run.lock is a file that may be written, or remove it, then resume.", exception);
        }
        catch (IOException exception) when (IsHeld(exception))
        {
            throw new CheckpointException(CheckpointErrors.FolderInUse, folder, $"belongs to a run that still lives{(OwnerLine(folder) is { } owner ? $" ({owner})" : "")}: wait for it, stop it, or give another folder.", exception);
        }
        try
        {
            // A new file in its place: what a link leads to is not ours, and a pipe would wait for its reader.
            AtomicFile.Replace(
                Path.Combine(folder, OwnerName),
                string.Create(CultureInfo.InvariantCulture, $"process {Environment.ProcessId} on {Environment.MachineName} since {DateTimeOffset.Now:yyyy-MM-dd HH:mm:ss zzz}"));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // It only tells others whose the folder is, and the lock holds without it.
        }
    }

    /// <summary>Whether the folder still has the file that is locked, so that nobody else can take it.</summary>
    public bool Stands => _status is { } status ? UnixStatus.Of(_path) == status : File.Exists(_path);

    /// <summary>Takes a folder; null where another has it.</summary>
    public static RunLock? TryTake(string folder)
    {
        // Who looks for the owner holds the file for a moment.
        for (int looks = 5; ; looks--)
        {
            try
            {
                return new RunLock(folder);
            }
            catch (CheckpointException exception) when (exception.Cause == CheckpointErrors.FolderInUse)
            {
                if (looks == 0)
                    return null;
                Thread.Sleep(20);
            }
        }
    }

    /// <summary>Who has a folder, such as <c>process 12 on host since ...</c>; null where nobody does.</summary>
    public static string? OwnerOf(string folder)
    {
        string path = Path.Combine(folder, LockName);
        try
        {
            if (File.Exists(path))
                File.Open(path, FileMode.Open, FileAccess.Read, FileShare.Read).Dispose();
            return null;
        }
        catch (IOException exception) when (IsHeld(exception))
        {
            return OwnerLine(folder) ?? "a process";
        }
    }

    public void Dispose() => _file.Dispose();

    // Windows has error codes for a file that is shared or locked; elsewhere it is EWOULDBLOCK, 11 on Linux and 35 on macOS.
    internal static bool IsHeld(IOException exception) => exception.HResult is unchecked((int)0x80070020) or unchecked((int)0x80070021) or 11 or 35;

    // The owner writes its line just after it has the lock, so there may be none yet.
    private static string? OwnerLine(string folder)
    {
        var file = new FileInfo(Path.Combine(folder, OwnerName));
        return file is { Exists: true, LinkTarget: null, Length: <= LongestOwner } && !FilePlace.IsDeviceAt(file.FullName) ? File.ReadAllText(file.FullName) : null;
    }
}
