using System.Numerics;
using System.Runtime.InteropServices;
using ClrEngine.Data;
using ClrEngine.Data.Arrays;
using ClrEngine.Training;
using static TorchSharp.torch;

namespace ClrEngine.Torch;

/// <summary>Training data from tensors that somebody made. They are copied, and stay their maker's.</summary>
/// <remarks>
/// Features are <c>[samples, ...]</c> of any real type; those of three dimensions are sequences <c>[samples, time, features]</c> unless
/// <see cref="DataOptions.Layout"/> says otherwise. Whole numbers or truth values <c>[samples]</c> or <c>[samples, 1]</c> as targets are classes
/// counted from 0, and so is a 1 among zeros <c>[samples, classes]</c>; other numbers are values. <see cref="DataOptions.Regression"/> decides where that is wrong.
/// </remarks>
public static class TensorData
{
    private const int MostNamed = 5;

    /// <summary>
    /// Prepares tensors for training: a part is held out, and both are scaled by figures of the other. Classes are named by their numbers
    /// where no names are given.
    /// </summary>
    /// <exception cref="InvalidParameterException">A tensor cannot be used: its shape, its type, or a number in it.</exception>
    /// <exception cref="DataFormatException">There are too few samples to hold some out.</exception>
    public static TrainingData Prepare(
        Tensor features, Tensor targets, DataOptions? options = null, IReadOnlyList<string>? classNames = null, string name = "tensors") =>
        Prepare(TensorPart.Copy(features, targets, options ?? DataOptions.Default), null, options, classNames, name);

    /// <summary>Prepares tensors that have a validation part of their own.</summary>
    /// <exception cref="InvalidParameterException">A tensor cannot be used: its shape, its type, or a number in it.</exception>
    /// <exception cref="DataFormatException">The parts differ in the shape of a sample.</exception>
    public static TrainingData Prepare(
        Tensor features, Tensor targets, Tensor validationFeatures, Tensor validationTargets, DataOptions? options = null, IReadOnlyList<string>? classNames = null, string name = "tensors")
    {
        TensorPart train = TensorPart.Copy(features, targets, options ?? DataOptions.Default);
        TensorPart validation = TensorPart.Copy(validationFeatures, validationTargets, options ?? DataOptions.Default, "Validation");
        return (train.Labels is null, train.Width) == (validation.Labels is null, validation.Width)
            ? Prepare(train, validation, options, classNames, name)
            : throw TensorPart.Refused("ValidationTargets", validationTargets, $"give the kind and width of Targets, which are [{string.Join(", ", targets.shape)}] of the type {targets.dtype}.");
    }

    private static TrainingData Prepare(TensorPart train, TensorPart? validation, DataOptions? options, IReadOnlyList<string>? classNames, string name)
    {
        options ??= DataOptions.Default;
        options.RefuseUnused("tensors", DataOptionUse.Regression | DataOptionUse.Layout);
        bool areNamed = classNames is not null;
        // A class may occur in one part only.
        int classes = Math.Max(train.Classes, validation?.Classes ?? 0);
        classNames ??= Enumerable.Range(0, classes).Select(number => number.ToString(CultureInfo.InvariantCulture)).ToArray();
        if (classNames.Count < classes)
            throw new InvalidParameterException("ClassName", classNames, $"There are {classNames.Count} class names for {classes} classes; name each class, in the order of their numbers.");
        if (classNames.Twice() is { } twice)
            throw new InvalidParameterException("ClassName", classNames, $"Two classes are called '{twice}'; give each class a name of its own, in the order of their numbers.");
        using var contents = new ContentHash();
        contents.Add("tensors");
        train.AddTo(contents);
        validation?.AddTo(contents);
        TrainingData data = DataPreparation.Prepare(name, "tensors", train.With(classNames), validation?.With(classNames), contents.Finish(), options);
        List<string> warnings = [.. data.Warnings];
        if (options.Layout == SampleLayout.Auto && data.Shape.Count == 2)
            warnings.Insert(0, "Features of three dimensions are taken for sequences (samples, time, features), each feature scaled by itself; say -Layout ChannelsFirst for (samples, channels, length), -Layout Image for grey images, or -Layout Sequence.");
        if (train.Doubt is not null) warnings.Add(train.Doubt);
        string[] empty = !areNamed && train.Labels is not null && train.Width == 1 ? [.. Enumerable.Range(0, classes).Select(static label => (long)label).Except(train.Labels.Concat(validation?.Labels ?? [])).Select(static label => $"{label}")] : [];
        if (empty.Length > 0)
            warnings.Add($"No sample has the class {empty.First(MostNamed)}, and the model needs an output for each of the {classes} from 0 to {classes - 1}: number the classes from 0 without gaps, name them all with -ClassName, or say -Regression if Targets are values.");
        return data with { Warnings = warnings };
    }
}

/// <summary>Samples and targets copied out of tensors.</summary>
internal sealed record TensorPart(Array Features, SampleReader Samples, long[]? Labels, double[]? Values, int Width)
{
    // Labels such as record numbers would otherwise ask for a model with as many outputs.
    private const long MostClasses = 1_000_000;

    private static readonly ScalarType[] WideTypes = [ScalarType.Float64, ScalarType.Int64, ScalarType.Int32];

    /// <summary>What is said of a guess; null where there was none.</summary>
    public string? Doubt { get; init; }

    public int Classes => Labels is null ? 0 : Math.Max((int)Labels.Max() + 1, Width);

