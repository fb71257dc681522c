using System.Globalization;

namespace ClrEngine.Data;

/// <summary>The steps that every format shares: hold out a part, scale both, name the result.</summary>
public static class DataPreparation
{
    /// <summary>Prepares loaded data for training.</summary>
    /// <param name="name">A short name.</param>
    /// <param name="source">Where it came from: a path, or <c>embedded</c>.</param>
    /// <param name="train">All samples, or the training part where <paramref name="validation"/> is given.</param>
    /// <param name="validation">The set's own validation part; null to hold some out.</param>
    /// <param name="contents">A hash of the contents of both, see <see cref="TrainingData.Identity"/>.</param>
    /// <param name="options">How to split and whether to scale.</param>
    /// <returns>The two parts, scaled as the options say.</returns>
    /// <exception cref="DataFormatException">There are too few samples to hold some out, or the parts differ in shape.</exception>
    public static TrainingData Prepare(
        string name, string source, LabelledData train, LabelledData? validation, string contents, DataOptions options)
    {
        ArgumentNullException.ThrowIfNull(train);
        ArgumentNullException.ThrowIfNull(contents);
        ArgumentNullException.ThrowIfNull(options);

        string split = "own validation part";
        if (validation is null)
        {
            split = string.Create(CultureInfo.InvariantCulture, $"{options.ValidationFraction:R} held out by seed {options.Seed}");
            (train, validation) = HoldOut(source, train, options);
        }
        else if (!train.Samples.Shape.SequenceEqual(validation.Samples.Shape))
        {
            throw new DataFormatException(
                DataFault.ShapeMismatch, source, $"has training samples of the shape [{string.Join(", ", train.Samples.Shape)}] and validation samples of [{string.Join(", ", validation.Samples.Shape)}]: give both the same shape.");
        }

        FeatureScaling scaling = options.Standardize
            ? ScalingEstimator.Estimate(train.Samples)
            : FeatureScaling.Identity(checked((int)train.Samples.Shape[0]));
        using var identity = new ContentHash();
        identity.Add("training data 1").Add(contents).Add(split).Add(options.Standardize ? "standardised" : "as it is");
        return new TrainingData(name, source, Scaled(train, scaling), Scaled(validation, scaling), scaling, identity.Finish());
    }

    private static (LabelledData Train, LabelledData Validation) HoldOut(string source, LabelledData all, DataOptions options)
    {
        var split = StratifiedSplit.Of(all.Targets, options.ValidationFraction, options.Seed);
        if (split.Validation.IsEmpty)
            throw new DataFormatException(
                DataFault.TooFew, source, $"has {all.Count} samples and no class with two: give at least one class a second sample, so that one can be held out for validation.");
        return (Part(split.Train), Part(split.Validation));

        LabelledData Part(System.Collections.Immutable.ImmutableArray<long> indices) =>
            new(new SubsetSamples(all.Samples, indices), all.Targets.Select(indices.AsSpan()));
    }

    private static LabelledData Scaled(LabelledData data, FeatureScaling scaling) =>
        scaling.IsIdentity ? data : new LabelledData(new ScaledSamples(data.Samples, scaling), data.Targets);
}
