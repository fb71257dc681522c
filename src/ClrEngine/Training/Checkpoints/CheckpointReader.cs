using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using ClrEngine.Files;
using ClrEngine.Training.Formats;

namespace ClrEngine.Training.Checkpoints;

/// <summary>Reads a checkpoint, and believes nothing of it before its checksums hold.</summary>
public static class CheckpointReader
{
    private static readonly string[] Listed = [CheckpointFiles.Model, CheckpointFiles.Optimizer, CheckpointFiles.State];

    /// <summary>Reads a checkpoint.</summary>
    /// <param name="path">Its folder.</param>
    /// <exception cref="CheckpointException">It is not whole, not as it was written, or not a checkpoint; the message says which.</exception>
    public static Checkpoint Read(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        CheckSums(path);
        CheckpointState state = ReadState(path);
        try
        {
            return new Checkpoint(state,
            [
                .. SafetensorsReader.Read(Path.Combine(path, CheckpointFiles.Model)).Tensors.Select(CheckpointFiles.WithModelPrefix),
                .. SafetensorsReader.Read(Path.Combine(path, CheckpointFiles.Optimizer)).Tensors,
            ],
            [.. state.Snapshots.Select(file => SnapshotStore.Read(path, file))]);
        }
        catch (SafetensorsException exception)
        {
            throw new CheckpointException(CheckpointErrors.Format, path, $"is not a checkpoint of this program: {exception.Message}", exception);
        }
    }

    private static void CheckSums(string path)
    {
        string[] lines = ReadChecksums(path);
        foreach (string name in Listed)
        {
            string file = Path.Combine(path, name);
            if (!File.Exists(file))
                throw new CheckpointException(CheckpointErrors.Missing, path, $"is not whole: {name} is missing.");
            if (!lines.Contains($"{Sha256Of(file)}  {name}"))
                throw new CheckpointException(CheckpointErrors.Checksum, path, $"is damaged: {name} is not as it was written (its SHA-256 is not in {CheckpointFiles.Checksums}).");
        }
    }

    private static string[] ReadChecksums(string path)
    {
        const int longest = 4096;
        var file = new FileInfo(Path.Combine(path, CheckpointFiles.Checksums));
        if (!file.Exists)
            throw new CheckpointException(CheckpointErrors.Missing, path, $"is not whole: {CheckpointFiles.Checksums} is missing.");
        return file.Length <= longest
            ? File.ReadAllLines(file.FullName)
            : throw new CheckpointException(CheckpointErrors.Format, path, $"is not a checkpoint of this program: {CheckpointFiles.Checksums} has {file.Length} bytes.");
    }

    private static CheckpointState ReadState(string path)
    {
        try
        {
            using FileStream file = File.OpenRead(Path.Combine(path, CheckpointFiles.State));
            using JsonDocument document = JsonDocument.Parse(file);
            if (document.RootElement.TryGetProperty(nameof(CheckpointState.FormatVersion), out JsonElement version)
                && version.GetInt32() != CheckpointState.CurrentVersion)
                throw new CheckpointException(CheckpointErrors.Version, path, $"has the format version {version.GetInt32()}, and this program reads version {CheckpointState.CurrentVersion}: go on with the program that wrote it, or give Force to begin anew.");
            return document.Deserialize<CheckpointState>(CheckpointJson.Options) is { Progress: { Step: >= 0, Epochs: { } epochs, Cycles: { } cycles }, Run: not null, Snapshots: { } snapshots } state
                    && !epochs.Contains(null!) && !cycles.Contains(null!) && snapshots.All(static s => s is { Name: not null, Sha256: not null })
                ? state
                : throw new JsonException("A value is missing.");
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or FormatException)
        {
            throw new CheckpointException(CheckpointErrors.Format, path, $"is not a checkpoint of this program: {CheckpointFiles.State} cannot be read ({exception.Message})", exception);
        }
    }

    private static string Sha256Of(string file)
    {
        using FileStream stream = File.OpenRead(file);
        return Convert.ToHexString(SHA256.HashData(stream)).ToLowerInvariant();
    }
}

/// <summary>Writes a checkpoint beside its place, flushes it and moves it there.</summary>
internal static class CheckpointWriter
{
    /// <summary>Writes a checkpoint. One of the same step is replaced.</summary>
    /// <param name="folder">The run's folder.</param>
    /// <param name="checkpoint">The checkpoint.</param>
    /// <returns>Its folder.</returns>
    public static string Write(string folder, Checkpoint checkpoint)
    {
        long step = checkpoint.State.Progress.Step;
        string beside = Path.Combine(folder, CheckpointFiles.NewNameOf(step));
        string place = Path.Combine(folder, CheckpointFiles.NameOf(step));
        if (Directory.Exists(beside))
            Directory.Delete(beside, recursive: true);
        Directory.CreateDirectory(beside);
        WriteFiles(beside, checkpoint);
        Remove(place);
        AtomicFile.MoveFolder(beside, place);
        return place;
    }

