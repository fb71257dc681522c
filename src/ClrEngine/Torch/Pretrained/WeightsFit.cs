using System.Collections.Immutable;
using System.Runtime.InteropServices;
using ClrEngine.Torch.Learning;
using ClrEngine.Torch.Models;
using ClrEngine.Training;
using ClrEngine.Training.Formats;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ClrEngine.Torch.Pretrained;

/// <summary>The tensors of a file beside those of a module.</summary>
internal sealed class WeightsFit
{
    // Names that data parallelism and the compiler of PyTorch put before all others.
    private static readonly string[] Prefixes = ["module.", "_orig_mod."];

    // PyTorch before 0.4.1 did not count batches, and nothing that learns by a fixed share reads the count.
    private const string Counter = "num_batches_tracked";

    private const int MostNamed = 4;

    private readonly (string Name, Tensor Tensor)[] _live;
    private readonly Dictionary<string, StateTensor> _fitting = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _misshapen = new(StringComparer.Ordinal);
    private readonly List<string> _missing = [], _unexpected = [];
    private readonly int _tensors;
    private int _copied;

    public WeightsFit(nn.Module module, int outputs, WeightsContent file)
    {
        _live = [.. ModelWeights.Live(module).Select(static live => (live.Name[StateTensor.ModelPrefix.Length..], live.Tensor))];
        string[] parameters = [.. module.named_parameters().Select(static p => p.name)];
        (Parameters, _tensors) = (parameters.Length, file.Tensors.Count);
        Prefix = PrefixOf(file.Tensors);
        Dictionary<string, StateTensor> saved = file.Tensors.ToDictionary(tensor => tensor.Name[Prefix.Length..], StringComparer.Ordinal);
        string layer = parameters.Length == 0 ? "" : parameters[^1][..(parameters[^1].LastIndexOf('.') + 1)];
        bool headDiffers = true;
        Head = [.. _live.Select(static live => live.Name).Where(name => name.StartsWith(layer, StringComparison.Ordinal))];
        HasHead = _live.All(live => !Head.Contains(live.Name) || (live.Tensor.shape is [var first, ..] && first == outputs));
        foreach ((string name, Tensor tensor) in _live)
        {
            (_, TensorType type, ImmutableArray<long> shape) = TensorBytes.Describe(name, tensor);
            if (!saved.Remove(name, out StateTensor? array))
            {
                if (!IsCounter(name))
                    _missing.Add($"'{name}' {type.Text(shape)}");
            }
            else if (array.Shape.SequenceEqual(shape) && Converts(array.Type, type))
                _fitting.Add(name, array);
            else
            {
                _misshapen.Add(name, $"'{name}' is {array.Type.Text(array.Shape)} there and {type.Text(shape)} here");
                // The classes are the first dimension of a linear layer's parameters.
                headDiffers &= name.StartsWith(layer, StringComparison.Ordinal) && shape.Length > 0 && shape[0] == outputs && array.Shape.Length == shape.Length
                    && array.Shape.Skip(1).SequenceEqual(shape.Skip(1)) && Converts(array.Type, type);
            }
        }
        HeadDiffers = headDiffers && _misshapen.Count > 0;
        _unexpected.AddRange(saved.Values.Where(static tensor => !IsCounter(tensor.Name)).Select(tensor => $"'{SafetensorsHeader.Printable(tensor.Name[Prefix.Length..])}' {tensor.Type.Text(tensor.Shape)}"));
        Taken = parameters.Count(_fitting.ContainsKey);
    }

    public int Parameters { get; }

    /// <summary>Those that fit.</summary>
    public int Taken { get; }

    /// <summary>Those that were copied.</summary>
    public int Copied { get; private set; }

    /// <summary>Tensors of the file that were not copied.</summary>
    public int Left => _tensors - _copied;

    /// <summary>The names of the tensors of the module of which the file has none that fits.</summary>
    public IEnumerable<string> Fresh => _live.Select(static live => live.Name).Where(name => !_fitting.ContainsKey(name) && !IsCounter(name));

    /// <summary>The names of the last layer's parameters.</summary>
    public IReadOnlyList<string> Head { get; }

    /// <summary>Whether the last layer has as many outputs as the data asks for, and so is the one that answers.</summary>
    public bool HasHead { get; }

    /// <summary>What all names in the file begin with, and none in the module.</summary>
    public string Prefix { get; }

    /// <summary>Whether the last layer has another number of outputs in the file, and nothing else another shape.</summary>
    public bool HeadDiffers { get; }

    /// <summary>Those of another shape, with both shapes.</summary>
    public IEnumerable<string> Misshapen => _misshapen.Values;

    public bool Differs(bool exceptHead) => _missing.Count + _unexpected.Count > 0 || (_misshapen.Count > 0 && !(exceptHead && HeadDiffers));

    public IEnumerable<string> Differences(bool exceptHead) =>
    [
        .. Listed("it lacks ", _missing), .. Listed("it has ", _unexpected, ", which the model has not"),
        .. exceptHead && HeadDiffers ? [] : Listed("", [.. _misshapen.Values]),
    ];

    /// <summary>Refuses numbers of double precision that single precision has none for.</summary>
    public void RequireSingle(string path)
    {
        foreach (StateTensor array in _fitting.Values.Where(static array => array.Type == TensorType.Float64))
        {
            foreach (double number in MemoryMarshal.Cast<byte, double>(array.Bytes.Span))
            {
                if (double.IsFinite(number) && Math.Abs(number) > float.MaxValue)
                    throw WeightsFile.Unreadable(path, string.Create(CultureInfo.InvariantCulture, $"has {number:G3} in '{SafetensorsHeader.Printable(array.Name)}', beyond single precision, in which the model computes and whose largest number is {float.MaxValue:G2}: look at how it was trained."));
            }
        }
    }

    public void Copy(bool headIsFresh)
    {
        foreach ((string name, Tensor tensor) in _live)
        {
            if (!_fitting.TryGetValue(name, out StateTensor? array) || (headIsFresh && Head.Contains(name)))
                continue;
            TensorBytes.CopyInto(array, tensor);
            _copied++;
            Copied += tensor is Parameter ? 1 : 0;
        }
    }

    private string PrefixOf(IReadOnlyList<StateTensor> tensors)
    {
        string prefix = "";
        while (tensors.Count > 0 && Array.Find(Prefixes, next => Begins(prefix + next)) is { } found)
            prefix += found;
        return prefix;

        bool Begins(string start) => tensors.All(tensor => tensor.Name.StartsWith(start, StringComparison.Ordinal) && tensor.Name.Length > start.Length)
            && !_live.Any(live => live.Name.StartsWith(start[prefix.Length..], StringComparison.Ordinal));
    }

    private static bool IsCounter(string name) => name == Counter || name.EndsWith("." + Counter, StringComparison.Ordinal);

    private static bool Converts(TensorType from, TensorType to) => from == to || (from.IsFloat() && to.IsFloat());

    private static IEnumerable<string> Listed(string before, List<string> names, string after = "") => names.Count == 0 ? [] : [$"{before}{names.First(MostNamed)}{after}"];
}
