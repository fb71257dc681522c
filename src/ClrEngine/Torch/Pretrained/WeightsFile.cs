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
internal sealed record WeightsContent(WeightsIdentity Identity, IReadOnlyList<StateTensor> Tensors, string? Note);

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

    private const int LongestShown = 80;

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
        Span<byte> room = stackalloc byte[9];
        file.Position = 0;
        ReadOnlySpan<byte> start = room[..file.ReadAtLeast(room, room.Length, throwOnEndOfStream: false)];
        // The length of a safetensors header may begin as a pickle does.
        if (start is [0x80, >= 2 and <= 5, ..] and not [.., (byte)'{'])
            throw Unreadable(path, "is a bare pickle, as torch.save wrote until PyTorch 1.6: load it in Python, and save it again.");
        if (start is [(byte)'P', (byte)'K', 3 or 5, 4 or 6, ..])
        {
            (IReadOnlyList<StateTensor> tensors, string? note) = TorchSaveFile.Read(path, file);
            return new WeightsContent(identity, tensors, note);
        }
        SafetensorsContent content = SafetensorsReader.Read(file, path);
        TrainedModelInfo? info = TrainedModelFile.InfoIn(path, content);
        return new WeightsContent(identity, content.Tensors, info is null ? null : $"The file is a trained model of {info.Run}.");
    }

    public static WeightsException Unreadable(string path, string reason, Exception? inner = null) => new(WeightsUnreadable, path, $"'{path}' {reason}", inner);

    /// <summary>A name from a file, for a message: the beginning of it, without what would break the line.</summary>
    public static string Printable(string name) =>
        string.Concat((name.Length > LongestShown ? name[..LongestShown] + "…" : name).Select(static letter => char.IsControl(letter) || char.IsSurrogate(letter) ? '?' : letter));
}

/// <summary>A file of weights cannot be read, or does not fit the model.</summary>
public sealed class WeightsException(ErrorCause cause, string path, string message, Exception? innerException = null) : ClrException(cause, message, innerException)
{
    /// <summary>The file.</summary>
    public string Path => path;
}
