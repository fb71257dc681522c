using System.Text;
using ClrEngine.Data;

namespace ClrEngine.Torch.Models;

/// <summary>
/// Reads a pickle of a TorchScript file by the rules of libtorch, which believes what a tensor says of its numbers: each is held against the part
/// of the file where they lie. What libtorch would not write is refused.
/// </summary>
internal sealed class ScriptPickle : PickleReader
{
    private const string Rebuild = "torch._utils._rebuild_tensor_v2", RebuildQuantized = "torch._utils._rebuild_qtensor";
    private const string PerTensor = "torch.per_tensor_affine", PerChannel = "torch.per_channel_affine", PerChannelFloat = "torch.per_channel_affine_float_qparams";
    private const string Retag = "torch.jit._pickle.restore_type_tag", Lists = "torch.jit._pickle.build_";

    // A tensor may show the same numbers many times; whoever copies it writes them out.
    private const long MostRepeated = 64 << 20, MostTimes = 20;

    private static readonly string[] Known =
    [
        Rebuild, RebuildQuantized, PerTensor, PerChannel, PerChannelFloat, Retag, Lists + "intlist", Lists + "doublelist", Lists + "boollist", Lists + "tensorlist",
        "torch.device", "builtins.complex", "collections.OrderedDict",
    ];

    // Bytes of a number by the name of its type.
    private static readonly Dictionary<string, int> Sizes = new(StringComparer.Ordinal)
    {
        ["Bool"] = 1,
        ["Byte"] = 1,
        ["Char"] = 1,
        ["QInt8"] = 1,
        ["QUInt8"] = 1,
        ["Short"] = 2,
        ["Half"] = 2,
        ["BFloat16"] = 2,
        ["Int"] = 4,
        ["QInt32"] = 4,
        ["Float"] = 4,
        ["ComplexHalf"] = 4,
        ["Long"] = 8,
        ["Double"] = 8,
        ["ComplexFloat"] = 8,
        ["ComplexDouble"] = 16,
    };

    private readonly IReadOnlyDictionary<string, long> _lengths;
    private readonly ScriptClasses _classes;
    private readonly string _folder;
    private long _left;

    private ScriptPickle(byte[] pickle, string folder, IReadOnlyDictionary<string, long> lengths, ScriptClasses classes)
        : base(new MemoryBytes(pickle)) => (_folder, _lengths, _classes, _left) = (folder, lengths, classes, MostRepeated + MostTimes * lengths.Values.Sum());

    /// <summary>Goes through a pickle.</summary>
    /// <param name="pickle">It.</param>
    /// <param name="folder">Where the numbers of its tensors lie.</param>
    /// <param name="lengths">How many bytes each part of the file has.</param>
    /// <param name="classes">The classes of its objects.</param>
    /// <exception cref="InvalidDataException">It says something of a tensor that is not so, or holds something else that libtorch would not write.</exception>
    public static object? Read(string pickle, string folder, IReadOnlyDictionary<string, long> lengths, ScriptClasses classes) =>
        new ScriptPickle(Encoding.Latin1.GetBytes(pickle), folder, lengths, classes).Run();

    protected override object Name(string module, string name)
    {
        string full = $"{module}.{name}";
        return module == "torch" && name.EndsWith("Storage", StringComparison.Ordinal) && Sizes.TryGetValue(name[..^"Storage".Length], out int size)
            ? new ScriptNumbers(name[..^"Storage".Length], size)
            : module.Split('.')[0] == "__torch__" || Known.Contains(full)
                ? new ScriptName(full)
                : throw Unread($"'{Shown(full)}', which is not read");
    }

    protected override object? Make(object called, object? given) => ((called as ScriptName)?.Name, given) switch
    {
        (Rebuild, object?[] tensor and ([_, _, _, _, bool, _] or [_, _, _, _, bool, _, Dictionary<string, object?>])) => Tensor(tensor),
        (RebuildQuantized, object?[] tensor and [_, _, _, _, object?[] scale, bool, _]) => Scaled(Tensor(tensor), scale),
        (Retag, object?[] and [(List<object?> or Dictionary<string, object?>) and var values, string]) => values,
        ({ } list, object?[] and [List<object?> values]) when list.StartsWith(Lists, StringComparison.Ordinal) => values,
        ("torch.device", object?[] and [string]) or ("builtins.complex", object?[] and [double, double]) => called,
        ("collections.OrderedDict", object?[]) => null,
        ({ } type, _) when type.StartsWith("__torch__.", StringComparison.Ordinal) => Object(type, given),
        _ => throw new InvalidCastException(),
    };

