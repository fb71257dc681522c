using System.Globalization;
using ClrEngine.Files;

namespace ClrEngine.Training.Checkpoints;

/// <summary>The folder of one run: owned while open, its checkpoints written whole or not at all.</summary>
public sealed class CheckpointFolder : IDisposable
{
    private const long Slack = 1 << 20;

    private readonly RunLock _lock;
    private readonly Func<string, long> _freeSpace;
    private readonly SnapshotStore _snapshots;

    private CheckpointFolder(string path, RunLock @lock, Func<string, long> freeSpace)
    {
        Path = path;
        _lock = @lock;
        _freeSpace = freeSpace;
        _snapshots = new SnapshotStore(path);
    }

    /// <summary>The folder.</summary>
    public string Path { get; }

    /// <summary>Takes a folder, making it where it is not there, and clears away what a dead run left half-written.</summary>
    /// <param name="path">The folder.</param>
    /// <exception cref="CheckpointException">A run that still lives owns it.</exception>
    public static CheckpointFolder Open(string path) => Open(path, FreeSpace.BytesAt);

    internal static CheckpointFolder Open(string path, Func<string, long> freeSpace)
    {
        string full = System.IO.Path.GetFullPath(path);
        Directory.CreateDirectory(full);
        RunLock owned = RunLock.Take(full);
        try
        {
            foreach (string leftover in Directory.EnumerateDirectories(full).Where(d => CheckpointFiles.IsLeftover(System.IO.Path.GetFileName(d))).ToArray())
                Directory.Delete(leftover, recursive: true);
            foreach (string leftover in Directory.GetFiles(full, AtomicFile.Unfinished))
                File.Delete(leftover);
            return new CheckpointFolder(full, owned, freeSpace);
        }
        catch
        {
            owned.Dispose();
            throw;
        }
    }

    /// <summary>The checkpoints' folders, the oldest first.</summary>
    public IReadOnlyList<string> List() =>
        [.. Directory.EnumerateDirectories(Path)
            .Select(static path => (Path: path, Step: CheckpointFiles.StepOf(System.IO.Path.GetFileName(path))))
            .Where(static entry => entry.Step.HasValue)
            .OrderBy(static entry => entry.Step)
            .Select(static entry => entry.Path)];

    /// <summary>The folder of one step's checkpoint; null where there is none.</summary>
    /// <param name="step">The step.</param>
    internal string? Find(long step) => System.IO.Path.Combine(Path, CheckpointFiles.NameOf(step)) is var place && Directory.Exists(place) ? place : null;

    /// <summary>The newest checkpoint that is good.</summary>
    /// <param name="refused">Told of each newer one that is not.</param>
    /// <returns>The checkpoint and its folder; null where the folder has none.</returns>
    /// <exception cref="CheckpointException">There are checkpoints, but none is good.</exception>
    public (Checkpoint Checkpoint, string Path)? Newest(Action<CheckpointException> refused)
    {
        ArgumentNullException.ThrowIfNull(refused);
        IReadOnlyList<string> paths = List();
        CheckpointException? newest = null;
        foreach (string path in paths.Reverse())
        {
            try
            {
                return (ReadNamed(path), path);
            }
            catch (CheckpointException exception)
            {
                newest ??= exception;
                refused(exception);
            }
        }
        return newest is null
            ? null
            : throw new CheckpointException(CheckpointErrors.NoneGood, Path, $"has {paths.Count} checkpoints, but none is good. Give Force to begin anew, or another folder. The newest: {newest.Message}", newest);
    }

    /// <summary>Writes a checkpoint and removes those that need not be kept.</summary>
    /// <param name="checkpoint">The checkpoint.</param>
    /// <param name="keep">How many of the newest stay.</param>
    /// <param name="best">The step of another that stays; none if null.</param>
    /// <returns>Its folder.</returns>
    /// <exception cref="CheckpointException">There is too little free space, or it could not be written; older checkpoints are untouched.</exception>
    public string Write(Checkpoint checkpoint, int keep, long? best)
    {
        ArgumentNullException.ThrowIfNull(checkpoint);
        long needed = checkpoint.Tensors.Concat(checkpoint.Snapshots.Count > 0 ? checkpoint.Snapshots[^1] : []).Sum(static t => (long)t.Bytes.Length) + Slack;
        if (_freeSpace(Path) is var free && free < needed)
            throw new CheckpointException(CheckpointErrors.NoSpace, Path, $"lies on a disk with {free} bytes free, and a checkpoint needs {needed}: free some, then resume.");
        try
        {
            IReadOnlyList<SnapshotFile> snapshots = _snapshots.Write(checkpoint.Snapshots);
            string written = CheckpointWriter.Write(Path, checkpoint with { State = checkpoint.State with { Snapshots = snapshots } });
            Prune(keep, best);
            return written;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new CheckpointException(CheckpointErrors.NotWritten, Path, $"could not take a checkpoint: {exception.Message} Put that right, then resume.", exception);
        }
    }