    /// <summary>Copies two tensors; the prefix stands before Features and Targets in the names of their parameters.</summary>
    public static TensorPart Copy(Tensor features, Tensor targets, DataOptions options, string prefix = "")
    {
        ArgumentNullException.ThrowIfNull(features);
        ArgumentNullException.ThrowIfNull(targets);
        string featuresName = prefix + "Features", targetsName = prefix + "Targets";
        if (features.dim() < 2 || features.numel() == 0)
            throw Refused(featuresName, features, "it needs the shape [samples, ...] with a value in each sample.");
        if (targets.dim() is not (1 or 2) || targets.numel() == 0 || targets.shape[0] != features.shape[0])
            throw Refused(targetsName, targets, $"it needs the shape [{features.shape[0]}] or [{features.shape[0]}, width]: a row for each sample of {featuresName}.");
        long[] shape = ArrayLayout.ShapeOf(features.shape[1..], options.Layout)
            ?? throw Refused(featuresName, features, $"it has not the layout {options.Layout}: an image has two dimensions or three behind the samples, a sequence two, or one where it has one feature.");
        using Tensor laid = ArrayLayout.HasChannelsLast(features.shape[1..], options.Layout) ? features.permute(0, 3, 1, 2) : features.alias();
        Array values = WideTypes.Contains(features.dtype) ? Numbers<double>(laid, featuresName, ScalarType.Float64) : Numbers<float>(laid, featuresName, ScalarType.Float32);
        bool isInteger = features.is_integral() && features.dtype != ScalarType.Bool;
        SampleReader samples = values is float[] floats && !isInteger ? new FloatSamples(floats, shape) : new DoubleSamples(Wide(values), shape, isInteger);

        int width = targets.dim() == 1 ? 1 : (int)targets.shape[1];
        if (width == 1 && !(options.Regression ?? targets.is_floating_point()))
            return new TensorPart(values, samples, WholeNumbers(targets, targetsName), null, 1);

        double[] wanted = Numbers<double>(targets, targetsName, ScalarType.Float64);
        long[]? oneHot = options.Regression == true ? null : ClassTargets.FromOneHot(wanted, width)?.Labels.ToArray();
        bool isRefused = false;
        string? doubt = oneHot is null && options.Regression is null ? ClassTargets.NotQuiteOneHot(wanted, width, "the number of each sample's class", out isRefused) : null;
        if (isRefused) throw Refused(targetsName, targets, doubt!);
        if (oneHot is null && options.Regression is null && !targets.is_floating_point())
            doubt ??= $"whole numbers in {Counted.Of(width, "column")} are taken for {Counted.Of(width, "value")} to predict; give -Regression to say so, or the number of each sample's class.";
        return oneHot is not null ? new TensorPart(values, samples, oneHot, null, width)
            : options.Regression == false ? throw Refused(targetsName, targets, "it needs one class a sample, or a 1 in the column of its class and 0 in the others.")
            : new TensorPart(values, samples, null, wanted, width) { Doubt = doubt is null ? null : $"{targetsName}: {doubt}" };
    }

    public LabelledData With(IReadOnlyList<string> classNames) => new(
        Samples,
        Labels is not null
            ? new ClassTargets(ImmutableCollectionsMarshal.AsImmutableArray(Labels), [.. classNames])
            : new ValueTargets(ImmutableCollectionsMarshal.AsImmutableArray(Values), Width));

    public void AddTo(ContentHash hash)
    {
        hash.Add([.. Samples.Shape]);
        _ = Features is float[] floats ? hash.Add<float>(floats) : hash.Add<double>((double[])Features);
        _ = Labels is not null ? hash.Add<long>(Labels) : hash.Add<double>(Values);
    }

    public static InvalidParameterException Refused(string name, Tensor tensor, string reason) =>
        new(name, tensor, $"{name} is a tensor of the shape [{string.Join(", ", tensor.shape)}] and the type {tensor.dtype}; {reason}");

    private static double[] Wide(Array values)
    {
        if (values is double[] wide) return wide;
        wide = new double[values.Length];
        Widening.Widen((float[])values, wide);
        return wide;
    }

    private static T[] Numbers<T>(Tensor tensor, string name, ScalarType type)
        where T : unmanaged, IFloatingPoint<T>
    {
        if (tensor.is_complex())
            throw Refused(name, tensor, "it needs real numbers.");
        T[] values = Copy<T>(tensor, type);
        int bad = Array.FindIndex(values, static value => !float.IsFinite(float.CreateTruncating(value)));
        return bad < 0
            ? values
            : throw Refused(name, tensor, FormattableString.Invariant($"row {bad / (values.Length / tensor.shape[0])} holds {values[bad]}: remove the sample or mend its value."));
    }

    private static long[] WholeNumbers(Tensor tensor, string name)
    {
        if (tensor.is_floating_point() && Array.Exists(Numbers<double>(tensor, name, ScalarType.Float64), static value => value != Math.Floor(value)))
            throw Refused(name, tensor, "classes are whole numbers, counted from 0.");
        long[] labels = Copy<long>(tensor, ScalarType.Int64);
        int bad = Array.FindIndex(labels, label => label is < 0 or >= MostClasses);
        return bad < 0
            ? labels
            : throw Refused(name, tensor, $"row {bad} holds the class {labels[bad]}: number the classes from 0, or give values as real numbers.");
    }

    private static T[] Copy<T>(Tensor tensor, ScalarType type)
        where T : unmanaged
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        return tensor.detach().to(type, CPU).contiguous().data<T>().ToArray();
    }
}
