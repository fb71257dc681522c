using System.Text;
using System.Text.Json;
using ClrEngine.Training.Formats;

namespace ClrEngine.Training.Checkpoints;

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
        DurableFiles.Publish(beside, place);
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
        DurableFiles.Write(Path.Combine(folder, CheckpointFiles.Checksums), stream => stream.Write(Encoding.ASCII.GetBytes(checksums.ToString())));

        void Add(string name, Action<Stream> write) =>
            checksums.Append(DurableFiles.Write(Path.Combine(folder, name), write)).Append("  ").Append(name).Append('\n');
    }
}