    /// <summary>Removes all checkpoints and snapshots.</summary>
    public void Clear()
    {
        _snapshots.Clear();
        foreach (string path in List().Concat(SetAsideEarlier()))
            CheckpointWriter.Remove(path);
    }

    /// <summary>Knows which snapshots have files already.</summary>
    /// <param name="checkpoint">What the run goes on from.</param>
    internal void ContinueFrom(Checkpoint checkpoint) => _snapshots.ContinueFrom(checkpoint.State.Snapshots);

    /// <summary>Takes checkpoints that were refused out of the way, so that they count no more; their files stay to be looked at.</summary>
    /// <param name="paths">Their folders.</param>
    internal static void SetAside(IEnumerable<string> paths)
    {
        foreach (string path in paths)
        {
            string aside = System.IO.Path.Combine(System.IO.Path.GetDirectoryName(path)!, CheckpointFiles.RefusedNameOf(System.IO.Path.GetFileName(path)));
            CheckpointWriter.Remove(aside);
            Directory.Move(path, aside);
        }
    }

    /// <summary>Gives the folder back.</summary>
    public void Dispose() => _lock.Dispose();

    private string[] SetAsideEarlier() =>
        Directory.EnumerateDirectories(Path).Where(static d => CheckpointFiles.IsRefused(System.IO.Path.GetFileName(d))).ToArray();

    private static Checkpoint ReadNamed(string path)
    {
        Checkpoint checkpoint = CheckpointReader.Read(path);
        long named = CheckpointFiles.StepOf(System.IO.Path.GetFileName(path))!.Value;
        return checkpoint.State.Progress.Step == named
            ? checkpoint
            : throw new CheckpointException(CheckpointErrors.Format, path, $"is named for step {named} but holds step {checkpoint.State.Progress.Step}.");
    }

    private void Prune(int keep, long? best)
    {
        string? bestName = best is { } step ? CheckpointFiles.NameOf(step) : null;
        foreach (string path in List().SkipLast(keep).Where(path => System.IO.Path.GetFileName(path) != bestName))
            CheckpointWriter.Remove(path);
    }
}

/// <summary>The names in a run's folder.</summary>
internal static class CheckpointFiles
{
    /// <summary>Weights and buffers, by the names that the model has for them.</summary>
    public const string Model = "model.safetensors";

    /// <summary>Optimiser and random state.</summary>
    public const string Optimizer = "optimizer.safetensors";

    /// <summary>The run's own state.</summary>
    public const string State = "state.json";

    /// <summary>The SHA-256 of the other files, as <c>sha256sum</c> writes and checks it.</summary>
    public const string Checksums = "SHA256SUMS";

    /// <summary>How the name of what is being written begins.</summary>
    private const string NewPrefix = ".new-";

    private const string Prefix = "step-";
    private const string OldPrefix = ".old-";
    private const string RefusedPrefix = "refused-";

    /// <summary>The text that tells Python how the file is meant.</summary>
    public static IReadOnlyDictionary<string, string> PyTorchFormat { get; } = new Dictionary<string, string> { ["format"] = "pt" };

    public static StateTensor WithModelPrefix(StateTensor tensor) => tensor.Renamed(StateTensor.ModelPrefix + tensor.Name);

    public static StateTensor WithoutModelPrefix(StateTensor tensor) => tensor.Renamed(tensor.Name[StateTensor.ModelPrefix.Length..]);

    public static string NameOf(long step) => Prefix + step.ToString("D9", CultureInfo.InvariantCulture);

    public static string NewNameOf(long step) => NewPrefix + NameOf(step);

    public static string OldNameOf(string name) => OldPrefix + name;

    public static string RefusedNameOf(string name) => RefusedPrefix + name;

    public static bool IsRefused(string name) => name.StartsWith(RefusedPrefix + Prefix, StringComparison.Ordinal);

    /// <summary>Whether a folder is what a run that died left half-written or half-removed.</summary>
    public static bool IsLeftover(string name) =>
        name.StartsWith(NewPrefix, StringComparison.Ordinal) || name.StartsWith(OldPrefix, StringComparison.Ordinal);

    /// <summary>The step in a checkpoint's name; null where it is not one.</summary>
    public static long? StepOf(string name) =>
        name.StartsWith(Prefix, StringComparison.Ordinal)
        && long.TryParse(name.AsSpan(Prefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out long step)
        && NameOf(step) == name
            ? step
            : null;
}

/// <summary>Free space of the disk that a folder lies on.</summary>
internal static class FreeSpace
{
    /// <summary>Bytes that this user may still write.</summary>
    /// <param name="folder">A folder that is there.</param>
    public static long BytesAt(string folder) =>
        // Elsewhere a drive is any folder, and the call asks the file system that it lies on.
        new DriveInfo(OperatingSystem.IsWindows() ? Path.GetPathRoot(Path.GetFullPath(folder))! : folder).AvailableFreeSpace;
}
