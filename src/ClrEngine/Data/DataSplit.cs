using System.Collections.Immutable;
using System.Globalization;

namespace ClrEngine.Data;

/// <summary>Which samples are held out, and how that was decided.</summary>
/// <param name="Description">How, for <see cref="TrainingData.Identity"/>.</param>
/// <param name="Train">The samples to learn from.</param>
/// <param name="Validation">The samples held out.</param>
internal sealed record DataSplit(string Description, ImmutableArray<long> Train, ImmutableArray<long> Validation)
{
    /// <summary>The description where a set brings its own validation part.</summary>
    public const string Own = "own validation part";

    /// <summary>Holds out some of each class.</summary>
    /// <exception cref="DataFormatException">There are too few samples.</exception>
    public static DataSplit HoldOut(string source, Targets targets, DataOptions options)
    {
        var split = StratifiedSplit.Of(targets, options.ValidationFraction, options.Seed);
        if (split.Validation.IsEmpty)
            throw new DataFormatException(
                DataFault.TooFew, source, $"has {targets.Count} samples and no class with two: give at least one class a second sample, so that one can be held out for validation.");
        string description = string.Create(CultureInfo.InvariantCulture, $"{options.ValidationFraction:R} held out by seed {options.Seed}");
        return new DataSplit(description, split.Train, split.Validation);
    }

    /// <summary>The part of a set to learn from.</summary>
    public LabelledData TrainPart(LabelledData all) => Part(all, Train);

    /// <summary>The part of a set that is held out.</summary>
    public LabelledData ValidationPart(LabelledData all) => Part(all, Validation);

    private static LabelledData Part(LabelledData all, ImmutableArray<long> indices) =>
        new(new SubsetSamples(all.Samples, indices), all.Targets.Select(indices.AsSpan()));
}
