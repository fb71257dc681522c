namespace ClrEngine.Training.Checkpoints;

/// <summary>
/// Ownership of a run's folder, by a lock that the operating system holds for the process and drops when it dies.
/// The lock file stays: removing it would let two runs hold a lock on two files of one name.
/// </summary>
internal sealed class RunLock : IDisposable
{
    private const string LockName = "run.lock", OwnerName = "run.owner";

    private readonly FileStream _file;

    /// <exception cref="CheckpointException">A run that still lives has the folder.</exception>
    public RunLock(string folder)
    {
        try
        {
            _file = new FileStream(Path.Combine(folder, LockName), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (UnauthorizedAccessException exception)
        {
            throw new CheckpointException(CheckpointErrors.NotWritten, folder, $"cannot be taken for a run: {exception.Message} See that its run.lock is a file that may be written, or remove it, then resume.", exception);
        }
        catch (IOException exception) when (IsHeld(exception))
        {
            throw new CheckpointException(CheckpointErrors.FolderInUse, folder, $"belongs to a run that still lives{Owner(folder)}: wait for it, stop it, or give another folder.", exception);
        }
        try
        {
            File.WriteAllText(
                Path.Combine(folder, OwnerName),
                string.Create(CultureInfo.InvariantCulture, $"process {Environment.ProcessId} on {Environment.MachineName} since {DateTimeOffset.Now:yyyy-MM-dd HH:mm:ss zzz}"));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // It only tells others whose the folder is, and the lock holds without it.
        }
    }

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
        string path = Path.Combine(folder, LockName), owner = Path.Combine(folder, OwnerName);
        try
        {
            if (File.Exists(path))
                File.Open(path, FileMode.Open, FileAccess.Read, FileShare.Read).Dispose();
            return null;
        }
        catch (IOException exception) when (IsHeld(exception))
        {
            return File.Exists(owner) ? File.ReadAllText(owner) : "a process";
        }
    }

    public void Dispose() => _file.Dispose();

    // Windows has error codes for a file that is shared or locked; elsewhere it is EWOULDBLOCK, 11 on Linux and 35 on macOS.
    internal static bool IsHeld(IOException exception) => exception.HResult is unchecked((int)0x80070020) or unchecked((int)0x80070021) or 11 or 35;

    // The owner writes its line just after it has the lock, so there may be none yet.
    private static string Owner(string folder)
    {
        string path = Path.Combine(folder, OwnerName);
        return File.Exists(path) ? $" ({File.ReadAllText(path)})" : "";
    }
}