    protected override object? Build(object? made, object? state) => made is ScriptName { Name: var type } && type.StartsWith("__torch__.", StringComparison.Ordinal) ? Make(made, state) : throw new InvalidCastException();

    // Where there is none, libtorch reads nothing.
    protected override object Stored(object? id)
    {
        if (id is not (object?[] and ["storage", ScriptNumbers type, string key, string, long count, ..]))
            throw new InvalidCastException();
        string part = _folder + key;
        if (count < 0 || !key.All(char.IsAsciiLetterOrDigit))
            throw Damaged($"asks for {count} numbers of '{Shown(part)}'");
        if (count > 0 && !_lengths.ContainsKey(part))
            throw Damaged($"asks for '{Shown(part)}', which is not there");
        if (count > 0 && count > _lengths[part] / type.Size)
            throw Damaged($"asks for {count} numbers ({type.Name}) of '{part}', which has {_lengths[part]} bytes");
        return new ScriptStorage(part, type, count);
    }

    protected override string Key(object? key) => key switch
    {
        string text => text,
        PickledBytes bytes => bytes.Text(),
        _ => $"\0{key}",
    };

    protected override InvalidDataException Unread(string what) => new($"it has {what}");

    protected override InvalidDataException Damaged(string how, Exception? error = null) => new($"it {how}");

    private ScriptObject Object(string type, object? state)
    {
        _classes.Require(type, state);
        return new ScriptObject(type, state);
    }

    private ScriptTensor Tensor(object?[] given)
    {
        if (given is not [ScriptStorage storage, long offset, object?[] shape, object?[] strides, ..])
            throw new InvalidCastException();
        long[] sizes = [.. shape.OfType<long>()], steps = [.. strides.OfType<long>()];
        if (sizes.Length != shape.Length || steps.Length != sizes.Length)
            throw new InvalidCastException();
        string says = $"has a tensor of the shape [{string.Join(", ", sizes)}] from number {offset} with the strides [{string.Join(", ", steps)}]";
        if (offset < 0 || offset > storage.Count || sizes.Concat(steps).Any(static number => number < 0))
            throw Damaged($"{says}, of {storage.Count} numbers in '{storage.Part}'");
        Int128 count = 1, last = offset;
        for (int i = 0; i < sizes.Length; i++)
        {
            count = checked(count * sizes[i]);
            last = checked(last + (Int128)(sizes[i] - 1) * steps[i]);
            if (sizes[i] > 0 && count > long.MaxValue)
                throw Damaged(says);
        }
        if (count > 0 && last >= storage.Count)
            throw Damaged($"{says}, beyond the {storage.Count} numbers in '{storage.Part}'");
        if (count * storage.Type.Size > _left)
            throw Damaged($"{says}, far more than the file holds");
        _left -= (long)count * storage.Type.Size;
        return new ScriptTensor(storage.Type, sizes);
    }

    // One scale for all numbers, or one for each place of an axis.
    private static ScriptTensor Scaled(ScriptTensor tensor, object?[] scale) => scale switch
    {
        [ScriptName { Name: PerTensor }, double, long] => tensor,
        [ScriptName { Name: PerChannel or PerChannelFloat }, ScriptTensor { Sizes: [var scales] }, ScriptTensor { Sizes: [var zeros] }, long axis]
            when axis >= 0 && axis < tensor.Sizes.Length && scales == tensor.Sizes[axis] && zeros == scales => tensor,
        _ => throw new InvalidCastException(),
    };
}

/// <summary>A name of libtorch, or of a class in the file's code.</summary>
internal sealed record ScriptName(string Name);

/// <summary>A type of numbers.</summary>
internal sealed record ScriptNumbers(string Name, int Size);

/// <summary>Numbers in a part of the file.</summary>
internal sealed record ScriptStorage(string Part, ScriptNumbers Type, long Count);

/// <summary>A tensor that was held against its numbers.</summary>
internal sealed record ScriptTensor(ScriptNumbers Type, long[] Sizes);

/// <summary>An object of a class of the file's code.</summary>
internal sealed record ScriptObject(string Type, object? State);