    /// <summary>Removes a checkpoint: it is gone by name before its first file is.</summary>
    /// <param name="place">Its folder.</param>
    public static void Remove(string place)
    {
        if (!Directory.Exists(place))
            return;
        string aside = Path.Combine(Path.GetDirectoryName(place)!, CheckpointFiles.OldNameOf(Path.GetFileName(place)));
        if (Directory.Exists(aside))
            Directory.Delete(aside, recursive: true);
        Directory.Move(place, aside);
        Directory.Delete(aside, recursive: true);
    }

    private static void WriteFiles(string folder, Checkpoint checkpoint)
    {
        ILookup<bool, StateTensor> isModel = checkpoint.Tensors.ToLookup(static t => t.IsOfModel);
        var checksums = new StringBuilder();
        Add(CheckpointFiles.Model, stream => SafetensorsWriter.Write(stream, isModel[true].Select(CheckpointFiles.WithoutModelPrefix), CheckpointFiles.PyTorchFormat));
        Add(CheckpointFiles.Optimizer, stream => SafetensorsWriter.Write(stream, isModel[false]));
        Add(CheckpointFiles.State, stream => JsonSerializer.Serialize(stream, checkpoint.State, CheckpointJson.Options));
        AtomicFile.Write(Path.Combine(folder, CheckpointFiles.Checksums), checksums.ToString());

        void Add(string name, Action<Stream> write) =>
            checksums.Append(AtomicFile.WriteHashed(Path.Combine(folder, name), write)).Append("  ").Append(name).Append('\n');
    }
}

/// <summary>The snapshots of a run as files: each is written once and serves every later checkpoint.</summary>
internal sealed class SnapshotStore(string folder)
{
    private const string Prefix = "cycle-";
    private const string Suffix = ".safetensors";

    private readonly List<SnapshotFile> _written = [];

    /// <summary>Writes the snapshots that have no file yet.</summary>
    /// <param name="members">All snapshots of the run, in order.</param>
    /// <returns>A file for each.</returns>
    public IReadOnlyList<SnapshotFile> Write(IReadOnlyList<IReadOnlyList<StateTensor>> members)
    {
        for (int i = _written.Count; i < members.Count; i++)
        {
            string name = string.Create(CultureInfo.InvariantCulture, $"{Prefix}{i + 1:D4}{Suffix}");
            string sha256 = AtomicFile.WriteHashed(Path.Combine(folder, name), stream => SafetensorsWriter.Write(stream, members[i].Select(CheckpointFiles.WithoutModelPrefix), CheckpointFiles.PyTorchFormat));
            _written.Add(new SnapshotFile(name, sha256));
        }
        return [.. _written];
    }

    /// <summary>Knows the files of the checkpoint that the run goes on from.</summary>
    public void ContinueFrom(IEnumerable<SnapshotFile> files)
    {
        _written.Clear();
        _written.AddRange(files);
    }

    /// <summary>Removes all snapshots.</summary>
    public void Clear()
    {
        foreach (string path in Directory.GetFiles(folder, Prefix + "*" + Suffix))
            File.Delete(path);
    }

    /// <summary>Reads a snapshot.</summary>
    /// <param name="checkpoint">The folder of the checkpoint that needs it.</param>
    /// <param name="file">Its file.</param>
    /// <exception cref="CheckpointException">It is missing, or not as it was written.</exception>
    public static IReadOnlyList<StateTensor> Read(string checkpoint, SnapshotFile file)
    {
        if (file.Name != Path.GetFileName(file.Name) || !file.Name.StartsWith(Prefix, StringComparison.Ordinal))
            throw new CheckpointException(CheckpointErrors.Format, checkpoint, $"is not a checkpoint of this program: '{file.Name}' is not the name of a snapshot.");
        string path = Path.Combine(Path.GetDirectoryName(checkpoint)!, file.Name);
        if (!File.Exists(path))
            throw new CheckpointException(CheckpointErrors.Missing, checkpoint, $"is not whole: the snapshot {file.Name} beside it is missing.");
        using (FileStream stream = File.OpenRead(path))
        {
            if (!string.Equals(Convert.ToHexString(SHA256.HashData(stream)), file.Sha256, StringComparison.OrdinalIgnoreCase))
                throw new CheckpointException(CheckpointErrors.Checksum, checkpoint, $"is damaged: the snapshot {file.Name} beside it is not as it was written.");
        }
        return [.. SafetensorsReader.Read(path).Tensors.Select(CheckpointFiles.WithModelPrefix)];
    }
}
