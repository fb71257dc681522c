namespace ClrEngine.Data;

/// <summary>How a data set is prepared.</summary>
public sealed record DataOptions
{
    private readonly double _validationFraction = 0.2;

    /// <summary>The options in force where none are given.</summary>
    public static DataOptions Default { get; } = new();

    /// <summary>The share of the samples held out for validation, between 0 and 1; without effect where a set brings its own validation part.</summary>
    /// <exception cref="Errors.InvalidParameterException">The share is not between 0 and 1.</exception>
    public double ValidationFraction
    {
        get => _validationFraction;
        init => _validationFraction = value is > 0 and < 1
            ? value
            : throw new Errors.InvalidParameterException(nameof(ValidationFraction), value, "ValidationFraction must lie between 0 and 1, such as 0.2: both parts need samples.");
    }

    /// <summary>Decides which samples are held out: the same seed holds out the same ones.</summary>
    public long Seed { get; init; }

    /// <summary>Whether samples are scaled to mean 0 and standard deviation 1 for each channel, by figures of the training part alone.</summary>
    public bool Standardize { get; init; } = true;

    /// <summary>The column of a table that is to be predicted: its name, or its number from 0, or from -1 backwards; null for the last column.</summary>
    public string? LabelColumn { get; init; }

    /// <summary>Columns of a table to leave out, such as row numbers and names, written like <see cref="LabelColumn"/>.</summary>
    public IReadOnlyList<string> IgnoreColumns { get; init; } = [];

    /// <summary>Whether a text table starts with the names of its columns.</summary>
    public HeaderRow HeaderRow { get; init; }

    /// <summary>
    /// True predicts numbers (<see cref="ValueTargets"/>), false classes (<see cref="ClassTargets"/>);
    /// null decides by the labels: texts and whole numbers are classes, other numbers are values.
    /// </summary>
    public bool? Regression { get; init; }

    /// <summary>CIFAR-100: true for its 100 classes, false for its 20 groups of classes.</summary>
    public bool FineLabels { get; init; } = true;

    /// <summary>Folders of images: the size that they are brought to; null where all have the same.</summary>
    public ImageSize? ImageSize { get; init; }
}
