using System.IO.Compression;
using System.Text;
using System.Text.RegularExpressions;
using ClrEngine.Data;
using ClrEngine.Files;
using ClrEngine.Training;

namespace ClrEngine.Torch.Models;

/// <summary>What the code in a TorchScript file says of its model.</summary>
/// <param name="Returns">The Python type of its answer; null where it is not found.</param>
/// <param name="DropsNothing">Whether a dropout is switched off in it for good.</param>
/// <param name="HoldsStatistics">Whether a batch normalisation in it never learns its statistics.</param>
internal sealed record ScriptCode(string? Returns, bool DropsNothing, bool HoldsStatistics);

/// <summary>
/// A TorchScript file that was read once, from its beginning to its end. libtorch, which compares no checksums and trusts what an archive says of
/// itself, loads a copy of what was read: nothing that happens to the file afterwards, and no header that two readers understand differently, comes between.
/// </summary>
/// <param name="Path">The copy, in a folder that the user of this process alone can open.</param>
/// <param name="Code">What its code says of the model.</param>
/// <param name="Needs">The operators and classes that its code asks for and that are not in it.</param>
internal sealed record VerifiedScript(string Path, ScriptCode Code, ScriptNeeds Needs) : IDisposable
{
    public void Dispose() => Directory.Delete(System.IO.Path.GetDirectoryName(Path)!, recursive: true);
}

/// <summary>Looks what a file is, before libtorch runs what is in it.</summary>
internal static partial class TorchScriptArchive
{
    private static readonly ErrorCause ModelFileNotFound = new(nameof(ModelFileNotFound), ErrorKind.ObjectNotFound,
        "There is no model file at this path.", "Give the path of a TorchScript file.");

    private static readonly ErrorCause NotTorchScript = new(nameof(NotTorchScript), ErrorKind.InvalidData,
        "A model file is no TorchScript, or libtorch cannot read it.", "Export the model in Python with `torch.jit.script(model).save(path)`.");

    private const string Remedy = "Export the model in Python with torch.jit.script(model).save(path).";
    private const string WeightsRemedy = "Give the file as -Weights, with the model that it is of as -Model, such as resnet18; or build the model in Python, load them into it, and export it with torch.jit.script(model).save(path).";

    // What is looked at of a file that is no archive.
    private const int StartBytes = 1 << 16;

    // A file may claim any size: what is looked at of its code and pickles, and how much longer than the file what it packs may be. Weights hardly pack.
    private const long TextBytes = 64 << 20, MostPacked = 20;

    private const int LongestCall = 2_000;

    // libtorch's compiler goes down into brackets and sums without looking at its stack, which has room for this much.
    private const int LongestStatement = 100_000;

    private const string Root = "data.pkl";

    // Those that libtorch reads when it loads a model; the numbers of their tensors lie in folders of the same names.
    private static readonly string[] Pickles = ["constants.pkl", Root];

    /// <summary>Where the code lies, within the folder of the model.</summary>
    public const string CodeFolder = "code/";

    /// <summary>Reads a TorchScript file whole and holds each part against its checksum; any other file is refused as what it is.</summary>
    /// <exception cref="ModelFileException">There is no such file, it is damaged, or it is not TorchScript.</exception>
    /// <exception cref="FileNotWrittenException">There is no room for the copy.</exception>
    public static VerifiedScript Read(string path)
    {
        if (Directory.Exists(path))
            throw new ModelFileException(NotTorchScript, path, $"'{path}' is a folder; give the path of a TorchScript file.");
        if (!File.Exists(path))
            throw new ModelFileException(ModelFileNotFound, path, $"There is no model file '{path}'; give the path of a TorchScript file.");
        using FileStream file = DataStream.OpenFile(path);
        using ZipArchive archive = Opened(path, file);
        string folder = Directory.CreateTempSubdirectory("clr-model-").FullName;
        try
        {
            RequireModel(path, archive);
            string copy = Path.Combine(folder, "model.pt");
            Dictionary<string, string> texts = Copy(path, archive, copy);
            return new VerifiedScript(copy, CodeOf(texts), ScriptNeeds.Of(texts));
        }
        catch (Exception failure)
        {
            Directory.Delete(folder, recursive: true);
            throw failure switch
            {
                DataFormatException => Damaged(path, failure),
                IClrError or OutOfMemoryException or OperationCanceledException => failure,
                IOException full => new FileNotWrittenException(folder, full),
                // The framework's reader throws whatever a wrong number in a header leads to.
                _ => Damaged(path, failure),
            };
        }
    }

