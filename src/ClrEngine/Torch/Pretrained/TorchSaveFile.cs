using System.IO.Compression;
using System.Text;
using ClrEngine.Data;
using ClrEngine.Torch.Models;
using ClrEngine.Training;
using ClrEngine.Training.Formats;

namespace ClrEngine.Torch.Pretrained;

/// <summary>
/// Reads the tensors of a state dict that Python's <c>torch.save</c> wrote: a zip archive with a pickle, and the numbers of each tensor beside it.
/// Nothing in it is run.
/// </summary>
internal static class TorchSaveFile
{
    private const string Root = "data.pkl", Numbers = "data/", ByteOrder = "byteorder", Little = "little";

    // A file may claim any size: how long its pickle may be, and how much longer than the file what it packs. Weights hardly pack.
    private const long PickleBytes = 64 << 20, MostPacked = 20;

    // How many times the numbers of a file its tensors may show: tied weights do so twice, and small ones may as often as they like.
    private const long MostShown = 4, Slack = 1 << 20;

    private const int MostNamed = 8;

    // What the state dict is called in the dictionaries that people save around it.
    private static readonly string[] Wrappers = ["state_dict", "model_state_dict", "model"];

    /// <summary>The tensors, and what was gone through to find them.</summary>
    /// <exception cref="WeightsException">It is damaged, holds something else, or asks for more of Python than tensors and dictionaries.</exception>
    public static (IReadOnlyList<StateTensor> Tensors, string? Note) Read(string path, Stream file)
    {
        try
        {
            using var archive = new ZipArchive(file, ZipArchiveMode.Read, leaveOpen: true);
            string folder = RequireState(path, archive, file.Length);
            Dictionary<string, long> lengths = archive.Entries.ToDictionary(static entry => entry.FullName, static entry => entry.Length, StringComparer.Ordinal);
            object? root = StatePickle.Read(path, Whole(path, archive.GetEntry(folder + Root)!), folder + Numbers, lengths);
            (IReadOnlyDictionary<string, object?> state, string? note) = StateIn(path, root);
            return (Tensors(path, archive, state), note);
        }
        catch (Exception damage) when (damage is not (OutOfMemoryException or OperationCanceledException or WeightsException))
        {
            // The framework's reader throws whatever a wrong number in a header leads to.
            throw WeightsFile.Unreadable(path, $"is damaged: {(damage.InnerException ?? damage).Message.TrimEnd('.')}. Copy or save it again.", damage);
        }
    }

    // The folder of its parts.
    private static string RequireState(string path, ZipArchive archive, long length)
    {
        string folder = archive.Entries.Count == 0 ? "" : TorchScriptArchive.FolderOf(archive);
        if (archive.GetEntry(folder + Root) is not { } pickle)
            throw WeightsFile.Unreadable(path, $"is a zip archive without a state dict in it. {WeightsFile.Remedy}");
        if (archive.Entries.Any(entry => entry.FullName.StartsWith(folder + TorchScriptArchive.CodeFolder, StringComparison.OrdinalIgnoreCase)))
            throw WeightsFile.Unreadable(path, "is TorchScript, a program with its weights: give it as -Model, or save torch.jit.load(path).state_dict() in Python.");
        if (archive.Entries.Select(static entry => entry.FullName).Twice(StringComparer.OrdinalIgnoreCase) is { } twice)
            throw new InvalidDataException($"it holds '{twice}' twice");
        if (archive.Entries.Sum(static entry => (double)entry.Length) is var unpacked && (unpacked > PickleBytes + MostPacked * (double)length || pickle.Length > PickleBytes))
            throw new InvalidDataException($"it would unpack to {unpacked:F0} bytes from {length}, and {pickle.Length} of its pickle");
        if (archive.GetEntry(folder + ByteOrder) is { } order && Encoding.ASCII.GetString(Whole(path, order)).Trim() is var bytes and not Little)
            throw WeightsFile.Unreadable(path, $"has its numbers in the byte order '{new string([.. bytes.Where(char.IsAsciiLetter).Take(MostNamed)])}': save it on a machine whose order is little-endian.");
        return folder;
    }

