using System.Security.Cryptography;
using ClrEngine.Data;
using ClrEngine.Torch.Trained;
using ClrEngine.Training;
using ClrEngine.Training.Formats;

namespace ClrEngine.Torch.Pretrained;

/// <summary>A file of weights, by what it is called and what is in it.</summary>
/// <param name="Name">The file's name without its folder.</param>
/// <param name="Sha256">The SHA-256 of its bytes, in lower-case hex digits.</param>
internal sealed record WeightsIdentity(string Name, string Sha256);

/// <summary>What a file of weights holds.</summary>
/// <param name="Identity">The file.</param>
/// <param name="Tensors">Its tensors, as they are called there.</param>
/// <param name="Note">What was gone through to find them, as a sentence; null where they lie open.</param>
/// <param name="Info">What a trained model says of itself; null where it is another file.</param>
internal sealed record WeightsContent(WeightsIdentity Identity, IReadOnlyList<StateTensor> Tensors, string? Note, TrainedModelInfo? Info = null)
{
    private const int MostNamed = 6;

    // As a share of the standard deviation: what two halves of one set differ by means nothing.
    private const double SameScaling = 0.01;

    /// <summary>In what the targets that the file was trained for are others than these; null where they are the same, or not known.</summary>
    public string? OtherTargets(Targets here) => (Info, here) switch
    {
        ({ HasClasses: true }, ClassTargets classes) when Info.Classes.SequenceEqual(classes.ClassNames) => null,
        ({ HasClasses: true }, ClassTargets classes) => $"{Named(Info.Classes, classes.ClassNames)} there and {Named(classes.ClassNames, Info.Classes)} here{Order(Info.Classes, classes.ClassNames)}",
        ({ HasClasses: true }, ValueTargets) => $"{Named(Info.Classes, [])} there and values here",
        ({ HasClasses: false }, ClassTargets classes) => $"values there and {Named(classes.ClassNames, [])} here",
        _ => null,
    };

    /// <summary>In what the columns that the file was trained on, or the one that it predicts, are others than this data has; null where they are the same, or not known.</summary>
    public string? OtherColumns(TrainingData data)
    {
        if (Info is null)
            return null;
        if (Info.Features.Count > 0 && data.FeatureNames is { Count: > 0 } names && !Info.Features.SequenceEqual(names))
            return $"the columns {Listed(Info.Features, names)} there and {Listed(names, Info.Features)} here{Order(Info.Features, names)}";
        return !Info.HasClasses && data.Train.Targets is ValueTargets && Info.Label is { Length: > 0 } there && data.LabelName is { Length: > 0 } here && there != here
            ? $"values of '{SafetensorsHeader.Printable(there)}' there and of '{SafetensorsHeader.Printable(here)}' here"
            : null;
    }

    /// <summary>A sentence where the file's samples were scaled otherwise than these; null where they were scaled alike, or it is not known.</summary>
    public string? OtherScaling(TrainingData data)
    {
        FeatureScaling here = data.Scaling;
        if (Info is not { TakesWholeNumbers: false, Scaling: var there } || there.Channels != here.Channels || there.ChannelsLast != here.ChannelsLast)
            return null;
        int channel = Enumerable.Range(0, there.Channels).FirstOrDefault(c => Math.Abs(there.Means[c] - here.Means[c]) > SameScaling * there.StandardDeviations[c] || Math.Abs(here.StandardDeviations[c] / there.StandardDeviations[c] - 1) > SameScaling, -1);
        if (channel < 0)
            return null;
        string remedy = there.IsIdentity ? "-AsIs"
            : there.Channels > MostNamed ? "-Mean … -StandardDeviation … with the figures of the file"
            : $"-Mean {Numbers(there.Means)} -StandardDeviation {Numbers(there.StandardDeviations)}";
        return string.Create(CultureInfo.InvariantCulture, $"The weights of '{Identity.Name}' were trained on samples scaled by {Figures(there)}, and this data is scaled by {Figures(here)}{(there.Channels == 1 ? "" : $", in channel {channel}")}: the same sample is another number to the model. Give the data their scaling: Import-TrainingData {remedy}.");

        string Figures(FeatureScaling scaling) => string.Create(CultureInfo.InvariantCulture, $"mean {scaling.Means[channel]:G6} and standard deviation {scaling.StandardDeviations[channel]:G6}");
        static string Numbers(IEnumerable<double> figures) => string.Join(", ", figures.Select(static figure => figure.ToString("R", CultureInfo.InvariantCulture)));
    }