    // libtorch reads what lies in the folder of the first part.
    public static string FolderOf(ZipArchive archive) => archive.Entries[0].FullName is var first && first.IndexOf('/', StringComparison.Ordinal) is >= 0 and var end ? first[..(end + 1)] : "";

    private static ZipArchive Opened(string path, FileStream file)
    {
        try
        {
            var archive = new ZipArchive(file, ZipArchiveMode.Read, leaveOpen: true);
            // It reads its list of parts where that is first asked for.
            _ = archive.Entries.Count;
            return archive;
        }
        catch (Exception notZip) when (notZip is not (OutOfMemoryException or OperationCanceledException))
        {
            throw NotZip(path, notZip);
        }
    }

    private static void RequireModel(string path, ZipArchive archive)
    {
        if (archive.Entries.Any(static entry => entry.Name is "archive_format" or "serialized_exported_program.json"))
            throw Unreadable(path, "holds a program of torch.export, and not TorchScript", null);
        if (archive.Entries.Count == 0 || archive.GetEntry(FolderOf(archive) + Root) is not { } pickle)
            throw Unreadable(path, "is a zip file without a model in it", null);
        if (archive.Entries.Any(static entry => entry.Name.Equals("model.json", StringComparison.OrdinalIgnoreCase)))
            throw Unreadable(path, "is of the format of PyTorch 1.0 to 1.3", null, "In Python, load it with torch.jit.load(path), and save it anew.");
        if (archive.Entries.Select(static entry => entry.FullName).Twice(StringComparer.OrdinalIgnoreCase) is { } twice)
            throw Damaged(path, new InvalidDataException($"it holds '{twice}' twice"));
        long length = new FileInfo(path).Length;
        if (archive.Entries.Sum(static entry => (double)entry.Length) is var unpacked && unpacked > TextBytes + MostPacked * (double)length)
            throw Damaged(path, new InvalidDataException($"it would unpack to {unpacked:F0} bytes from {length}"));
        if (archive.Entries.Any(static entry => entry.FullName.Contains('/' + CodeFolder, StringComparison.OrdinalIgnoreCase)))
            return;
        using Stream stream = Packing.Open(path, pickle);
        byte[] start = new byte[StartBytes];
        throw Pickled(path, Encoding.Latin1.GetString(start, 0, stream.ReadAtLeast(start, start.Length, throwOnEndOfStream: false)), "");
    }

    // Each part is compared with its checksum where it ends. The code and the pickles are given back as they were copied, by their names in the model's folder.
    private static Dictionary<string, string> Copy(string path, ZipArchive archive, string to)
    {
        // libtorch takes names that differ in capitals for one.
        var texts = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        var lengths = new Dictionary<string, long>(StringComparer.OrdinalIgnoreCase);
        long left = TextBytes;
        string folder = FolderOf(archive);
        using var written = new ZipArchive(new FileStream(to, FileMode.CreateNew), ZipArchiveMode.Create);
        foreach (ZipArchiveEntry entry in archive.Entries)
        {
            try
            {
                Copy(entry);
            }
            catch (Exception damage) when (damage is DataFormatException or InvalidDataException)
            {
                throw Damaged(path, damage, $" in '{entry.FullName}'");
            }
        }
        string at = CodeFolder;
        try
        {
            var classes = new ScriptClasses(texts);
            foreach (string name in Pickles)
            {
                at = name;
                object? root = ScriptPickle.Read(texts.GetValueOrDefault(name) ?? throw new InvalidDataException("it is not there"), folder + Path.ChangeExtension(name, null) + '/', lengths, classes);
                if (name == Root ? root is not ScriptObject : root is not object?[])
                    throw new InvalidDataException("it holds something else than libtorch writes there");
            }
        }
        catch (InvalidDataException damage)
        {
            throw Damaged(path, damage, $" in '{folder}{at}'");
        }
        return texts;

        void Copy(ZipArchiveEntry entry)
        {
            using Stream from = Packing.Open(path, entry);
            using Stream target = written.CreateEntry(entry.FullName, CompressionLevel.NoCompression).Open();
            if (!entry.Name.EndsWith(".py", StringComparison.OrdinalIgnoreCase) && !entry.Name.EndsWith(".pkl", StringComparison.OrdinalIgnoreCase))
            {
                from.CopyTo(target);
                lengths[entry.FullName] = target.Position;
                return;
            }
            if ((left -= entry.Length) < 0)
                throw Unreadable(path, $"holds more than {TextBytes} bytes of code, more than any model has", null);
            using var text = new MemoryStream();
            from.CopyTo(text);
            target.Write(text.GetBuffer(), 0, (int)text.Length);
            if (!entry.FullName.StartsWith(folder, StringComparison.OrdinalIgnoreCase))
                return;
            string read = texts[entry.FullName[folder.Length..]] = Encoding.Latin1.GetString(text.GetBuffer(), 0, (int)text.Length);
            if (entry.Name.EndsWith(".py", StringComparison.OrdinalIgnoreCase) && LengthOfStatement(ScriptNeeds.WithoutTexts(read)) is var letters and > LongestStatement)
                throw Unreadable(path, $"holds a statement of {letters} letters, more than libtorch's compiler can take", null);
        }
    }

