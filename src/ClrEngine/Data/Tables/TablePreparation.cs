namespace ClrEngine.Data;

/// <summary>From tables to training data: targets, split, categories and scaling, the last two by the training rows alone.</summary>
internal static class TablePreparation
{
    /// <summary>Prepares tables.</summary>
    /// <param name="name">A short name.</param>
    /// <param name="source">Where they came from: a path, or <c>embedded</c>.</param>
    /// <param name="train">All rows, or the training part where <paramref name="validation"/> is given.</param>
    /// <param name="validation">The validation part, with the same columns; null to hold some rows out.</param>
    /// <param name="options">How to split, what to predict and whether to scale.</param>
    /// <exception cref="DataFormatException">The labels cannot be predicted, or there are too few rows.</exception>
    public static TrainingData Prepare(string name, string source, ColumnTable train, ColumnTable? validation, DataOptions options)
    {
        Targets targets = TableTargets.Of(train.Path, train.Label, options.Regression);
        using var contents = new ContentHash();
        train.AddTo(contents);
        validation?.AddTo(contents);
        contents.Add(targets is ClassTargets ? "classes" : "values");

        if (validation is not null)
        {
            var encoding = TableEncoding.Learn(train, Enumerable.Range(0, train.Rows).Select(static row => (long)row).ToArray());
            var held = new LabelledData(encoding.Apply(validation), TableTargets.Of(validation.Path, validation.Label, targets));
            return Join(new LabelledData(encoding.Apply(train), targets), held, DataSplit.Own, encoding);
        }

        var split = DataSplit.HoldOut(source, targets, options);
        var learnt = TableEncoding.Learn(train, split.Train.AsSpan());
        var all = new LabelledData(learnt.Apply(train), targets);
        return Join(split.TrainPart(all), split.ValidationPart(all), split.Description, learnt);

        TrainingData Join(LabelledData part, LabelledData held, string how, TableEncoding encoding) =>
            DataPreparation.Join(name, source, part, held, how, Scaling(part, encoding, options), contents.Finish(), options) with
            {
                FeatureNames = encoding.Names,
            };
    }

    // A category's 0 and 1 stay as they are.
    private static FeatureScaling Scaling(LabelledData train, TableEncoding encoding, DataOptions options)
    {
        if (!options.Standardize) return FeatureScaling.Identity(encoding.Names.Length);
        FeatureScaling all = ScalingEstimator.Estimate(train.Samples);
        return new FeatureScaling(
            [.. all.Means.Select((mean, i) => encoding.IsNumber[i] ? mean : 0)],
            [.. all.StandardDeviations.Select((deviation, i) => encoding.IsNumber[i] ? deviation : 1)]);
    }
}
