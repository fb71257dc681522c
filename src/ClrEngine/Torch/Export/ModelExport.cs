using ClrEngine.Files;
using ClrEngine.Torch.Learning;
using ClrEngine.Torch.Trained;
using ClrEngine.Training;
using static TorchSharp.torch;

namespace ClrEngine.Torch.Export;

/// <summary>What a trained model is written as for programs without this library.</summary>
public enum ModelFormat
{
    /// <summary>One file of ONNX, which ONNX Runtime and others compute.</summary>
    Onnx,

    /// <summary>Weights as safetensors, and beside them a file of Python with the net, which needs PyTorch alone.</summary>
    Python,
}

/// <summary>
/// Writes a trained model for programs without this library. It takes samples as its training data had them, scales them itself, and answers with
/// the names of classes and their probabilities, or with values in their own unit.
/// </summary>
public static class ModelExport
{
    private const string WeightsEnd = ".safetensors", CodeEnd = ".py";

    // Numbers of single precision have 24 bits: the step between two, as a share of them.
    private const double SingleStep = 1.0 / (1 << 23);

    /// <summary>The format that the end of a file's name stands for: <c>.onnx</c>, <c>.safetensors</c> or <c>.py</c>.</summary>
    /// <exception cref="InvalidParameterException">It is another.</exception>
    public static ModelFormat FormatOf(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        return Path.GetExtension(path).ToUpperInvariant() switch
        {
            ".ONNX" => ModelFormat.Onnx,
            ".SAFETENSORS" or ".PY" => ModelFormat.Python,
            _ => throw new InvalidParameterException("Path", path, $"'{path}' does not end in .onnx, {WeightsEnd} or {CodeEnd}, which would say what to write; give such a name, or Format.", TrainedModelErrors.ExportFormat),
        };
    }

