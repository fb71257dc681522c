using System.Security.Cryptography;
using System.Text.Json;
using ClrEngine.Training.Formats;

namespace ClrEngine.Training.Checkpoints;

/// <summary>Reads a checkpoint, and believes nothing of it before its checksums hold.</summary>
internal static class CheckpointReader
{
    private static readonly string[] Listed = [CheckpointFiles.Model, CheckpointFiles.Optimizer, CheckpointFiles.State];

    /// <summary>Reads a checkpoint's folder.</summary>
    /// <exception cref="CheckpointException">It is not whole, not as it was written, or not a checkpoint; the message says which.</exception>
    public static Checkpoint Read(string path)
    {
        CheckSums(path);
        CheckpointState state = ReadState(path);
        try
        {
            return new Checkpoint(
                state,
                [.. ReadModel(Path.Combine(path, CheckpointFiles.Model)), .. SafetensorsReader.Read(Path.Combine(path, CheckpointFiles.Optimizer)).Tensors],
                [.. state.Snapshots.Select(file => ReadSnapshot(path, file))]);
        }
        catch (SafetensorsException exception)
        {
            throw new CheckpointException(CheckpointErrors.Format, path, $"is not a checkpoint of this program: {exception.Message}", exception);
        }
    }

    private static void CheckSums(string path)
    {
        const int longest = 4096;
        var sums = new FileInfo(Path.Combine(path, CheckpointFiles.Checksums));
        if (!sums.Exists)
            throw new CheckpointException(CheckpointErrors.Missing, path, $"is not whole: {CheckpointFiles.Checksums} is missing.");
        if (sums.Length > longest)
            throw new CheckpointException(CheckpointErrors.Format, path, $"is not a checkpoint of this program: {CheckpointFiles.Checksums} has {sums.Length} bytes.");
        string[] lines = File.ReadAllLines(sums.FullName);
        foreach (string name in Listed)
        {
            string file = Path.Combine(path, name);
            if (!File.Exists(file))
                throw new CheckpointException(CheckpointErrors.Missing, path, $"is not whole: {name} is missing.");
            if (!lines.Contains($"{Sha256Of(file)}  {name}"))
                throw new CheckpointException(CheckpointErrors.Checksum, path, $"is damaged: {name} is not as it was written (its SHA-256 is not in {CheckpointFiles.Checksums}).");
        }
    }

    /// <summary>What a checkpoint says of its run, whatever its tensors are like.</summary>
    public static CheckpointState ReadState(string path)
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

    private static IReadOnlyList<StateTensor> ReadSnapshot(string checkpoint, SnapshotFile file)
    {
        if (file.Name != Path.GetFileName(file.Name) || !file.Name.StartsWith(CheckpointFiles.SnapshotPrefix, StringComparison.Ordinal))
            throw new CheckpointException(CheckpointErrors.Format, checkpoint, $"is not a checkpoint of this program: '{file.Name}' is not the name of a snapshot.");
        string path = Path.Combine(Path.GetDirectoryName(checkpoint)!, file.Name);
        if (!File.Exists(path))
            throw new CheckpointException(CheckpointErrors.Missing, checkpoint, $"is not whole: the snapshot {file.Name} beside it is missing.");
        if (!string.Equals(Sha256Of(path), file.Sha256, StringComparison.OrdinalIgnoreCase))
            throw new CheckpointException(CheckpointErrors.Checksum, checkpoint, $"is damaged: the snapshot {file.Name} beside it is not as it was written.");
        return ReadModel(path);
    }

    private static IReadOnlyList<StateTensor> ReadModel(string path) => [.. SafetensorsReader.Read(path).Tensors.Select(CheckpointFiles.WithModelPrefix)];

    private static string Sha256Of(string file)
    {
        using FileStream stream = File.OpenRead(file);
        return Convert.ToHexString(SHA256.HashData(stream)).ToLowerInvariant();
    }
}
