using System.Collections.Immutable;
using ClrEngine.Torch.Learning;
using ClrEngine.Torch.Models;
using ClrEngine.Training;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ClrEngine.Torch.Pretrained;

/// <summary>How exactly the weights of a file must be those of the model. Names and shapes count; fractions of any width are converted.</summary>
public enum WeightsMatch
{
    /// <summary>All must be there and fit, but for the last layer, which begins fresh where the file has it with another number of outputs.</summary>
    Head,

    /// <summary>All must be there and fit, as with <c>strict=True</c> in PyTorch.</summary>
    Strict,

    /// <summary>What fits is taken, at least one parameter, and the rest begins fresh.</summary>
    Any,
}

/// <summary>The weights that a model began with.</summary>
/// <param name="Identity">The file that they came from.</param>
/// <param name="Warnings">What begins fresh against expectation, as sentences.</param>
/// <param name="Remarks">What was taken and what was left, as sentences.</param>
internal sealed record InitialWeights(WeightsIdentity Identity, IReadOnlyList<string> Warnings, IReadOnlyList<string> Remarks)
{
    private static readonly ErrorCause WeightsMismatch = new(nameof(WeightsMismatch), ErrorKind.InvalidData,
        "The weights of a file are not those of the model: some are missing, unexpected or of another shape.",
        "Give the weights of this model; `-WeightsMatch Any` takes those that fit, and leaves the rest fresh.");

    private static readonly ErrorCause WeightsOtherFile = new(nameof(WeightsOtherFile), ErrorKind.InvalidData,
        "A file of weights is not the one that the earlier run began with.", "Give that file as `-Weights`, or this one, to begin with it all the same.");

    private static readonly ErrorCause WeightsUnknownPlace = new(nameof(WeightsUnknownPlace), ErrorKind.ObjectNotFound,
        "An earlier run began with the weights of a file whose place is not known.", "Give its path as `-Weights`.");

    // Names that data parallelism and the compiler of PyTorch put before all others.
    private static readonly string[] Prefixes = ["module.", "_orig_mod."];

    // PyTorch before 0.4.1 did not count batches, and nothing that learns by a fixed share reads the count.
    private const string Counter = "num_batches_tracked";

    private const int MostNamed = 4;

    /// <summary>Puts the weights of a file into a module, all that belong there or none.</summary>
    /// <param name="module">The module.</param>
    /// <param name="model">What it is called.</param>
    /// <param name="outputs">How many outputs the data asks for.</param>
    /// <param name="options">The file, and how exactly it must fit.</param>
    /// <returns>What was done; null where no file is named.</returns>
    /// <exception cref="WeightsException">The file cannot be read, or does not fit.</exception>
    public static InitialWeights? Load(nn.Module module, string model, int outputs, LearnerOptions options)
    {
        if (options.Weights is not { } path)
        {
            return options.KnownWeights is not { } unknown ? null : throw new WeightsException(
                WeightsUnknownPlace, unknown.Name, $"The earlier run began with the weights of '{unknown.Name}', which does not lie in this folder: give its path as -Weights.");
        }
        WeightsContent file = WeightsFile.Read(path);
        if (options.KnownWeights is { } known && known.Sha256 != file.Identity.Sha256)
            throw new WeightsException(WeightsOtherFile, path, $"'{path}' is not the file that the earlier run began with: its SHA-256 is {file.Identity.Sha256}, and that of the run {known.Sha256}. Give that file as -Weights, or this one, to begin with it all the same.");
        using var use = new ModuleUse(module);
        var fit = new WeightsFit(module, outputs, file);
        bool headIsFresh = options.WeightsMatch == WeightsMatch.Head && fit.HeadDiffers;
        if (fit.Taken == 0 || (options.WeightsMatch != WeightsMatch.Any && fit.Differs(headIsFresh)))
            throw new WeightsException(WeightsMismatch, path, $"'{path}' does not fit model '{model}': {string.Join("; ", fit.Differences(headIsFresh))}. {(fit.Taken == 0 ? "No parameter fits: give the weights of this model." : options.WeightsMatch == WeightsMatch.Strict && fit.HeadDiffers && !fit.Differs(exceptHead: true) ? "Give the weights of this model, or leave -WeightsMatch Strict out: the last layer then begins fresh." : "Give the weights of this model, or -WeightsMatch Any, which takes those that fit and leaves the rest fresh.")}");
        fit.Copy(headIsFresh);
        string[] differences = [.. fit.Differences(exceptHead: false)];
        return new InitialWeights(
            file.Identity,
            headIsFresh ? [$"The last layer of model '{model}' begins fresh, for another number of outputs than in '{file.Identity.Name}': {string.Join(", ", fit.Misshapen)}."]
                : differences.Length > 0 ? [$"'{file.Identity.Name}' fits model '{model}' in {fit.Taken} of {fit.Parameters} parameters, and the others begin fresh: {string.Join("; ", differences)}."] : [],
            [
                .. file.Note is { } note ? [note] : Array.Empty<string>(),
                .. fit.Prefix.Length > 0 ? [$"All names in the file begin with '{fit.Prefix}', which is left out."] : Array.Empty<string>(),
                $"The model begins with the weights of '{path}' (SHA-256 {file.Identity.Sha256}): {fit.Copied} of {fit.Parameters} parameters are taken, {fit.Parameters - fit.Copied} begin fresh, and {fit.Unexpected} tensors of the file are left.",
            ]);
    }