    // Its checksum is compared where it ends.
    private static byte[] Whole(string path, ZipArchiveEntry entry)
    {
        if (entry.Length > Array.MaxLength)
            throw WeightsFile.Unreadable(path, $"has {entry.Length} bytes in '{entry.FullName}', and at most {Array.MaxLength} can be read: save the weights as safetensors.");
        byte[] bytes = new byte[entry.Length];
        using Stream stream = Packing.Open(path, entry);
        stream.ReadExactly(bytes);
        return stream.ReadByte() < 0 ? bytes : throw new InvalidDataException($"'{entry.FullName}' is longer than the archive says");
    }

    private static (IReadOnlyDictionary<string, object?> State, string? Note) StateIn(string path, object? root)
    {
        if (root is not Dictionary<string, object?> { Count: > 0 } saved)
            throw WeightsFile.Unreadable(path, $"holds {(root is ScriptTensor ? "one tensor" : "something else")}, and no state dict. {WeightsFile.Remedy}");
        if (IsState(saved))
            return (saved, null);
        string[] found = [.. Wrappers.Where(name => saved.TryGetValue(name, out object? within) && within is Dictionary<string, object?> { Count: > 0 } state && IsState(state))];
        return found switch
        {
            [var only] => ((Dictionary<string, object?>)saved[only]!, $"The weights are those of '{only}' in the file; what else is in it is left."),
            [] => throw WeightsFile.Unreadable(path, $"holds no state dict: its entries are {saved.Keys.Select(static key => $"'{SafetensorsHeader.Printable(key.TrimStart('\0'))}'").ToArray().First(MostNamed)}, and neither are all of them tensors, nor is one called {string.Join(" or ", Wrappers)} and full of tensors. {WeightsFile.Remedy}"),
            _ => throw WeightsFile.Unreadable(path, $"holds several state dicts, {string.Join(" and ", found)}: save the one that is meant by itself. {WeightsFile.Remedy}"),
        };

        static bool IsState(Dictionary<string, object?> table) => table.Values.All(static value => value is ScriptTensor);
    }

    // Each part is read once, however many tensors lie in it, and what several names show alike is one array.
    private static StateTensor[] Tensors(string path, ZipArchive archive, IReadOnlyDictionary<string, object?> state)
    {
        (string Name, ScriptTensor Tensor, TensorType Type)[] wanted = [.. state.Select(entry => (entry.Key, (ScriptTensor)entry.Value!, TypeOf(path, entry.Key, (ScriptTensor)entry.Value!)))];
        string[] views = [.. wanted.Select(static one => ViewOf(one.Tensor))];
        long bytes = wanted.Zip(views).DistinctBy(static one => one.Second).Sum(static one => one.First.Tensor.Sizes.Aggregate((long)one.First.Tensor.Storage.Type.Size, static (product, side) => product * side));
        long stored = wanted.Select(static one => one.Tensor.Storage).DistinctBy(static storage => storage.Part).Sum(static storage => storage.Count * storage.Type.Size);
        if (bytes > MostShown * stored + Slack)
            throw WeightsFile.Unreadable(path, string.Create(CultureInfo.InvariantCulture, $"would have {bytes} bytes of weights, made of the {stored} that it holds: its tensors show the same numbers over and over, which no model's do. {WeightsFile.Remedy}"));
        var read = new StateTensor[wanted.Length];
        foreach (IGrouping<string, int> part in Enumerable.Range(0, wanted.Length).GroupBy(i => wanted[i].Tensor.Storage.Part))
        {
            byte[] numbers = archive.GetEntry(part.Key) is { } entry ? Whole(path, entry) : [];
            var made = new Dictionary<string, byte[]>(StringComparer.Ordinal);
            foreach (int i in part)
            {
                if (!made.TryGetValue(views[i], out byte[]? rows))
                    made[views[i]] = rows = RowAfterRow(path, wanted[i].Name, wanted[i].Tensor, numbers);
                read[i] = new StateTensor(wanted[i].Name, wanted[i].Type, [.. wanted[i].Tensor.Sizes], rows);
            }
        }
        return read;
    }

    private static string ViewOf(ScriptTensor tensor) =>
        string.Create(CultureInfo.InvariantCulture, $"{tensor.Storage.Part} {tensor.Storage.Type.Name} {tensor.Offset} [{string.Join(',', tensor.Sizes)}] [{string.Join(',', tensor.Strides)}]");

