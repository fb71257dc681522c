using System.Globalization;
using ClrEngine.Data;
using ClrEngine.Errors;
using static TorchSharp.torch;

namespace ClrEngine.Torch;

/// <summary>Training data from tensors that somebody made. They are copied, and stay their maker's.</summary>
/// <remarks>
/// Features are <c>[samples, ...]</c> of any real type. Whole numbers or truth values <c>[samples]</c> as targets are classes
/// counted from 0; real numbers <c>[samples]</c> and any numbers <c>[samples, width]</c> are values.
/// </remarks>
public static class TensorData
{
    /// <summary>Prepares tensors for training: a part is held out, and both are scaled by figures of the other.</summary>
    /// <param name="features">The samples.</param>
    /// <param name="targets">Their targets.</param>
    /// <param name="options">How to split and whether to scale.</param>
    /// <param name="classNames">The names of the classes; their numbers if omitted.</param>
    /// <param name="name">A short name for people.</param>
    /// <exception cref="InvalidParameterException">A tensor cannot be used: its shape, its type, or a number in it.</exception>
    /// <exception cref="DataFormatException">There are too few samples to hold some out.</exception>
    public static TrainingData Prepare(
        Tensor features, Tensor targets, DataOptions? options = null, IReadOnlyList<string>? classNames = null, string name = "tensors") =>
        Prepare(TensorPart.Copy(features, targets), null, options, classNames, name);

    /// <summary>Prepares tensors that have a validation part of their own.</summary>
    /// <param name="features">The training samples.</param>
    /// <param name="targets">Their targets.</param>
    /// <param name="validationFeatures">The validation samples, in the shape of the training samples.</param>
    /// <param name="validationTargets">Their targets.</param>
    /// <param name="options">Whether to scale.</param>
    /// <param name="classNames">The names of the classes; their numbers if omitted.</param>
    /// <param name="name">A short name for people.</param>
    /// <exception cref="InvalidParameterException">A tensor cannot be used: its shape, its type, or a number in it.</exception>
    /// <exception cref="DataFormatException">The parts differ in the shape of a sample.</exception>
    public static TrainingData Prepare(
        Tensor features, Tensor targets, Tensor validationFeatures, Tensor validationTargets, DataOptions? options = null, IReadOnlyList<string>? classNames = null, string name = "tensors")
    {
        TensorPart train = TensorPart.Copy(features, targets);
        TensorPart validation = TensorPart.Copy(validationFeatures, validationTargets, "Validation");
        return (train.Labels is null, train.Width) == (validation.Labels is null, validation.Width)
            ? Prepare(train, validation, options, classNames, name)
            : throw TensorPart.Refused("ValidationTargets", validationTargets, $"give the kind and width of Targets, which are [{string.Join(", ", targets.shape)}] of the type {targets.dtype}.");
    }

    private static TrainingData Prepare(TensorPart train, TensorPart? validation, DataOptions? options, IReadOnlyList<string>? classNames, string name)
    {
        // A class may occur in one part only.
        int classes = Math.Max(train.Classes, validation?.Classes ?? 0);
        classNames ??= Enumerable.Range(0, classes).Select(number => number.ToString(CultureInfo.InvariantCulture)).ToArray();
        if (classNames.Count < classes)
            throw new InvalidParameterException("ClassName", classNames, $"There are {classNames.Count} class names for {classes} classes; name each class, in the order of their numbers.");
        using var contents = new ContentHash();
        contents.Add("tensors");
        train.AddTo(contents);
        validation?.AddTo(contents);
        return DataPreparation.Prepare(name, "tensors", train.With(classNames), validation?.With(classNames), contents.Finish(), options ?? DataOptions.Default);
    }
}
