namespace ClrEngine.Data;

/// <summary>Joins arrays of features and labels into training data.</summary>
internal static class NumpySet
{
    private const int BlockValues = 8192;

    /// <summary>Loads the arrays of a file or folder by their names.</summary>
    /// <param name="name">A short name.</param>
    /// <param name="source">Where they came from.</param>
    /// <param name="names">The names that are there.</param>
    /// <param name="read">Reads one by its name.</param>
    /// <param name="options">How to split, what to predict and whether to scale.</param>
    /// <exception cref="DataFormatException">An array is damaged, or they do not belong together.</exception>
    public static TrainingData Load(string name, string source, IReadOnlyCollection<string> names, Func<string, NpyArray> read, DataOptions options)
    {
        ((string X, string Y) train, (string X, string Y)? validation) = NumpyNames.Find(source, names);
        using var contents = new ContentHash();
        contents.Add("numpy");
        LabelledData learnt = Part(train, null);
        LabelledData? held = validation is { } test ? Part(test, learnt.Targets) : null;
        contents.Add(learnt.Targets is ClassTargets ? "classes" : "values");
        return DataPreparation.Prepare(name, source, learnt, held, contents.Finish(), options);

        LabelledData Part((string X, string Y) pair, Targets? training)
        {
            NpyArray x = read(pair.X), y = read(pair.Y);
            if (x.Count != y.Count)
                throw new DataFormatException(DataFault.CountMismatch, y.Path, $"has {y.Count} labels for {x.Count} samples in {pair.X}: take both from the same set.");
            Targets targets = TargetsOf(y, training, options.Regression);
            var samples = new NpySamples(x);
            if (x.Header.Type.IsFloat) CheckFinite(x.Path, samples);
            x.AddTo(contents);
            y.AddTo(contents);
            return new LabelledData(samples, targets);
        }
    }

    private static Targets TargetsOf(NpyArray y, Targets? training, bool? regression)
    {
        long width = y.Header.Payload / y.Header.Type.Size / y.Count;
        var label = new ExactNumberColumn("y", y.Numbers());
        if (width == 1) return training is null ? TableTargets.Of(y.Path, label, regression) : TableTargets.Of(y.Path, label, training);
        if (y.Header.Shape.Length != 2 || regression == false || (regression is null && !y.Header.Type.IsFloat))
            throw new DataFormatException(
                DataFault.Label, y.Path, $"has labels of the shape ({string.Join(", ", y.Header.Shape)}): give the number of each sample's class, as argmax(axis=1) makes it, or predict the values with -Regression.");
        var values = (ValueTargets)TableTargets.Of(y.Path, label, regression: true);
        return new ValueTargets(values.Values, (int)width);
    }

    private static void CheckFinite(string path, NpySamples samples)
    {
        int rows = (int)Math.Min(Math.Max(1, BlockValues / samples.SampleLength), samples.Count);
        var indices = new long[rows];
        var values = new float[rows * samples.SampleLength];
        for (long first = 0; first < samples.Count; first += rows)
        {
            int some = (int)Math.Min(rows, samples.Count - first);
            for (int i = 0; i < some; i++) indices[i] = first + i;
            Span<float> block = values.AsSpan(0, some * samples.SampleLength);
            samples.Read(indices.AsSpan(0, some), block);
            for (int i = 0; i < block.Length; i++)
            {
                if (!float.IsFinite(block[i]))
                    throw new DataFormatException(DataFault.Value, path, $"has {block[i]} in its sample {first + (i / samples.SampleLength)}: remove the sample or mend its value.");
            }
        }
    }
}
