namespace ClrEngine.Training;

/// <summary>How a model, or an ensemble, does on one class.</summary>
public sealed record ClassScore
{
    /// <summary>The class.</summary>
    public required string Class { get; init; }

    /// <summary>How many samples are of it.</summary>
    public required long Samples { get; init; }

    /// <summary>How many samples are held for it.</summary>
    public required long Predicted { get; init; }

    /// <summary>How many of its samples are held for it.</summary>
    public required long Correct { get; init; }

    /// <summary>The samples of it that are held for it, in percent; null where no sample is of it.</summary>
    public double? Recall => Samples > 0 ? 100.0 * Correct / Samples : null;

    /// <summary>The samples held for it that are of it, in percent; null where none is held for it.</summary>
    public double? Precision => Predicted > 0 ? 100.0 * Correct / Predicted : null;

    /// <summary>The harmonic mean of recall and precision, in percent; 0 where one of them is null, and null where both are.</summary>
    public double? F1 => Samples + Predicted > 0 ? 200.0 * Correct / (Samples + Predicted) : null;

    /// <summary>The class and its figures in one line.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Class}: recall {Recall:F1} %, precision {Precision:F1} %");
}

/// <summary>Counts how often a class is held for each other.</summary>
/// <param name="classes">The classes that the model knows.</param>
internal sealed class ConfusionCounts(IReadOnlyList<string> classes)
{
    // The whole table of more would fill memory.
    private const int MostInTable = 1000;

    private readonly long[] _samples = new long[classes.Count], _predicted = new long[classes.Count], _correct = new long[classes.Count];
    private readonly long[][]? _table = classes.Count <= MostInTable ? [.. classes.Select(_ => new long[classes.Count])] : null;

    // Of two classes, how likely each sample is held for the second, and whether it is.
    private readonly List<(double Score, bool IsSecond)> _scores = [];

    /// <summary>Adds a sample: its own class, the one that it is held for, and how likely it is held for that, from 0 to 1.</summary>
    public void Add(int actual, int predicted, double probability)
    {
        _samples[actual]++;
        _predicted[predicted]++;
        _correct[actual] += actual == predicted ? 1 : 0;
        if (_table is not null) _table[actual][predicted]++;
        // Of the likelier class, whichever is the sample's own: the same answers stay the same number.
        if (classes.Count == 2) _scores.Add((predicted == 1 ? probability : 1 - probability, actual == 1));
    }

    public IReadOnlyList<ClassScore> Classes() => ShownList<ClassScore>.Counted([.. classes.Select((name, i) =>
        new ClassScore { Class = name, Samples = _samples[i], Predicted = _predicted[i], Correct = _correct[i] })]);

    /// <summary>The counts, a row for each sample's own class; null where the classes are too many.</summary>
    public IReadOnlyList<IReadOnlyList<long>>? Table() => _table is null ? null : ShownList<IReadOnlyList<long>>.Counted([.. _table]);

    /// <summary>The area under the receiver operating characteristic: how often a sample of the second class is held for it more than one of the first, a tie being half; null where there are not both.</summary>
    public double? RocAuc()
    {
        double first = _scores.Count(static score => !score.IsSecond), second = _scores.Count - first;
        if (first == 0 || second == 0) return null;
        double wins = 0, below = 0;
        foreach (IGrouping<double, (double Score, bool IsSecond)> same in _scores.GroupBy(static score => score.Score).OrderBy(static group => group.Key))
        {
            double ofSecond = same.Count(static score => score.IsSecond), ofFirst = same.Count() - ofSecond;
            wins += ofSecond * (below + (ofFirst / 2));
            below += ofFirst;
        }

        return wins / (first * second);
    }
}
