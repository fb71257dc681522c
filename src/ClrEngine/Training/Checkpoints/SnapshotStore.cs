using System.Globalization;
using System.Security.Cryptography;
using ClrEngine.Training.Formats;

namespace ClrEngine.Training.Checkpoints;

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
            string beside = Path.Combine(folder, CheckpointFiles.NewPrefix + name);
            File.Delete(beside);
            string sha256 = DurableFiles.Write(beside, stream => SafetensorsWriter.Write(stream, members[i].Select(CheckpointFiles.WithoutModelPrefix), CheckpointFiles.PyTorchFormat));
            File.Move(beside, Path.Combine(folder, name), overwrite: true);
            _written.Add(new SnapshotFile(name, sha256));
        }
        if (members.Count > 0)
            DurableFiles.FlushFolder(folder);
        return [.. _written];
    }

    /// <summary>Knows the files of the checkpoint that the run goes on from.</summary>
    public void GoOnFrom(IEnumerable<SnapshotFile> files)
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
            throw new CheckpointException(CheckpointFault.Format, checkpoint, $"is not a checkpoint of this program: '{file.Name}' is not the name of a snapshot.");
        string path = Path.Combine(Path.GetDirectoryName(checkpoint)!, file.Name);
        if (!File.Exists(path))
            throw new CheckpointException(CheckpointFault.Missing, checkpoint, $"is not whole: the snapshot {file.Name} beside it is missing.");
        using (FileStream stream = File.OpenRead(path))
        {
            if (!string.Equals(Convert.ToHexString(SHA256.HashData(stream)), file.Sha256, StringComparison.OrdinalIgnoreCase))
                throw new CheckpointException(CheckpointFault.Checksum, checkpoint, $"is damaged: the snapshot {file.Name} beside it is not as it was written.");
        }
        return [.. SafetensorsReader.Read(path).Tensors.Select(CheckpointFiles.WithModelPrefix)];
    }
}
