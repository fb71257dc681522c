namespace ClrEngine.Data;

/// <summary>A data set ready for training: a part to learn from and a part to validate on, scaled alike.</summary>
public sealed record TrainingData
{
    /// <summary>Joins two parts that are scaled already; the parameters are the properties of the same names.</summary>
    /// <exception cref="ArgumentException">The parts differ in shape, kind of target, number of classes or width, or a text is empty.</exception>
    public TrainingData(string name, string source, LabelledData train, LabelledData validation, FeatureScaling scaling, string identity)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        ArgumentException.ThrowIfNullOrWhiteSpace(source);
        ArgumentNullException.ThrowIfNull(train);
        ArgumentNullException.ThrowIfNull(validation);
        ArgumentNullException.ThrowIfNull(scaling);
        ArgumentException.ThrowIfNullOrWhiteSpace(identity);
        if (!train.Samples.Shape.SequenceEqual(validation.Samples.Shape))
            throw new ArgumentException(
                $"Training samples have the shape [{string.Join(", ", train.Samples.Shape)}], validation samples [{string.Join(", ", validation.Samples.Shape)}]: give both the same.",
                nameof(validation));
        if (train.Targets is not UnknownTargets && validation.Targets is not UnknownTargets && Kind(train.Targets) != Kind(validation.Targets))
            throw new ArgumentException(
                $"Training targets are {Kind(train.Targets)}, validation targets {Kind(validation.Targets)}: give both the same.", nameof(validation));

        Name = name;
        Source = source;
        Train = train;
        Validation = validation;
        Scaling = scaling;
        Identity = identity;
    }

    /// <summary>A short name, such as <c>digits</c>.</summary>
    public string Name { get; }

    /// <summary>Where it came from: a path, or <c>embedded</c>.</summary>
    public string Source { get; }

    /// <summary>The part to learn from.</summary>
    public LabelledData Train { get; }

    /// <summary>The part held out: never learnt from, and no figure of <see cref="Scaling"/> comes from it.</summary>
    public LabelledData Validation { get; }

    /// <summary>The scaling that the samples of both parts already have; new samples need the same before a trained model sees them.</summary>
    public FeatureScaling Scaling { get; }

    /// <summary>The scaling in which a model learns the values of <see cref="Train"/>, which are not scaled themselves; null where it learns classes, or values as they are.</summary>
    public FeatureScaling? TargetScaling { get; init; }

    /// <summary>A SHA-256 (64 hex digits) of the contents, the split and the scaling: equal where a run can go on with this data.</summary>
    public string Identity { get; }

    /// <summary>Whether both parts were made of one.</summary>
    internal bool IsSplit => Train != Validation && ScaledSamples.Unscaled(Validation.Samples) is SubsetSamples;

    /// <summary>The shape of one sample, the same in both parts.</summary>
    public IReadOnlyList<long> Shape => Train.Samples.Shape.ToArray();

    /// <summary>The name of each value of a sample, such as <c>petal_length</c> or <c>colour=red</c>; null where the values have none, as pixels.</summary>
    public IReadOnlyList<string>? FeatureNames { get; init => field = value as string[] ?? value?.ToArray(); }

    /// <summary>The name of the column that is predicted, or its number where the table names none; of images the name of the column of labels. Null where there is none.</summary>
    public string? LabelName { get; init; }

    /// <summary>The name or path and the options that load it again; null where it was made of arrays or tensors.</summary>
    public DataOrigin? Origin { get; init; }

    /// <summary>What a reader guessed, left out or found odd, and what to do where that is wrong: whole sentences; cmdlets show them as warnings.</summary>
    public IReadOnlyList<string> Warnings { get; init => field = value.ToArray(); } = [];

    /// <summary>What a reader chose as documented, such as the column to predict: whole sentences; cmdlets show them with <c>-Verbose</c>.</summary>
    public IReadOnlyList<string> Remarks { get; init => field = value.ToArray(); } = [];

    /// <summary>Under what licence the data may be used; null where unknown.</summary>
    public string? License { get; init; }

    /// <summary>Whom to name when the data is used; null where unknown.</summary>
    public string? Attribution { get; init; }

    /// <summary>The name, the counts and the shape, on one line.</summary>
    public override string ToString() =>
        $"{Name}: {Train.Count} + {Validation.Count} samples of [{string.Join(", ", Shape)}], {Kind(Train.Targets)}";

    /// <summary>The first value of a sample that has another name than is wanted, in words up to the wanted name; null where all have theirs, or some have none.</summary>
    /// <param name="names">The names of the values.</param>
    /// <param name="wanted">The names that they are to have, in their order.</param>
    /// <param name="whose">Who wants them, and that it does: a clause.</param>
    internal static string? OtherFeature(IReadOnlyList<string>? names, IReadOnlyList<string>? wanted, string whose)
    {
        if (names is null || wanted is null or [] || names.SequenceEqual(wanted)) return null;
        int place = names.Zip(wanted).TakeWhile(static pair => pair.First == pair.Second).Count();
        return $"Value {place} of the samples is {Named(names)}, and {whose} {Named(wanted)} there: give a table with the same columns in the same order, and the same words in them.";

        string Named(IReadOnlyList<string> of) => place < of.Count ? $"'{of[place]}'" : "none";
    }

    private static string Kind(Targets targets) => targets switch
    {
        ClassTargets classes => Counted.Of(classes.Classes, "class", "classes"),
        ValueTargets values => $"{Counted.Of(values.Width, "value")} to predict",
        UnknownTargets => "no labels",
        _ => throw new ArgumentException($"Targets of the type {targets.GetType().Name} are not known.", nameof(targets)),
    };
}

/// <summary>What loads a data set again.</summary>
/// <param name="Text">Its name, or the full path of its file or folder.</param>
/// <param name="Options">How it was prepared.</param>
public sealed record DataOrigin(string Text, DataOptions Options);