    private static TensorType TypeOf(string path, string name, ScriptTensor tensor) => name.Length == 0
        ? throw WeightsFile.Unreadable(path, "has a tensor without a name. Save it again.")
        : tensor.Storage.Type.Name switch
        {
            "Bool" => TensorType.Bool,
            "Byte" => TensorType.UInt8,
            "Char" => TensorType.Int8,
            "Short" => TensorType.Int16,
            "Int" => TensorType.Int32,
            "Long" => TensorType.Int64,
            "Half" => TensorType.Float16,
            "BFloat16" => TensorType.BFloat16,
            "Float" => TensorType.Float32,
            "Double" => TensorType.Float64,
            var other => throw WeightsFile.Unreadable(path, $"has '{SafetensorsHeader.Printable(name)}' of the type {other}, which is not read: save it as float32."),
        };

    private static byte[] RowAfterRow(string path, string name, ScriptTensor tensor, byte[] numbers)
    {
        int size = tensor.Storage.Type.Size;
        Int128 wanted = tensor.Sizes.Aggregate((Int128)size, static (product, side) => product * side);
        if (wanted > Array.MaxLength)
            throw WeightsFile.Unreadable(path, $"has '{SafetensorsHeader.Printable(name)}' of {wanted} bytes, and at most {Array.MaxLength} can be read.");
        byte[] rows = new byte[(int)wanted];
        long[] index = new long[tensor.Sizes.Length];
        long from = tensor.Offset;
        // A run of numbers that lie behind one another is copied at once.
        int run = size, outer = index.Length;
        while (outer > 0 && (tensor.Sizes[outer - 1] == 1 || tensor.Strides[outer - 1] == run / size))
            run = checked(run * (int)tensor.Sizes[--outer]);
        for (int to = 0; to < rows.Length; to += run)
        {
            numbers.AsSpan(checked((int)(from * size)), run).CopyTo(rows.AsSpan(to, run));
            for (int axis = outer - 1; axis >= 0; axis--)
            {
                from += tensor.Strides[axis];
                if (++index[axis] < tensor.Sizes[axis])
                    break;
                from -= tensor.Strides[axis] * tensor.Sizes[axis];
                index[axis] = 0;
            }
        }
        return rows;
    }
}

/// <summary>Reads a pickle of <c>torch.save</c>, of which tensors, dictionaries and plain values are made, and nothing else.</summary>
internal sealed class StatePickle : TensorPickle
{
    private const string Parameter = "torch._utils._rebuild_parameter", Size = "torch.Size";

    private static readonly string[] Known = [Rebuild, Parameter, OrderedDict, Size];

    private readonly string _path;

    private StatePickle(string path, byte[] pickle, string folder, IReadOnlyDictionary<string, long> lengths)
        : base(pickle, folder, lengths) => _path = path;

    /// <exception cref="WeightsException">It asks for another name of Python.</exception>
    /// <exception cref="InvalidDataException">It is damaged, or says something of a tensor that is not so.</exception>
    public static object? Read(string path, byte[] pickle, string folder, IReadOnlyDictionary<string, long> lengths) => new StatePickle(path, pickle, folder, lengths).Run();

    protected override object Name(string module, string name) => (object?)Numbers(module, name) ?? (Known.Contains($"{module}.{name}")
        ? new ScriptName($"{module}.{name}")
        : throw new WeightsException(WeightsFile.WeightsCode, _path, $"'{_path}' asks for '{Shown($"{module}.{name}")}' of Python, which is neither a tensor nor a dictionary, and nothing else is made of a file. {WeightsFile.Remedy}"));

    protected override object? Make(object called, object? given) => ((called as ScriptName)?.Name, given) switch
    {
        (Rebuild, object?[] tensor and ([_, _, _, _, bool, _] or [_, _, _, _, bool, _, _])) => Tensor(tensor),
        (Parameter, object?[] and [ScriptTensor tensor, bool, _]) => tensor with { },
        (OrderedDict, object?[] and []) => new Dictionary<string, object?>(StringComparer.Ordinal),
        (Size, object?[] and [object?[] sizes]) => sizes,
        _ => throw new InvalidCastException(),
    };

    // What a dictionary is given beside its entries says of which version its layers are.
    protected override object? Build(object? made, object? state) => made is Dictionary<string, object?> ? made : throw new InvalidCastException();
}