    /// <summary>The files that <see cref="Write"/> writes, the one of the weights first.</summary>
    /// <exception cref="InvalidParameterException">There would be two, and the path is that of a device, or the name one of Python's own.</exception>
    public static IReadOnlyList<string> FilesFor(string path, ModelFormat format)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        if (format == ModelFormat.Onnx)
            return [path];
        if (FilePlace.IsDeviceAt(Path.GetFullPath(path)))
            throw new InvalidParameterException(nameof(Path), path, $"'{path}' is a pipe or a device, and {nameof(ModelFormat.Python)} is two files; give the path of a file, or write ONNX.", TrainedModelErrors.ExportDevice);
        string stem = Path.GetExtension(path).ToUpperInvariant() is ".SAFETENSORS" or ".PY" ? Path.ChangeExtension(path, null) : path;
        PythonNames.Require(stem + CodeEnd);
        return [stem + WeightsEnd, stem + CodeEnd];
    }

    /// <summary>Writes the files, and gives what people should know of them, a sentence each.</summary>
    /// <param name="model">The model: one, and no ensemble.</param>
    /// <param name="path">The file.</param>
    /// <param name="format">What to write.</param>
    /// <param name="inputDivisor">By what samples are divided first: 255 where pixels will come as whole numbers from 0 to 255, and were learnt from as numbers from 0 to 1.</param>
    /// <exception cref="TrainedModelException">The model has a layer for which the format has no words, has weights that are not finite, is an ensemble, or is too large.</exception>
    /// <exception cref="InvalidParameterException">The divisor is not above 0, or beyond single precision; or the path cannot be that of a file of Python.</exception>
    public static IReadOnlyList<string> Write(TrainedModel model, string path, ModelFormat format, double inputDivisor = 1)
    {
        ArgumentNullException.ThrowIfNull(model);
        Require.Positive(inputDivisor, "InputDivisor");
        // The file computes in single precision, and may multiply in the place of dividing.
        if (!float.IsNormal((float)inputDivisor) || !float.IsNormal((float)(1 / inputDivisor)))
            throw new InvalidParameterException("InputDivisor", inputDivisor, string.Create(CultureInfo.InvariantCulture, $"InputDivisor is {inputDivisor}, and single precision, in which the file computes, has not that number or not the one that it is 1 over; give one such as 255."));
        using var scope = NewDisposeScope();
        TrainedModelInfo info = model.Info;
        if (model.Members != 1)
            throw new TrainedModelException(TrainedModelErrors.ExportEnsemble, $"{model.Members} models were given, and a file holds one; give one, such as the mean of a run's snapshots (swa.safetensors).");
        if (ModelWeights.Live(model.Module).FirstOrDefault(static live => !live.Tensor.isfinite().all().item<bool>()).Name is { } broken)
            throw new TrainedModelException(TrainedModelErrors.NotFinite, $"'{broken[StateTensor.ModelPrefix.Length..]}' of {info.Model} has NaN or infinity, of which no answer comes; train the model again.");
        if (format == ModelFormat.Onnx)
        {
            ProtoMessage file = OnnxModel.From(info, model.Module, inputDivisor);
            RequireSize(info.Model, file.Length);
            AtomicFile.Write(path, file.WriteTo);
            return [.. DoubtsOf(info)];
        }
        IReadOnlyList<string> files = FilesFor(path, format);
        string code = PythonNet.From(info, model.Module, inputDivisor);
        TrainedModelFile.Write(files[0], ModelWeights.Export(model.Module), info with { FormatVersion = TrainedModelInfo.CurrentVersion });
        AtomicFile.Write(files[1], code);
        return PythonNames.DoubtOf(files[1]) is { } doubt ? [doubt] : [];
    }

    /// <summary>Refuses what a message of Protocol Buffers cannot hold.</summary>
    internal static void RequireSize(string model, long bytes)
    {
        if (bytes > int.MaxValue)
            throw new TrainedModelException(TrainedModelErrors.ExportSize, string.Create(CultureInfo.InvariantCulture, $"'{model}' would take {bytes / 1e9:N1} GB, and a file of ONNX holds 2; write it for Python, which has no such limit, or train a smaller model."));
    }

    /// <summary>What a sample is to be, in one line.</summary>
    internal static string SampleText(TrainedModelInfo info, double divisor) =>
        (info.InputShape.Count == 3 ? "An image, channels first, its pixels " : info.Features.Count > 0 ? "A row of the table in the order of the features, its values " : "A sample, its values ")
        + (divisor == 1 ? info.InputShape.Count == 3 ? "as they were trained on: of bytes, numbers from 0 to 1" : "as the training data has them" : string.Create(CultureInfo.InvariantCulture, $"{divisor:R} times as large as they were trained on"))
        + "; they are scaled inside.";

    // What lies far from 0 beside how much it differs cannot be told apart in single precision, which is what the file takes and gives.
    private static IEnumerable<string> DoubtsOf(TrainedModelInfo info)
    {
        for (int i = 0; i < info.Means.Count; i++)
        {
            if (IsBlurred(info.Means[i], info.StandardDeviations[i]))
                yield return string.Create(CultureInfo.InvariantCulture, $"{(i < info.Features.Count ? $"'{info.Features[i]}'" : $"Channel {i}")} has values around {info.Means[i]:G6} that differ by {info.StandardDeviations[i]:G3}: the file takes single precision, which tells no smaller differences apart there than {Math.Abs(info.Means[i]) * SingleStep:G2}. Train on values nearer to 0, such as the difference from the first, or write the model for Python.");
        }
        for (int i = 0; i < info.TargetMeans.Count; i++)
        {
            if (IsBlurred(info.TargetMeans[i], info.TargetDeviations[i]))
                yield return string.Create(CultureInfo.InvariantCulture, $"Value {i} to predict is around {info.TargetMeans[i]:G6} and differs by {info.TargetDeviations[i]:G3}: the file gives single precision, whose steps there are {Math.Abs(info.TargetMeans[i]) * SingleStep:G2}. Train on values nearer to 0, or write the model for Python.");
        }

        static bool IsBlurred(double mean, double deviation) => Math.Abs(mean) * SingleStep > deviation / 1_000;
    }
}