    private static string Order(IReadOnlyList<string> there, IReadOnlyList<string> here) =>
        there.Count == here.Count && there.ToHashSet().SetEquals(here) ? ", the same in another order" : "";

    // Of many, from the first that differs on.
    private static string Named(IReadOnlyList<string> names, IReadOnlyList<string> others) => "the classes " + Listed(names, others);

    private static string Listed(IReadOnlyList<string> names, IReadOnlyList<string> others)
    {
        int same = names.Zip(others).TakeWhile(static pair => pair.First == pair.Second).Count(), from = names.Count <= MostNamed ? 0 : Math.Min(same, names.Count - 1);
        return (from > 0 ? "…, " : "") + names.Skip(from).Select(SafetensorsHeader.Printable).ToArray().First(MostNamed);
    }
}

/// <summary>Reads files of weights: safetensors, a trained model of this engine among them, and state dicts of Python. What a file is, is told by its first bytes.</summary>
internal static class WeightsFile
{
    /// <summary>What to do where a file is of another kind.</summary>
    public const string Remedy = "In Python, save the weights alone: torch.save(model.state_dict(), path).";

    public static readonly ErrorCause WeightsCode = new(nameof(WeightsCode), ErrorKind.SecurityError,
        "A file of weights asks for an object of Python that is neither a tensor nor a dictionary.", "In Python, save the weights alone: `torch.save(model.state_dict(), path)`.");

    private static readonly ErrorCause WeightsNotFound = new(nameof(WeightsNotFound), ErrorKind.ObjectNotFound,
        "There is no file of weights at this path.", "Give the path of a safetensors file, or of a state dict that `torch.save` wrote.");

    private static readonly ErrorCause WeightsUnreadable = new(nameof(WeightsUnreadable), ErrorKind.InvalidData,
        "A file of weights is damaged, or holds something else.", "Do what the message says: save the weights again, or those alone.");

    /// <exception cref="WeightsException">There is no such file, it is damaged, or it is of another kind.</exception>
    /// <exception cref="SafetensorsException">It is not a safetensors file that can be read.</exception>
    /// <exception cref="TrainedModelException">It is a trained model that was altered.</exception>
    public static WeightsContent Read(string path)
    {
        if (Directory.Exists(path))
            throw Unreadable(path, "is a folder; give the path of a file of weights, such as final.safetensors in it.");
        if (!File.Exists(path))
            throw new WeightsException(WeightsNotFound, path, $"There is no file of weights '{path}'; give the path of a safetensors file, or of a state dict that torch.save wrote.");
        using FileStream file = DataStream.OpenFile(path);
        var identity = new WeightsIdentity(Path.GetFileName(path), Convert.ToHexString(SHA256.HashData(file)).ToLowerInvariant());
        Span<byte> room = stackalloc byte[FileStart.TellingBytes];
        file.Position = 0;
        ReadOnlySpan<byte> start = room[..file.ReadAtLeast(room, room.Length, throwOnEndOfStream: false)];
        // The length of a safetensors header may begin as a pickle does.
        if (start is [0x80, >= 2 and <= 5, ..] and not [_, _, _, _, _, _, _, _, (byte)'{', ..])
            throw Unreadable(path, "is a bare pickle, as torch.save wrote until PyTorch 1.6: load it in Python, and save it again.");
        if (start is [(byte)'P', (byte)'K', 3 or 5, 4 or 6, ..])
        {
            (IReadOnlyList<StateTensor> tensors, string? note) = TorchSaveFile.Read(path, file);
            return new WeightsContent(identity, tensors, note);
        }
        // No header is so long that the upper half of its length says anything.
        if (start is not [_, _, _, _, 0, 0, 0, 0, ..] && FileStart.Tell(start) is { } kind)
            throw Unreadable(path, $"is {kind}, and no file of weights: give a safetensors file, or a state dict that torch.save wrote.");
        SafetensorsContent content = SafetensorsReader.Read(file, path);
        TrainedModelInfo? info = TrainedModelFile.InfoIn(path, content);
        return new WeightsContent(identity, content.Tensors, info is null ? null : $"The file is a trained model of {info.Run}.", info);
    }

    public static WeightsException Unreadable(string path, string reason, Exception? inner = null) => new(WeightsUnreadable, path, $"'{path}' {reason}", inner);
}

/// <summary>A file of weights cannot be read, or does not fit the model.</summary>
public sealed class WeightsException(ErrorCause cause, string path, string message, Exception? innerException = null) : ClrException(cause, message, innerException)
{
    /// <summary>The file.</summary>
    public string Path => path;
}
