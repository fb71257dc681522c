using System.IO.Compression;
using System.Text;
using System.Text.RegularExpressions;
using ClrEngine.Data;

namespace ClrEngine.Torch.Models;

/// <summary>What the code in a TorchScript file says of its model.</summary>
/// <param name="Returns">The Python type of its answer; null where it is not found.</param>
/// <param name="DropsNothing">Whether a dropout is switched off in it for good.</param>
internal sealed record ScriptCode(string? Returns, bool DropsNothing);

/// <summary>Looks what a file is, before libtorch runs what is in it.</summary>
internal static partial class TorchScriptArchive
{
    private static readonly ErrorCause ModelFileNotFound = new(nameof(ModelFileNotFound), ErrorKind.ObjectNotFound,
        "There is no model file at this path.", "Give the path of a TorchScript file.");

    private static readonly ErrorCause NotTorchScript = new(nameof(NotTorchScript), ErrorKind.InvalidData,
        "A model file is no TorchScript, or libtorch cannot read it.", "Export the model in Python with `torch.jit.script(model).save(path)`.");

    private const string Remedy = "Export the model in Python with torch.jit.script(model).save(path).";
    private const string WeightsRemedy = "A file of weights has no code: build the model in Python, load them into it, and export it with torch.jit.script(model).save(path).";

    // What is looked at of a pickle, and of all code: a file may claim any size.
    private const int PickleBytes = 1 << 16, CodeBytes = 1 << 24, LongestCall = 2_000;

    /// <summary>What a TorchScript file's code says of its model; any other file is refused as what it is.</summary>
    public static ScriptCode Require(string path)
    {
        if (Directory.Exists(path))
            throw new ModelFileException(NotTorchScript, path, $"'{path}' is a folder; give the path of a TorchScript file.");
        if (!File.Exists(path))
            throw new ModelFileException(ModelFileNotFound, path, $"There is no model file '{path}'; give the path of a TorchScript file.");
        try
        {
            // What is no archive leaves its stream open.
            using FileStream file = DataStream.OpenFile(path);
            using var archive = new ZipArchive(file);
            ZipArchiveEntry? pickle = archive.Entries.FirstOrDefault(entry => entry.FullName.EndsWith("/data.pkl", StringComparison.Ordinal));
            if (archive.Entries.Any(entry => entry.Name is "archive_format" or "serialized_exported_program.json"))
                throw Unreadable(path, "holds a program of torch.export, and not TorchScript", null);
            if (pickle is null)
                throw Unreadable(path, "is a zip file without a model in it", null);
            string root = Text(pickle, PickleBytes);
            if (!archive.Entries.Any(entry => entry.FullName.Contains("/code/", StringComparison.Ordinal)))
                throw Pickled(path, root, "");
            return CodeOf(archive, root);
        }
        catch (InvalidDataException notZip)
        {
            throw NotZip(path, notZip);
        }
    }

    public static ModelFileException Unreadable(string path, string reason, Exception? inner, string remedy = Remedy) =>
        new(NotTorchScript, path, $"'{path}' {reason}. {remedy}", inner);

    private static ModelFileException NotZip(string path, Exception notZip)
    {
        byte[] start = new byte[PickleBytes];
        int count;
        using (FileStream file = File.OpenRead(path))
            count = file.ReadAtLeast(start, start.Length, throwOnEndOfStream: false);
        string text = Encoding.Latin1.GetString(start, 0, count);
        return text switch
        {
            "" => Unreadable(path, "is empty", notZip),
            // The number with which torch.save began until PyTorch 1.6.
            _ when text.StartsWith("\u0080\u0002\u008a\u000al\u00fc\u009cF\u00f9 j\u00a8P\u0019", StringComparison.Ordinal) => Pickled(path, text, " in its old format"),
            _ when text[0] == '\u0080' && count > 1 && start[1] is >= 2 and <= 5 => Unreadable(path, "is a pickle, which Python alone reads", notZip),
            _ when count > 8 && text[8] == '{' && BitConverter.ToInt64(start) is > 1 and < 100_000_000 => Unreadable(path, "holds weights without a model (safetensors)", notZip, WeightsRemedy),
            _ when text.StartsWith("\u0089HDF", StringComparison.Ordinal) => Unreadable(path, "is an HDF5 file, as Keras writes, and not TorchScript", notZip),
            _ when Path.GetExtension(path).Equals(".onnx", StringComparison.OrdinalIgnoreCase) => Unreadable(path, "is an ONNX file, and not TorchScript", notZip),
            _ => Unreadable(path, "is not a TorchScript file, or is damaged, as after a copy that was cut short", notZip),
        };
    }

