using ClrEngine.Data;
using ClrEngine.Torch.Learning;
using ClrEngine.Torch.Models;
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

    /// <summary>Puts the weights of a file into a module, all that belong there or none; null where no file is named. The data may have other classes and another scaling than the file's.</summary>
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
        if (ModelCatalog.IsName(model) && fit.Fresh.FirstOrDefault(name => options.Freeze.Any(pattern => FrozenParameters.Fits(pattern, name))) is { } never)
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
                $"The model begins with the weights of '{path}' (SHA-256 {file.Identity.Sha256}): {fit.Copied} of {fit.Parameters} parameters are taken, {fit.Parameters - fit.Copied} begin fresh, and {Counted.Of(fit.Left, "tensor")} of the file {Counted.Form(fit.Left)} left.",
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
}
