using ClrEngine.Data;
using ClrEngine.Data.Arrays;

namespace ClrEngine.Torch.Models;

/// <summary>
/// Reads a pickle whose tensors lie beside it, as PyTorch writes them. What a tensor says of its numbers is held against the part of the file where
/// they lie.
/// </summary>
/// <param name="pickle">The pickle.</param>
/// <param name="folder">Where the numbers of its tensors lie.</param>
/// <param name="lengths">How many bytes each part of the file has.</param>
internal abstract class TensorPickle(byte[] pickle, string folder, IReadOnlyDictionary<string, long> lengths) : PickleReader(new MemoryBytes(pickle))
{
    protected const string Rebuild = "torch._utils._rebuild_tensor_v2", OrderedDict = "collections.OrderedDict";

    private const string StorageSuffix = "Storage";

    // A tensor may show the same numbers many times; whoever copies it writes them out.
    private const long MostRepeated = 64 << 20, MostTimes = 20;

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

    private long _left = MostRepeated + MostTimes * lengths.Values.Sum();

    /// <summary>The type of numbers that a name of PyTorch stands for; null where it stands for none.</summary>
    protected static ScriptNumbers? Numbers(string module, string name) =>
        module == "torch" && name.EndsWith(StorageSuffix, StringComparison.Ordinal) && Sizes.TryGetValue(name[..^StorageSuffix.Length], out int size)
            ? new ScriptNumbers(name[..^StorageSuffix.Length], size)
            : null;

    // Where there is none, libtorch reads nothing.
    protected override object Stored(object? id)
    {
        if (id is not (object?[] and ["storage", ScriptNumbers type, string key, string, long count, ..]))
            throw new InvalidCastException();
        string part = folder + key;
        if (count < 0 || !key.All(char.IsAsciiLetterOrDigit))
            throw Damaged($"asks for {count} numbers of '{Shown(part)}'");
        if (count > 0 && !lengths.ContainsKey(part))
            throw Damaged($"asks for '{Shown(part)}', which is not there");
        if (count > 0 && count > lengths[part] / type.Size)
            throw Damaged($"asks for {count} numbers ({type.Name}) of '{part}', which has {lengths[part]} bytes");
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

    /// <summary>A tensor from what is given to the function that rebuilds it.</summary>
    protected ScriptTensor Tensor(object?[] given)
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
        return new ScriptTensor(storage, offset, sizes, steps);
    }
}

/// <summary>A name of libtorch, or of a class in the file's code.</summary>
internal sealed record ScriptName(string Name);

/// <summary>A type of numbers.</summary>
internal sealed record ScriptNumbers(string Name, int Size);

/// <summary>Numbers in a part of the file.</summary>
internal sealed record ScriptStorage(string Part, ScriptNumbers Type, long Count);

/// <summary>A tensor that was held against its numbers.</summary>
internal sealed record ScriptTensor(ScriptStorage Storage, long Offset, long[] Sizes, long[] Strides);
