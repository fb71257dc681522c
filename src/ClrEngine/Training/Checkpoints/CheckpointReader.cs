using System.Security.Cryptography;
using ClrEngine.Data;
using ClrEngine.Json;
using ClrEngine.Training.Formats;

namespace ClrEngine.Training.Checkpoints;

/// <summary>Reads a checkpoint, and believes nothing of it before its checksums hold.</summary>
internal static class CheckpointReader
{
    private static readonly string[] Listed = [CheckpointFiles.Model, CheckpointFiles.Optimizer, CheckpointFiles.State];

    /// <exception cref="CheckpointException">It cannot be read, is not whole, not as it was written, or not a checkpoint; the message says which.</exception>
    public static Checkpoint Read(string path)
    {
        try
        {
            CheckSums(path);
            CheckpointState state = ReadState(path);
            StateTensor[] tensors = [.. ReadModel(Path.Combine(path, CheckpointFiles.Model)), .. SafetensorsReader.Read(Path.Combine(path, CheckpointFiles.Optimizer)).Tensors];
            var snapshots = new List<IReadOnlyList<StateTensor>?>();
            var damaged = new List<(int, CheckpointException)>();
            foreach (SnapshotFile file in state.Snapshots)
            {
                try
                {
                    // A cycle whose model was lost before has a record that says so.
                    snapshots.Add(state.Progress.Cycles.ElementAtOrDefault(snapshots.Count)?.SnapshotIsLost == true ? null : ReadSnapshot(path, file));
                }
                catch (Exception damage) when (damage is CheckpointException or SafetensorsException or IOException or UnauthorizedAccessException)
                {
                    damaged.Add((snapshots.Count, damage as CheckpointException ?? CannotBeRead(SnapshotPath(path, file), damage)));
                    snapshots.Add(null);
                }
            }
            return new Checkpoint(state, tensors, snapshots) { Damaged = damaged };
        }
        catch (SafetensorsException exception)
        {
            throw new CheckpointException(CheckpointErrors.Format, path, $"is not a checkpoint of this program: {exception.Message}", exception);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw CannotBeRead(path, exception);
        }
    }

    /// <summary>Reads all of a checkpoint's files but the snapshots, and nothing of what they say.</summary>
    /// <exception cref="CheckpointException">One is missing, or not as it was written.</exception>
    public static void CheckSums(string path)
    {
        const int longest = 4096;
        RequireFolder(path);
        var sums = new FileInfo(Path.Combine(path, CheckpointFiles.Checksums));
        if (!sums.Exists)
            throw new CheckpointException(CheckpointErrors.Missing, path, $"is not whole: {CheckpointFiles.Checksums} is missing.");
        if (sums.Length > longest)
            throw new CheckpointException(CheckpointErrors.Format, path, $"is not a checkpoint of this program: {CheckpointFiles.Checksums} has {sums.Length} bytes.");
        RequireFile(sums.FullName, path);
        string[] lines = File.ReadAllLines(sums.FullName);
        foreach (string name in Listed)
        {
            string file = Path.Combine(path, name);
            if (!File.Exists(file))
                throw Lacks(path, name);
            if (name == CheckpointFiles.State && new FileInfo(file).Length > SavedDocument.Longest)
                throw new CheckpointException(CheckpointErrors.Format, path, $"is damaged: {name} has {new FileInfo(file).Length} bytes, and the state of a run has at most {SavedDocument.Longest}.");
            if (!lines.Contains($"{Sha256Of(file, path)}  {name}"))
                throw new CheckpointException(CheckpointErrors.Checksum, path, $"is damaged: {name} is not as it was written (its SHA-256 is not in {CheckpointFiles.Checksums}).");
        }
    }

    /// <summary>What a checkpoint says of its run, whatever its tensors are like.</summary>
    public static CheckpointState ReadState(string path, byte[]? json = null)
    {
        RequireFolder(path);
        if (json is null && !File.Exists(Path.Combine(path, CheckpointFiles.State)))
            throw Lacks(path, CheckpointFiles.State);
        try
        {
            var text = new StrictJson(json ?? StrictJson.File(Path.Combine(path, CheckpointFiles.State), SavedDocument.Longest));
            return text.Peek(CheckpointJson.FormatVersion) is not CheckpointState.CurrentVersion and var version
                ? throw new CheckpointException(CheckpointErrors.Version, path, $"has the format version {version} ({CheckpointFiles.State}, $.FormatVersion), and this program reads version {CheckpointState.CurrentVersion}: go on with the program that wrote it, or give another folder to begin anew.")
                : (CheckpointState)text.Read(new JsonMember("", typeof(CheckpointState)), new JsonSchema(CheckpointJson.Options))!;
        }
        catch (JsonFault fault)
        {
            throw new CheckpointException(CheckpointErrors.Format, path, $"is not a checkpoint of this program: {CheckpointFiles.State} cannot be read ({fault.Message})", fault);
        }
    }

    // What the disk does not give is damage as well.
    private static CheckpointException CannotBeRead(string path, Exception reason) =>
        new(CheckpointErrors.Format, path, $"cannot be read: {reason.Message}", reason);

    private static IReadOnlyList<StateTensor> ReadSnapshot(string checkpoint, SnapshotFile file)
    {
        string path = SnapshotPath(checkpoint, file);
        if (!File.Exists(path))
            throw new CheckpointException(CheckpointErrors.Missing, path, Directory.Exists(path) ? "is a folder, and no snapshot." : "is missing.");
        if (!string.Equals(Sha256Of(path, path), file.Sha256, StringComparison.OrdinalIgnoreCase))
            throw new CheckpointException(CheckpointErrors.Checksum, path, "is damaged: it is not as it was written (it has another SHA-256).");
        return ReadModel(path);
    }

    private static string SnapshotPath(string checkpoint, SnapshotFile file) => Path.Combine(Path.GetDirectoryName(checkpoint)!, file.Name);

    private static IReadOnlyList<StateTensor> ReadModel(string path) => [.. SafetensorsReader.Read(path).Tensors.Select(CheckpointFiles.WithModelPrefix)];

    private static void RequireFolder(string path)
    {
        if (File.Exists(path))
            throw new CheckpointException(CheckpointErrors.Format, path, "is a file, and not the folder of a checkpoint.");
    }

    private static CheckpointException Lacks(string path, string name) =>
        new(CheckpointErrors.Missing, path, $"is not whole: {name} {(Directory.Exists(Path.Combine(path, name)) ? "is a folder" : "is missing")}.");

    // A pipe waits for its writer when it is opened, and a device gives bytes for ever.
    private static void RequireFile(string file, string damaged)
    {
        if (DataStream.IsPipe(file))
            throw new CheckpointException(CheckpointErrors.Format, damaged, $"is damaged: {Path.GetFileName(file)} is a pipe or a device, and no file.");
    }

    private static string Sha256Of(string file, string damaged)
    {
        RequireFile(file, damaged);
        using FileStream stream = File.OpenRead(file);
        return Convert.ToHexString(SHA256.HashData(stream)).ToLowerInvariant();
    }
}
