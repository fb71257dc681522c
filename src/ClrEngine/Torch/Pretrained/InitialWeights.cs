using System.Collections.Immutable;
using System.Runtime.InteropServices;
using ClrEngine.Data;
using ClrEngine.Torch.Learning;
using ClrEngine.Torch.Models;
using ClrEngine.Training;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ClrEngine.Torch.Pretrained;

/// <summary>How exactly the weights of a file must be those of the model. Names and shapes count; fractions of any width are converted.</summary>
public enum WeightsMatch
{
    /// <summary>All must be there and fit, but for the last layer, which begins fresh where the file has it with another number of outputs or for other classes.</summary>
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

    private static readonly ErrorCause FreezeFreshLayer = new(nameof(FreezeFreshLayer), ErrorKind.InvalidArgument,
        "A pattern of `-Freeze` fits a layer that begins fresh: it would never learn.", "Leave the pattern of that layer out, or give weights that were trained for this data.");

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
    /// <param name="data">What the module shall learn, whose classes and scaling may be others than the file's.</param>
    /// <returns>What was done; null where no file is named.</returns>
    /// <exception cref="WeightsException">The file cannot be read, or does not fit.</exception>
    /// <exception cref="InvalidParameterException">The last layer begins fresh and is frozen.</exception>
    public static InitialWeights? Load(nn.Module module, string model, int outputs, LearnerOptions options, TrainingData? data = null)
    {
        if (options.ResumedWeights is { } saved && IsGone(options, saved))
            return new InitialWeights(saved, [], [$"The weights that the model began with ('{saved.Name}') are not there any more, and the checkpoint has all that came of them."]);
        if (options.Weights is not { } path)
        {
            return options.KnownWeights is not { } unknown ? null : throw new WeightsException(
                WeightsUnknownPlace, unknown.Name, $"The earlier run began with the weights of '{unknown.Name}', which does not lie in this folder: give its path as -Weights.");
        }
        WeightsContent file = WeightsFile.Read(path);
        if (options.WantedWeights is { } wanted && wanted != file.Identity.Sha256)
            throw new WeightsException(WeightsOtherFile, path, $"'{path}' is not the file that {(options.WeightsSha256 is null ? "the earlier run began with" : "WeightsSha256 names")}: its SHA-256 is {file.Identity.Sha256}, and that of the {(options.WeightsSha256 is null ? "run" : "other")} {wanted}. Give that file as -Weights; or this one, without -WeightsSha256, to begin with it all the same.");
        using var use = new ModuleUse(module);
        var fit = new WeightsFit(module, outputs, file);
        string? others = data is null ? null : file.OtherTargets(data.Train.Targets);
        bool isOfOthers = others is not null && fit.HasHead && !fit.HeadDiffers;
        bool headIsFresh = isOfOthers || (options.WeightsMatch == WeightsMatch.Head && fit.HeadDiffers);
        if (fit.Taken == 0 || (options.WeightsMatch != WeightsMatch.Any && fit.Differs(exceptHead: options.WeightsMatch == WeightsMatch.Head)))
            throw new WeightsException(WeightsMismatch, path, $"'{path}' does not fit model '{model}': {string.Join("; ", fit.Differences(headIsFresh))}. {(fit.Taken == 0 ? "No parameter fits: give the weights of this model." : options.WeightsMatch == WeightsMatch.Strict && fit.HeadDiffers && !fit.Differs(exceptHead: true) ? "Give the weights of this model, or leave -WeightsMatch Strict out: the last layer then begins fresh." : "Give the weights of this model, or -WeightsMatch Any, which takes those that fit and leaves the rest fresh.")}");
        if (isOfOthers && options.WeightsMatch == WeightsMatch.Strict)
            throw new WeightsException(WeightsMismatch, path, $"'{path}' has a last layer for other targets than the data has: {others}. Give weights for these, or leave -WeightsMatch Strict out: the last layer then begins fresh.");
        if (headIsFresh && options.Freeze.FirstOrDefault(pattern => fit.Head.Any(name => FrozenParameters.Fits(pattern, name))) is { } frozen)
            throw new InvalidParameterException("Freeze", frozen, $"The pattern '{frozen}' freezes the last layer of model '{model}' ({string.Join(", ", fit.Head)}), which begins fresh{(isOfOthers ? $", for other targets than in '{file.Identity.Name}' ({others})" : "")}, and so would never learn; leave that pattern out.", FreezeFreshLayer);
        // A model that somebody made may have weights that are worth keeping; those of a name are drawn.
        if (ModelCatalog.IsName(model) && fit.Missing.FirstOrDefault(name => options.Freeze.Any(pattern => FrozenParameters.Fits(pattern, name))) is { } never)
            throw new InvalidParameterException("Freeze", string.Join(", ", options.Freeze), $"The parameter '{never}' of model '{model}' is frozen and begins fresh, as '{file.Identity.Name}' has none that fits, and so would never learn; leave its pattern out.", FreezeFreshLayer);
        bool isKnown = options.ResumedWeights?.Sha256 == file.Identity.Sha256;
        string? columns = data is null || isKnown ? null : file.OtherColumns(data);
        if (columns is not null && options.WeightsMatch == WeightsMatch.Strict)
            throw new WeightsException(WeightsMismatch, path, $"'{path}' was trained on other data: {columns}. Give data of the same columns in the same order, or leave -WeightsMatch Strict out.");
        fit.RequireSingle(path);
        fit.Copy(headIsFresh);
        // What was said where the run began is not said again.
        return new InitialWeights(
            isKnown ? options.ResumedWeights! : file.Identity,
            isKnown ? [] : [.. WarningsOf(fit, file, model, headIsFresh, isOfOthers, others), .. columns is null ? Array.Empty<string>() : [$"The weights of '{file.Identity.Name}' were trained on other data: {columns}. They are taken as they stand, the first for the first."], .. data is not null && file.OtherScaling(data) is { } scaling ? [scaling] : Array.Empty<string>()],
            [
                .. file.Note is { } note ? [note] : Array.Empty<string>(),
                .. fit.Prefix.Length > 0 ? [$"All names in the file begin with '{fit.Prefix}', which is left out."] : Array.Empty<string>(),
                $"The model begins with the weights of '{path}' (SHA-256 {file.Identity.Sha256}): {fit.Copied} of {fit.Parameters} parameters are taken, {fit.Parameters - fit.Copied} begin fresh, and {fit.Left} tensors of the file are left.",
            ]);
    }

