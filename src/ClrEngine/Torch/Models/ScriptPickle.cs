using System.Text;

namespace ClrEngine.Torch.Models;

/// <summary>
/// Reads a pickle of a TorchScript file by the rules of libtorch, which believes what a tensor says of its numbers. What libtorch would not write is
/// refused.
/// </summary>
internal sealed class ScriptPickle : TensorPickle
{
    private const string RebuildQuantized = "torch._utils._rebuild_qtensor";
    private const string PerTensor = "torch.per_tensor_affine", PerChannel = "torch.per_channel_affine", PerChannelFloat = "torch.per_channel_affine_float_qparams";
    private const string Retag = "torch.jit._pickle.restore_type_tag", Lists = "torch.jit._pickle.build_";

    private static readonly string[] Known =
    [
        Rebuild, RebuildQuantized, PerTensor, PerChannel, PerChannelFloat, Retag, Lists + "intlist", Lists + "doublelist", Lists + "boollist", Lists + "tensorlist",
        "torch.device", "builtins.complex", OrderedDict,
    ];

    private readonly ScriptClasses _classes;

    private ScriptPickle(byte[] pickle, string folder, IReadOnlyDictionary<string, long> lengths, ScriptClasses classes)
        : base(pickle, folder, lengths) => _classes = classes;

    /// <exception cref="InvalidDataException">It says something of a tensor that is not so, or holds something else that libtorch would not write.</exception>
    public static object? Read(string pickle, string folder, IReadOnlyDictionary<string, long> lengths, ScriptClasses classes) =>
        new ScriptPickle(Encoding.Latin1.GetBytes(pickle), folder, lengths, classes).Run();

    protected override object Name(string module, string name)
    {
        string full = $"{module}.{name}";
        return (object?)Numbers(module, name) ?? (module.Split('.')[0] == "__torch__" || Known.Contains(full)
            ? new ScriptName(full)
            : throw Unread($"'{Shown(full)}', which is not read"));
    }

    protected override object? Make(object called, object? given) => ((called as ScriptName)?.Name, given) switch
    {
        (Rebuild, object?[] tensor and ([_, _, _, _, bool, _] or [_, _, _, _, bool, _, Dictionary<string, object?>])) => Tensor(tensor),
        (RebuildQuantized, object?[] tensor and [_, _, _, _, object?[] scale, bool, _]) => Scaled(Tensor(tensor), scale),
        (Retag, object?[] and [(List<object?> or Dictionary<string, object?>) and var values, string]) => values,
        ({ } list, object?[] and [List<object?> values]) when list.StartsWith(Lists, StringComparison.Ordinal) => values,
        ("torch.device", object?[] and [string]) or ("builtins.complex", object?[] and [double, double]) => called,
        (OrderedDict, object?[]) => null,
        ({ } type, _) when type.StartsWith("__torch__.", StringComparison.Ordinal) => Object(type, given),
        _ => throw new InvalidCastException(),
    };

    protected override object? Build(object? made, object? state) => made is ScriptName { Name: var type } && type.StartsWith("__torch__.", StringComparison.Ordinal) ? Make(made, state) : throw new InvalidCastException();

    private ScriptObject Object(string type, object? state)
    {
        _classes.Require(type, state);
        return new ScriptObject(type, state);
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

/// <summary>An object of a class of the file's code.</summary>
internal sealed record ScriptObject(string Type, object? State);