    /// <summary>The tensors of a file beside those of a module.</summary>
    private sealed class WeightsFit
    {
        private readonly (string Name, Tensor Tensor)[] _live;
        private readonly Dictionary<string, StateTensor> _fitting = new(StringComparer.Ordinal);
        private readonly Dictionary<string, string> _misshapen = new(StringComparer.Ordinal);
        private readonly List<string> _missing = [], _unexpected = [];
        private readonly string[] _head;

        public WeightsFit(nn.Module module, int outputs, WeightsContent file)
        {
            _live = [.. ModelWeights.Live(module).Select(static live => (live.Name[StateTensor.ModelPrefix.Length..], live.Tensor))];
            string[] parameters = [.. module.named_parameters().Select(static p => p.name)];
            Parameters = parameters.Length;
            Prefix = PrefixOf(file.Tensors);
            Dictionary<string, StateTensor> saved = file.Tensors.ToDictionary(tensor => tensor.Name[Prefix.Length..], StringComparer.Ordinal);
            string layer = parameters.Length == 0 ? "" : parameters[^1][..(parameters[^1].LastIndexOf('.') + 1)];
            bool headDiffers = true;
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
            _head = [.. _live.Select(static live => live.Name).Where(name => name.StartsWith(layer, StringComparison.Ordinal))];
            _unexpected.AddRange(saved.Values.Where(static tensor => !IsCounter(tensor.Name)).Select(tensor => $"'{WeightsFile.Printable(tensor.Name[Prefix.Length..])}' {tensor.Type.Text(tensor.Shape)}"));
            Taken = parameters.Count(_fitting.ContainsKey);
        }

        /// <summary>Parameters of the module.</summary>
        public int Parameters { get; }

        /// <summary>Those that fit.</summary>
        public int Taken { get; }

        /// <summary>Those that were copied.</summary>
        public int Copied { get; private set; }

        /// <summary>Tensors of the file that the module has none for.</summary>
        public int Unexpected => _unexpected.Count;

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

        public void Copy(bool headIsFresh)
        {
            foreach ((string name, Tensor tensor) in _live)
            {
                if (!_fitting.TryGetValue(name, out StateTensor? array) || (headIsFresh && _head.Contains(name)))
                    continue;
                TensorBytes.CopyInto(array, tensor);
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

        private static IEnumerable<string> Listed(string before, List<string> names, string after = "") => names.Count == 0 ? []
            : [$"{before}{string.Join(", ", names.Take(MostNamed))}{(names.Count > MostNamed ? $" and {names.Count - MostNamed} more" : "")}{after}"];
    }
}