    private static IEnumerable<string> WarningsOf(WeightsFit fit, WeightsContent file, string model, bool headIsFresh, bool isOfOthers, string? others)
    {
        if (isOfOthers)
            yield return $"The last layer of model '{model}' begins fresh, for other targets than in '{file.Identity.Name}': {others}.";
        else if (headIsFresh)
            yield return $"The last layer of model '{model}' begins fresh, for another number of outputs than in '{file.Identity.Name}': {string.Join(", ", fit.Misshapen)}.";
        else if (others is not null && !fit.HeadDiffers)
            yield return $"The weights of '{file.Identity.Name}' are for other targets: {others}. Which layer of model '{model}' answers is not told by its parameters, so that all are taken.";
        if ((isOfOthers || !headIsFresh) && fit.Differences(exceptHead: false).ToArray() is { Length: > 0 } differences)
            yield return $"'{file.Identity.Name}' fits model '{model}' in {(fit.Taken == fit.Parameters ? $"all {fit.Parameters} parameters, and differs in others" : $"{fit.Taken} of {fit.Parameters} parameters, and the others begin fresh")}: {string.Join("; ", differences)}.";
    }

    // Of frozen weights that are rounded while the model learns, the file alone has all digits.
    private static bool IsGone(LearnerOptions options, WeightsIdentity saved) =>
        (options.Precision == Precision.Float32 || options.Freeze.Count == 0) && !Path.Exists(options.Weights)
        && (options.WantedWeights is { } wanted ? wanted == saved.Sha256 : options.Weights is { } path && Path.GetFileName(path) == saved.Name);

    /// <summary>The tensors of a file beside those of a module.</summary>
    private sealed class WeightsFit
    {
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
            _unexpected.AddRange(saved.Values.Where(static tensor => !IsCounter(tensor.Name)).Select(tensor => $"'{WeightsFile.Printable(tensor.Name[Prefix.Length..])}' {tensor.Type.Text(tensor.Shape)}"));
            Taken = parameters.Count(_fitting.ContainsKey);
        }

        /// <summary>Parameters of the module.</summary>
        public int Parameters { get; }

        /// <summary>Those that fit.</summary>
        public int Taken { get; }

        /// <summary>Those that were copied.</summary>
        public int Copied { get; private set; }

        /// <summary>Tensors of the file that were not copied.</summary>
        public int Left => _tensors - _copied;

        /// <summary>The names of the tensors of the module of which the file has none that fits.</summary>
        public IEnumerable<string> Missing => _live.Select(static live => live.Name).Where(name => !_fitting.ContainsKey(name) && !IsCounter(name));

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
                        throw WeightsFile.Unreadable(path, string.Create(CultureInfo.InvariantCulture, $"has {number:G3} in '{WeightsFile.Printable(array.Name)}', beyond single precision, in which the model computes and whose largest number is {float.MaxValue:G2}: look at how it was trained."));
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

        private static IEnumerable<string> Listed(string before, List<string> names, string after = "") => names.Count == 0 ? []
            : [$"{before}{string.Join(", ", names.Take(MostNamed))}{(names.Count > MostNamed ? $" and {names.Count - MostNamed} more" : "")}{after}"];
    }
}
