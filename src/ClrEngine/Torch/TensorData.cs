using System.Runtime.InteropServices;
using ClrEngine.Data;
using static TorchSharp.torch;

namespace ClrEngine.Torch;

/// <summary>Training data from tensors that somebody made. They are copied, and stay their maker's.</summary>
/// <remarks>
/// Features are <c>[samples, ...]</c> of any real type. Whole numbers or truth values <c>[samples]</c> as targets are classes
/// counted from 0; real numbers <c>[samples]</c> and any numbers <c>[samples, width]</c> are values.
/// </remarks>
public static class TensorData
{
    /// <summary>
    /// Prepares tensors for training: a part is held out, and both are scaled by figures of the other. Classes are named by their numbers
    /// where no names are given.
    /// </summary>
    /// <exception cref="InvalidParameterException">A tensor cannot be used: its shape, its type, or a number in it.</exception>
    /// <exception cref="DataFormatException">There are too few samples to hold some out.</exception>
    public static TrainingData Prepare(
        Tensor features, Tensor targets, DataOptions? options = null, IReadOnlyList<string>? classNames = null, string name = "tensors") =>
        Prepare(TensorPart.Copy(features, targets), null, options, classNames, name);

    /// <summary>Prepares tensors that have a validation part of their own.</summary>
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

/// <summary>Samples and targets copied out of tensors.</summary>
internal sealed record TensorPart(float[] Features, long[] Shape, long[]? Labels, float[]? Values, int Width)
{
    // Labels such as record numbers would otherwise ask for a model with as many outputs.
    private const long MostClasses = 1_000_000;

    public int Classes => Labels is null ? 0 : (int)Labels.Max() + 1;

    /// <summary>Copies two tensors; the prefix stands before Features and Targets in the names of their parameters.</summary>
    public static TensorPart Copy(Tensor features, Tensor targets, string prefix = "")
    {
        ArgumentNullException.ThrowIfNull(features);
        ArgumentNullException.ThrowIfNull(targets);
        string featuresName = prefix + "Features", targetsName = prefix + "Targets";
        if (features.dim() < 2 || features.numel() == 0)
            throw Refused(featuresName, features, "it needs the shape [samples, ...] with a value in each sample.");
        if (targets.dim() is not (1 or 2) || targets.numel() == 0 || targets.shape[0] != features.shape[0])
            throw Refused(targetsName, targets, $"it needs the shape [{features.shape[0]}] or [{features.shape[0]}, width]: a row for each sample of {featuresName}.");
        bool classes = targets.dim() == 1 && !targets.is_floating_point();
        return new TensorPart(
            Floats(features, featuresName),
            features.shape[1..],
            classes ? WholeNumbers(targets, targetsName) : null,
            classes ? null : Floats(targets, targetsName),
            targets.dim() == 1 ? 1 : (int)targets.shape[1]);
    }

    public LabelledData With(IReadOnlyList<string> classNames) => new(
        new FloatSamples(Features, Shape),
        Labels is not null
            ? new ClassTargets(ImmutableCollectionsMarshal.AsImmutableArray(Labels), [.. classNames])
            : new ValueTargets(ImmutableCollectionsMarshal.AsImmutableArray(Values), Width));

    public void AddTo(ContentHash hash)
    {
        hash.Add(Shape).Add(MemoryMarshal.AsBytes<float>(Features));
        if (Labels is not null)
            hash.Add(Labels);
        else
            hash.Add(MemoryMarshal.AsBytes<float>(Values));
    }

    /// <summary>A refusal that names the parameter, the tensor and the remedy.</summary>
    public static InvalidParameterException Refused(string name, Tensor tensor, string reason) =>
        new(name, tensor, $"{name} is a tensor of the shape [{string.Join(", ", tensor.shape)}] and the type {tensor.dtype}; {reason}");

    private static float[] Floats(Tensor tensor, string name)
    {
        if (tensor.is_complex())
            throw Refused(name, tensor, "it needs real numbers.");
        float[] values = Copy<float>(tensor, ScalarType.Float32);
        int bad = Array.FindIndex(values, value => !float.IsFinite(value));
        return bad < 0
            ? values
            : throw Refused(name, tensor, FormattableString.Invariant($"row {bad / (values.Length / tensor.shape[0])} holds {values[bad]}: remove the sample or mend its value."));
    }

    private static long[] WholeNumbers(Tensor tensor, string name)
    {
        long[] labels = Copy<long>(tensor, ScalarType.Int64);
        int bad = Array.FindIndex(labels, label => label is < 0 or >= MostClasses);
        return bad < 0
            ? labels
            : throw Refused(name, tensor, $"row {bad} holds the class {labels[bad]}: number the classes from 0, or give values as real numbers.");
    }

    private static T[] Copy<T>(Tensor tensor, ScalarType type)
        where T : unmanaged
    {
        using var noGrad = no_grad();
        using Tensor plain = tensor.detach();
        using Tensor host = plain.to(type, CPU);
        using Tensor dense = host.contiguous();
        return dense.data<T>().ToArray();
    }
}