    private static ModelFileException Damaged(string path, Exception damage, string where = "") =>
        Unreadable(path, $"is damaged{where}: {(damage.InnerException ?? damage).Message.TrimEnd('.')}", damage, "Copy or export it again.");

    public static ModelFileException Unreadable(string path, string reason, Exception? inner, string remedy = Remedy) =>
        new(NotTorchScript, path, $"'{path}' {reason}. {remedy}", inner);

    private static ModelFileException NotZip(string path, Exception notZip)
    {
        byte[] start = new byte[StartBytes];
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
            _ when text[0] != 'P' && FileStart.Tell(start.AsSpan(0, Math.Min(count, FileStart.TellingBytes))) is { } kind => Unreadable(path, $"is {kind}, and not TorchScript", notZip),
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

    private static ScriptCode CodeOf(Dictionary<string, string> texts)
    {
        string? model = PickledObject().Match(texts[Root]) is { Success: true } first ? $"{first.Groups[1].Value}.{first.Groups[2].Value}" : null;
        string? returns = null;
        bool dropsNothing = false, holdsStatistics = false;
        foreach (string code in texts.Where(static text => text.Key.EndsWith(".py", StringComparison.OrdinalIgnoreCase)).Select(static text => text.Value))
        {
            dropsNothing |= Dropouts().Matches(code).Cast<Match>().Any(call => IsOff(code.AsSpan(call.Index, Math.Min(LongestCall, code.Length - call.Index))));
            holdsStatistics |= HeldNorms().IsMatch(code);
            returns ??= Forwards().Matches(code).Cast<Match>().FirstOrDefault(forward => forward.Groups[1].Value == model)?.Groups[2].Value;
        }
        return new ScriptCode(returns, dropsNothing, holdsStatistics);
    }

    // Of the longest: one ends with its line, but for lines within brackets.
    private static int LengthOfStatement(string code)
    {
        int depth = 0, start = 0, longest = 0;
        for (int i = 0; i < code.Length; i++)
        {
            depth = Math.Max(0, depth + code[i] switch { '(' or '[' or '{' => 1, ')' or ']' or '}' => -1, _ => 0 });
            longest = Math.Max(longest, i + 1 - start);
            if (depth == 0 && code[i] == '\n')
                start = i + 1;
        }
        return longest;
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

    [GeneratedRegex(@"c([A-Za-z_][\w.]*)\n([A-Za-z_]\w*)\n")]
    private static partial Regex PickledTypes();

    // The object that a pickle holds is one of a class, and no dict or list.
    [GeneratedRegex(@"\A\x80\x02c([A-Za-z_][\w.]*)\n([A-Za-z_]\w*)\n")]
    private static partial Regex PickledObject();

    [GeneratedRegex(@"\btorch\.(?:\w+_)?dropout_?(?=\()")]
    private static partial Regex Dropouts();

    [GeneratedRegex(@"batch_norm\([^\n]*?, False, [-.\de]+, [-.\de]+, (True|False)\)")]
    private static partial Regex HeldNorms();

    [GeneratedRegex(@"def forward\(\w+: ([\w.]+)(?:,\s*\w+: [^)]*)?\) -> (.+):")]
    private static partial Regex Forwards();
}