    // torch.save writes a module's class and its attributes, or arrays alone.
    private static ModelFileException Pickled(string path, string pickle, string format)
    {
        Match[] types = [.. PickledTypes().Matches(pickle).Cast<Match>()];
        bool isModule = types.Any(static type => type.Groups[1].Value.StartsWith("torch.nn.modules", StringComparison.Ordinal))
            || (PickledObject().Match(pickle) is { Success: true } first && !first.Groups[1].Value.StartsWith("collections", StringComparison.Ordinal) && !first.Groups[1].Value.StartsWith("torch.", StringComparison.Ordinal));
        return isModule
            ? Unreadable(path, $"is a whole module that torch.save(model) pickled{format} ('{types.FirstOrDefault()?.Groups[2].Value}'), whose code lies in Python alone", null, "In Python, load it with torch.load(path, weights_only=False) and export it with torch.jit.script(model).save(path).")
            : Unreadable(path, $"holds weights without a model (torch.save(model.state_dict()){format})", null, WeightsRemedy);
    }

    private static ScriptCode CodeOf(ZipArchive archive, string root)
    {
        string? model = PickledObject().Match(root) is { Success: true } first ? $"{first.Groups[1].Value}.{first.Groups[2].Value}" : null;
        string? returns = null;
        bool dropsNothing = false;
        int left = CodeBytes;
        foreach (ZipArchiveEntry entry in archive.Entries.Where(static entry => entry.FullName.EndsWith(".py", StringComparison.Ordinal)))
        {
            string code = Text(entry, left);
            left -= code.Length;
            dropsNothing |= Dropouts().Matches(code).Cast<Match>().Any(call => IsOff(code.AsSpan(call.Index, Math.Min(LongestCall, code.Length - call.Index))));
            returns ??= Forwards().Matches(code).Cast<Match>().FirstOrDefault(forward => forward.Groups[1].Value == model)?.Groups[2].Value;
        }
        return new ScriptCode(returns, dropsNothing);
    }

    // Whether the last argument of a call, which begins with its name, is False, and there is something to drop.
    private static bool IsOff(ReadOnlySpan<char> call)
    {
        int depth = 0;
        for (int i = 0; i < call.Length; i++)
        {
            depth += call[i] switch { '(' => 1, ')' => -1, _ => 0 };
            if (depth == 0 && call[i] == ')')
                return call[..i].EndsWith(", False") && !call[..i].EndsWith(" 0., False");
        }
        return false;
    }

    private static string Text(ZipArchiveEntry entry, int most)
    {
        byte[] bytes = new byte[(int)Math.Clamp(entry.Length, 0, most)];
        using Stream stream = entry.Open();
        return Encoding.Latin1.GetString(bytes, 0, stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false));
    }

    [GeneratedRegex(@"c([A-Za-z_][\w.]*)\n([A-Za-z_]\w*)\n")]
    private static partial Regex PickledTypes();

    // The object that a pickle holds is one of a class, and no dict or list.
    [GeneratedRegex(@"\A\x80\x02c([A-Za-z_][\w.]*)\n([A-Za-z_]\w*)\n")]
    private static partial Regex PickledObject();

    [GeneratedRegex(@"\btorch\.(?:\w+_)?dropout_?(?=\()")]
    private static partial Regex Dropouts();

    [GeneratedRegex(@"def forward\(\w+: ([\w.]+)(?:,\s*\w+: [^)]*)?\) -> (.+):")]
    private static partial Regex Forwards();
}
