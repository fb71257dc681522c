using System.Text;
using System.Text.Json;
using ClrEngine.Files;
using ClrEngine.Training.Formats;

namespace ClrEngine.Training.Checkpoints;

/// <summary>The folder of one run: owned while open, its checkpoints written whole or not at all, each snapshot once for all checkpoints that need it.</summary>
internal sealed class CheckpointFolder : IDisposable
{
    private const long Slack = 1 << 20;

    private readonly RunLock _lock;
    private readonly Func<string, long> _freeSpace;
    private readonly List<SnapshotFile> _snapshots = [];

    /// <summary>Takes a folder, making it where it is not there, and clears away what a dead run left half-written.</summary>
    /// <exception cref="CheckpointException">A run that still lives owns it.</exception>
    public CheckpointFolder(string path, Func<string, long>? freeSpace = null)
    {
        Path = System.IO.Path.GetFullPath(path);
        _freeSpace = freeSpace ?? FreeSpace;
        AtomicFile.RequireWritableFolder(Path);
        _lock = new RunLock(Path);
        try
        {
            foreach (string leftover in Directory.GetFileSystemEntries(Path).Where(CheckpointFiles.IsLeftover).Concat(Directory.GetFiles(Path, AtomicFile.Unfinished)))
                Delete(leftover);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public string Path { get; }

    /// <summary>Whether all that is there, of another run, goes where the first checkpoint is written.</summary>
    public bool ReplacesAll { get; set; }

    /// <summary>The checkpoints' folders, the oldest first; also what lies in the place of one.</summary>
    public IReadOnlyList<string> List() => In(Path);

    /// <summary>The same of a folder that nobody need have taken.</summary>
    public static IReadOnlyList<string> In(string folder) =>
        [.. Directory.EnumerateFileSystemEntries(folder).Where(static path => CheckpointFiles.StepOf(path).HasValue).OrderBy(CheckpointFiles.StepOf)];

    /// <summary>The folder of one step's checkpoint; null where there is none.</summary>
    public string? Find(long step) => PlaceOf(step) is var place && System.IO.Path.Exists(place) ? place : null;

    /// <summary>The newest checkpoint that is good, and its folder; null where the folder has none. Adds what is wrong with each newer one.</summary>
    /// <exception cref="CheckpointException">There are checkpoints, but none is good.</exception>
    public (Checkpoint Checkpoint, string Path)? Newest(List<CheckpointException> refused)
    {
        foreach (string path in List().Reverse())
        {
            try
            {
                return (ReadNamed(path), path);
            }
            // What a later version wrote is not damaged.
            catch (CheckpointException exception) when (exception.Cause != CheckpointErrors.Version)
            {
                refused.Add(exception);
            }
        }
        return refused.Count == 0
            ? null
            : throw new CheckpointException(CheckpointErrors.NoneGood, Path, $"has {Counted.Of(refused.Count, "checkpoint")}, but none is good: {string.Join(" ", refused.Select(static r => r.Message))} They are left as they are, to be mended from a copy; give another folder to begin anew.", refused[0]);
    }

    /// <summary>Goes on from a checkpoint: its snapshots have files already.</summary>
    public void ContinueFrom(Checkpoint checkpoint) => _snapshots.AddRange(checkpoint.State.Snapshots);

    /// <summary>Renames a damaged checkpoint or snapshot, so that it counts no more and can be looked at, and says in a sentence what became of it.</summary>
    /// <exception cref="CheckpointException">It cannot be renamed.</exception>
    public static string SetAside(CheckpointException damage)
    {
        if (!System.IO.Path.Exists(damage.Path))
            return damage.Message;
        string wished = CheckpointFiles.Beside(damage.Path, CheckpointFiles.RefusedPrefix), aside = wished;
        for (int i = 2; System.IO.Path.Exists(aside); i++)
            aside = string.Create(CultureInfo.InvariantCulture, $"{wished}.{i}");
        try
        {
            Directory.Move(damage.Path, aside);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new CheckpointException(CheckpointErrors.NotWritten, damage.Path, $"is damaged, and cannot be set aside: {exception.Message} Rename it, then resume. {damage.Message}", exception);
        }
        return $"{damage.Message} It is set aside as '{aside}'.";
    }

    /// <summary>Writes a checkpoint, in place of one of the same step, and removes all but the newest ones to keep and that of the best step; gives its folder.</summary>
    /// <exception cref="CheckpointException">There is too little free space, or it could not be written; older checkpoints are untouched.</exception>
    public string Write(Checkpoint checkpoint, int keep, long? best)
    {
        long needed = checkpoint.Tensors.Concat(checkpoint.Snapshots is [.., { } newest] ? newest : []).Sum(static t => (long)t.Bytes.Length) + Slack;
        try
        {
            RequireOwned();
            if (_freeSpace(Path) is var free && free < needed)
                throw new CheckpointException(CheckpointErrors.NoSpace, Path, $"lies on a disk with {free} bytes free, and a checkpoint needs {needed}: free some, then resume.");
            if (ReplacesAll)
                Clear();
            ReplacesAll = false;
            WriteSnapshots(checkpoint.Snapshots);
            string written = WriteWhole(checkpoint with { State = checkpoint.State with { Snapshots = [.. _snapshots] } });
            string? kept = best is { } step ? PlaceOf(step) : null;
            foreach (string path in List().SkipLast(keep).Where(path => path != kept))
                Remove(path);
            RequireOwned();
            return written;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            string reason = Directory.Exists(Path) ? exception.Message : $"{AtomicFile.FolderObstacle(Path) ?? "the folder is no longer there"}.";
            throw new CheckpointException(CheckpointErrors.NotWritten, Path, $"could not take a checkpoint: {reason} Put that right, then resume.", exception);
        }
    }

    // All checkpoints and all snapshots, also those that were refused.
    private void Clear()
    {
        foreach (string path in List().Concat(Directory.GetFileSystemEntries(Path).Where(static path => CheckpointFiles.IsRefused(path) || CheckpointFiles.IsSnapshot(System.IO.Path.GetFileName(path)))))
            Remove(path);
    }

    public void Dispose() => _lock.Dispose();

    // Elsewhere a drive is any folder, and the call asks the file system that it lies on.
    internal static long FreeSpace(string folder) =>
        new DriveInfo(OperatingSystem.IsWindows() ? System.IO.Path.GetPathRoot(System.IO.Path.GetFullPath(folder))! : folder).AvailableFreeSpace;

    private static Checkpoint ReadNamed(string path)
    {
        Checkpoint checkpoint = CheckpointReader.Read(path);
        long named = CheckpointFiles.StepOf(path)!.Value;
        return checkpoint.State.Progress.Step == named
            ? checkpoint
            : throw new CheckpointException(CheckpointErrors.Format, path, $"is named for step {named} but holds step {checkpoint.State.Progress.Step}.");
    }

    // A checkpoint is gone by name before its first file is.
    private static void Remove(string place)
    {
        if (!System.IO.Path.Exists(place))
            return;
        string aside = CheckpointFiles.Beside(place, CheckpointFiles.OldPrefix);
        Delete(aside);
        Directory.Move(place, aside);
        Delete(aside);
    }

    private static void Delete(string path)
    {
        if (Directory.Exists(path))
            Directory.Delete(path, recursive: true);
        else
            File.Delete(path);
    }

    private string PlaceOf(long step) => System.IO.Path.Combine(Path, CheckpointFiles.NameOf(step));

    // A folder that was removed is made anew by what is written into it, and without the lock.
    private void RequireOwned()
    {
        if (!_lock.Stands)
            throw new CheckpointException(CheckpointErrors.NotWritten, Path, $"could not take a checkpoint: {AtomicFile.FolderObstacle(Path) ?? "the folder, or its run.lock, was removed or replaced"} while the run went on, so that another run may have it. Earlier checkpoints may be gone; give another folder, or this one with Resume to go on from what it still holds.");
    }

    private void WriteSnapshots(IReadOnlyList<IReadOnlyList<StateTensor>?> members)
    {
        for (int i = _snapshots.Count; i < members.Count; i++)
        {
            string name = string.Create(CultureInfo.InvariantCulture, $"{CheckpointFiles.SnapshotPrefix}{i + 1:D4}{CheckpointFiles.SnapshotSuffix}");
            string sha256 = AtomicFile.WriteHashed(System.IO.Path.Combine(Path, name), stream => WriteModel(stream, members[i]!));
            _snapshots.Add(new SnapshotFile(name, sha256));
        }
    }

    // Beside its place, flushed, and then moved there.
    private string WriteWhole(Checkpoint checkpoint)
    {
        string place = PlaceOf(checkpoint.State.Progress.Step), beside = CheckpointFiles.Beside(place, CheckpointFiles.NewPrefix);
        Delete(beside);
        Directory.CreateDirectory(beside);
        ILookup<bool, StateTensor> isModel = checkpoint.Tensors.ToLookup(static t => t.IsOfModel);
        var checksums = new StringBuilder();
        Add(CheckpointFiles.Model, stream => WriteModel(stream, isModel[true]));
        Add(CheckpointFiles.Optimizer, stream => SafetensorsWriter.Write(stream, isModel[false]));
        Add(CheckpointFiles.State, stream => JsonSerializer.Serialize(stream, checkpoint.State, CheckpointJson.Options));
        AtomicFile.Write(System.IO.Path.Combine(beside, CheckpointFiles.Checksums), checksums.ToString());
        Remove(place);
        AtomicFile.MoveFolder(beside, place);
        return place;

        void Add(string name, Action<Stream> write) =>
            checksums.Append(AtomicFile.WriteHashed(System.IO.Path.Combine(beside, name), write)).Append("  ").Append(name).Append('\n');
    }

    private static void WriteModel(Stream stream, IEnumerable<StateTensor> tensors) =>
        SafetensorsWriter.Write(stream, tensors.Select(CheckpointFiles.WithoutModelPrefix), CheckpointFiles.PyTorchFormat);
}

/// <summary>The names in a run's folder.</summary>
internal static class CheckpointFiles
{
    /// <summary>Weights and buffers, by the names that the model has for them.</summary>
    public const string Model = "model.safetensors";

    /// <summary>Optimiser and random state.</summary>
    public const string Optimizer = "optimizer.safetensors";

    public const string State = "state.json";

    /// <summary>The SHA-256 of the other files, as <c>sha256sum</c> writes and checks it.</summary>
    public const string Checksums = "SHA256SUMS";

    public const string SnapshotPrefix = "cycle-";
    public const string SnapshotSuffix = ".safetensors";
    public const string NewPrefix = ".new-";
    public const string OldPrefix = ".old-";
    public const string RefusedPrefix = "refused-";

    private const string StepPrefix = "step-";

    /// <summary>The text that tells Python how the file is meant.</summary>
    public static IReadOnlyDictionary<string, string> PyTorchFormat { get; } = new Dictionary<string, string> { ["format"] = "pt" };

    public static StateTensor WithModelPrefix(StateTensor tensor) => tensor.Renamed(StateTensor.ModelPrefix + tensor.Name);

    public static StateTensor WithoutModelPrefix(StateTensor tensor) => tensor.Renamed(tensor.Name[StateTensor.ModelPrefix.Length..]);

    public static string NameOf(long step) => StepPrefix + step.ToString("D9", CultureInfo.InvariantCulture);

    /// <summary>The folder of a prefixed name in the same parent.</summary>
    public static string Beside(string path, string prefix) => Path.Combine(Path.GetDirectoryName(path)!, prefix + Path.GetFileName(path));

    public static bool IsSnapshot(string name) =>
        name == Path.GetFileName(name) && name.StartsWith(SnapshotPrefix, StringComparison.Ordinal) && name.EndsWith(SnapshotSuffix, StringComparison.Ordinal);

    public static bool IsRefused(string path) => Path.GetFileName(path) is var name
        && (name.StartsWith(RefusedPrefix + StepPrefix, StringComparison.Ordinal) || name.StartsWith(RefusedPrefix + SnapshotPrefix, StringComparison.Ordinal));

    /// <summary>The step in the name of a checkpoint that was set aside, of which there may be several; null where it is not one.</summary>
    public static long? StepOfRefused(string path) => IsRefused(path) ? StepOf(Path.GetFileName(path)[RefusedPrefix.Length..].Split('.')[0]) : null;

    /// <summary>Whether it is what a run that died left half-written or half-removed.</summary>
    public static bool IsLeftover(string path) =>
        Path.GetFileName(path) is var name && (name.StartsWith(NewPrefix, StringComparison.Ordinal) || name.StartsWith(OldPrefix, StringComparison.Ordinal));

    /// <summary>The step in the name of a checkpoint's folder; null where it is not one.</summary>
    public static long? StepOf(string path) =>
        Path.GetFileName(path) is var name
        && name.StartsWith(StepPrefix, StringComparison.Ordinal)
        && long.TryParse(name.AsSpan(StepPrefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out long step)
        && NameOf(step) == name
            ? step
            : null;
}
