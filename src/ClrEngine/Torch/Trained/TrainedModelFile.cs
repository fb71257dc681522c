using System.Text.Json;
using ClrEngine.Files;
using ClrEngine.Training;
using ClrEngine.Training.Checkpoints;
using ClrEngine.Training.Formats;

namespace ClrEngine.Torch.Trained;

/// <summary>Trained weights as a safetensors file, which Python reads too; what is known about them lies in its metadata.</summary>
public static class TrainedModelFile
{
    private const string InfoName = "clr.trained_model";

    /// <summary>Writes weights; a reader sees the whole file or the one before.</summary>
    /// <param name="path">The file; it is replaced.</param>
    /// <param name="tensors">A learner's state; what is not of the model is left out.</param>
    /// <param name="info">What is known about them.</param>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void Write(string path, IEnumerable<StateTensor> tensors, TrainedModelInfo info)
    {
        ArgumentNullException.ThrowIfNull(tensors);
        string full = Path.GetFullPath(path);
        string folder = Path.GetDirectoryName(full)!;
        Directory.CreateDirectory(folder);
        var metadata = new Dictionary<string, string>(CheckpointFiles.PyTorchFormat) { [InfoName] = JsonSerializer.Serialize(info, CheckpointJson.Options) };
        WholeFile.Write(full, beside => DurableFiles.Write(beside, stream => SafetensorsWriter.Write(stream, tensors.Where(static t => t.IsOfModel).Select(CheckpointFiles.WithoutModelPrefix), metadata)));
        DurableFiles.FlushFolder(folder);
    }

    /// <summary>Reads weights and what is known about them.</summary>
    /// <param name="path">The file.</param>
    /// <returns>The weights, with names that begin with <c>model.</c>.</returns>
    /// <exception cref="TrainedModelException">The file says nothing about its model, or not in this program's words.</exception>
    /// <exception cref="SafetensorsException">It is not a safetensors file that can be read.</exception>
    /// <exception cref="IOException">It cannot be opened.</exception>
    public static (TrainedModelInfo Info, IReadOnlyList<StateTensor> Tensors) Read(string path)
    {
        SafetensorsContent content = SafetensorsReader.Read(path);
        if (!content.Metadata.TryGetValue(InfoName, out string? text))
            throw new TrainedModelException(TrainedModelFault.NoInfo, $"'{path}' holds weights, but does not say of which model; give a file that training here wrote.");
        return (Info(path, text), [.. content.Tensors.Select(CheckpointFiles.WithModelPrefix)]);
    }

    private static TrainedModelInfo Info(string path, string text)
    {
        try
        {
            return JsonSerializer.Deserialize<TrainedModelInfo>(text, CheckpointJson.Options) is
                { Model: not null, InputShape.Count: > 0, Outputs: > 0, Classes: not null, Means: { } means, StandardDeviations: { } deviations, Data: not null, DataIdentity: not null, Engine: not null } info
                && info.IsConsistent && means.Count == info.InputShape[0] && deviations.Count == means.Count && info.InputShape.All(static d => d > 0) && deviations.All(static d => d > 0)
                ? info
                : throw new JsonException("A value is missing or out of range.");
        }
        catch (JsonException exception)
        {
            throw new TrainedModelException(TrainedModelFault.Info, $"'{path}' describes its model in words that are not known here ({exception.Message}); write it again with this program.", exception);
        }
    }
}
