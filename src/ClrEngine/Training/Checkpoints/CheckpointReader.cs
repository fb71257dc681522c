using System.Security.Cryptography;
using ClrEngine.Schedules.Json;
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
            byte[] json = StrictJson.File(Path.Combine(path, CheckpointFiles.State), SavedDocument.Longest);
            var reader = new StrictJson(new JsonSchema(CheckpointJson.Options));
            return reader.Peek(json, CheckpointJson.FormatVersion) is not CheckpointState.CurrentVersion and var version
                ? throw new CheckpointException(CheckpointErrors.Version, path, $"has the format version {version}, and this program reads version {CheckpointState.CurrentVersion}: go on with the program that wrote it, or give Force to begin anew.")
                : (CheckpointState)reader.Read(json, new JsonMember("", typeof(CheckpointState)))!;
        }
        catch (JsonFault fault)
        {
            throw new CheckpointException(CheckpointErrors.Format, path, $"is not a checkpoint of this program: {CheckpointFiles.State} cannot be read ({fault.Message})", fault);
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
