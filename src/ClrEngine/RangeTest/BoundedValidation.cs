using System.Collections.Immutable;
using ClrEngine.Data;

namespace ClrEngine.RangeTest;

/// <summary>A validation part small enough to be gone through at each step of a range test.</summary>
public static class BoundedValidation
{
    // Enough to tell rates apart, few enough to cost a trial only some steps more.
    private const int TrialSamples = 2_048;

    /// <summary>Keeps as many validation samples as a range test looks at: those that stand for each point, or those by which trials are judged.</summary>
    /// <param name="data">The data.</param>
    /// <param name="options">How the test runs.</param>
    /// <param name="batchSize">Samples of a batch.</param>
    public static TrainingData For(TrainingData data, LrRangeTestOptions options, int batchSize)
    {
        ArgumentNullException.ThrowIfNull(options);
        return options.ValidationBatches > 0 ? Limit(data, (long)options.ValidationBatches * batchSize) : options.HasTrials ? Limit(data, TrialSamples) : data;
    }

    /// <summary>Keeps some validation samples, spread evenly over all, so that classes in a row all take part.</summary>
    /// <param name="data">The data.</param>
    /// <param name="samples">How many to keep, at least 1; all if there are fewer.</param>
    /// <returns>The same training part, and the smaller validation part.</returns>
    /// <exception cref="InvalidParameterException">Fewer than one sample.</exception>
    public static TrainingData Limit(TrainingData data, long samples)
    {
        ArgumentNullException.ThrowIfNull(data);
        Require.AtLeast(samples, 1, "ValidationBatches");
        long all = data.Validation.Count;
        if (samples >= all)
            return data;
        ImmutableArray<long> chosen = [.. Enumerable.Range(0, (int)samples).Select(i => i * all / samples)];
        var part = new LabelledData(new SubsetSamples(data.Validation.Samples, chosen), data.Validation.Targets.Select(chosen.AsSpan()));
        return Replaced(data, part);
    }

    /// <summary>Learns from one data set and validates on another, which is scaled as the first and has its classes by name.</summary>
    /// <param name="data">The data to learn from.</param>
    /// <param name="validation">The data whose validation part is taken; it is of the same shape and classes.</param>
    /// <exception cref="InvalidParameterException">The sets differ in shape, in the names of their features, or in classes.</exception>
    public static TrainingData WithValidation(TrainingData data, TrainingData validation)
    {
        ArgumentNullException.ThrowIfNull(data);
        ArgumentNullException.ThrowIfNull(validation);
        if (TrainingData.OtherFeature(validation.FeatureNames, data.FeatureNames, "the training data has") is { } other)
            throw new InvalidParameterException("ValidationData", validation, $"The validation data does not fit the training data. {other}");
        try
        {
            LabelledData held = validation.Validation;
            ISampleReader samples = data.Train.Samples is SampleReader { IsInteger: true } ? ScaledSamples.Unscaled(held.Samples) : ScaledSamples.Rescale(held.Samples, validation.Scaling, data.Scaling);
            return Replaced(data, new LabelledData(samples, Renumbered(held.Targets, data.Train.Targets)));
        }
        catch (ArgumentException exception)
        {
            throw new InvalidParameterException("ValidationData", validation, $"The validation data does not fit the training data: {exception.Message}");
        }
    }

    // Classes of the same names may have other numbers.
    private static Targets Renumbered(Targets held, Targets learnt)
    {
        if (held is not ClassTargets classes || learnt is not ClassTargets known || classes.ClassNames.SequenceEqual(known.ClassNames))
            return held;
        long[] numbers = [.. classes.ClassNames.Select(name => (long)known.ClassNames.IndexOf(name))];
        int stray = classes.Labels.FirstOrDefault(label => numbers[label] < 0, -1) is var label and >= 0 ? (int)label : -1;
        return stray < 0
            ? new ClassTargets([.. classes.Labels.Select(label => numbers[label])], known.ClassNames)
            : throw new ArgumentException($"it has the class '{classes.ClassNames[stray]}', and the training data {string.Join(", ", known.ClassNames.Take(20))}.", nameof(held));
    }

    private static TrainingData Replaced(TrainingData data, LabelledData validation) =>
        new(data.Name, data.Source, data.Train, validation, data.Scaling, data.Identity)
        {
            TargetScaling = data.TargetScaling,
            FeatureNames = data.FeatureNames,
            LabelName = data.LabelName,
            License = data.License,
            Attribution = data.Attribution,
        };
}
