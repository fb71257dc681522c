namespace ClrEngine.Data;

/// <summary>How a data set is prepared.</summary>
public sealed record DataOptions
{
    private static readonly ErrorCause DataOptionWithoutUse = new(nameof(DataOptionWithoutUse), ErrorKind.InvalidArgument,
        "An option was given that has no effect on this data.", "Leave it out; a label column, for one, belongs to tables.");

    internal const long UsualImagePixels = 1 << 26;

    private readonly double _validationFraction = 0.2;
    private readonly long _maxImagePixels = UsualImagePixels;

    /// <summary>The options in force where none are given.</summary>
    public static DataOptions Default { get; } = new();

    /// <summary>The share of the samples held out for validation, between 0 and 1; without effect where a set brings its own validation part.</summary>
    /// <exception cref="InvalidParameterException">The share is not between 0 and 1.</exception>
    public double ValidationFraction
    {
        get => _validationFraction;
        init => _validationFraction = value is > 0 and < 1
            ? value
            : throw new InvalidParameterException(nameof(ValidationFraction), value, "ValidationFraction must lie between 0 and 1, such as 0.2: both parts need samples.");
    }

    /// <summary>Decides which samples are held out: the same seed holds out the same ones.</summary>
    public long Seed { get; init; }

    /// <summary>Whether samples are scaled to mean 0 and standard deviation 1 for each channel, by figures of the training part alone.</summary>
    public bool Standardize { get; init; } = true;

    /// <summary>
    /// Whether a model learns values (regression) scaled to mean 0 and standard deviation 1 for each column, by figures of the training part alone.
    /// Predictions and losses are in the values' own units all the same.
    /// </summary>
    public bool ScaleTargets { get; init; } = true;

    /// <summary>The column of a table that is to be predicted: its name, or its number from 0, or from -1 backwards; null for the last column.</summary>
    public string? LabelColumn { get; init; }

    /// <summary>Columns of a table to leave out, such as row numbers and names, written like <see cref="LabelColumn"/>.</summary>
    public IReadOnlyList<string> IgnoreColumns { get; init; } = [];

    /// <summary>Whether a text table starts with the names of its columns.</summary>
    public HeaderRow HeaderRow { get; init; }

    /// <summary>True predicts numbers, false classes; null decides by the labels: texts and whole numbers are classes, other numbers are values.</summary>
    public bool? Regression { get; init; }

    /// <summary>CIFAR-100: true for its 100 classes, false for its 20 groups of classes.</summary>
    public bool FineLabels { get; init; } = true;

    /// <summary>Folders of images: the size that they are brought to; null where all have the same.</summary>
    public ImageSize? ImageSize { get; init; }

    /// <summary>Folders of images: how many pixels one image may have; the memory for these is taken before they are decoded.</summary>
    /// <exception cref="InvalidParameterException">It is less than 1, or more than 2^28.</exception>
    public long MaxImagePixels
    {
        get => _maxImagePixels;
        init => _maxImagePixels = value is >= 1 and <= 1 << 28
            ? value
            : throw new InvalidParameterException(nameof(MaxImagePixels), value, "MaxImagePixels must lie between 1 and 268435456.");
    }

    /// <summary>Refuses an option that a kind of data has no use for: whoever gave it expects an effect.</summary>
    /// <exception cref="InvalidParameterException">One of them is without use.</exception>
    internal void RefuseUnused(string kind, DataOptionUse uses)
    {
        if (LabelColumn is not null) Need(DataOptionUse.Columns, "LabelColumn", LabelColumn);
        if (IgnoreColumns.Count > 0) Need(DataOptionUse.Columns, "IgnoreColumn", IgnoreColumns);
        if (HeaderRow != HeaderRow.Auto) Need(DataOptionUse.HeaderRow, "HeaderRow", HeaderRow);
        if (Regression is not null) Need(DataOptionUse.Regression, "Regression", Regression);
        if (!FineLabels) Need(DataOptionUse.FineLabels, "CoarseLabels", true);
        if (ImageSize is not null) Need(DataOptionUse.ImageSize, "ImageSize", ImageSize);
        if (MaxImagePixels != UsualImagePixels) Need(DataOptionUse.ImageSize, "MaxImagePixels", MaxImagePixels);

        void Need(DataOptionUse use, string parameter, object? value)
        {
            if (!uses.HasFlag(use))
                throw new InvalidParameterException(parameter, value, $"{parameter} has no effect on data of the kind {kind}: leave it out.", DataOptionWithoutUse);
        }
    }
}

/// <summary>Whether a text table starts with the names of its columns.</summary>
public enum HeaderRow
{
    /// <summary>Where no field of the first row is a number, it holds the names.</summary>
    Auto,

    /// <summary>The first row holds the names.</summary>
    Present,

    /// <summary>The first row is data; the columns are named 0, 1, 2 and so on.</summary>
    Absent,
}

/// <summary>Options that only some kinds of data have a use for.</summary>
[Flags]
public enum DataOptionUse
{
    /// <summary>None of them.</summary>
    None = 0,

    /// <summary><see cref="DataOptions.LabelColumn"/> and <see cref="DataOptions.IgnoreColumns"/>.</summary>
    Columns = 1,

    /// <summary><see cref="DataOptions.HeaderRow"/>.</summary>
    HeaderRow = 2,

    /// <summary><see cref="DataOptions.Regression"/>.</summary>
    Regression = 4,

    /// <summary><see cref="DataOptions.FineLabels"/>.</summary>
    FineLabels = 8,

    /// <summary><see cref="DataOptions.ImageSize"/> and <see cref="DataOptions.MaxImagePixels"/>.</summary>
    ImageSize = 16,

    /// <summary>All of them.</summary>
    All = Columns | HeaderRow | Regression | FineLabels | ImageSize,
}

/// <summary>The height and width that images are brought to, in pixels.</summary>
public sealed record ImageSize
{
    private const int Largest = 16_384;

    /// <summary>Names a size; each side is from 1 to 16,384 pixels.</summary>
    /// <exception cref="InvalidParameterException">A side is outside that range.</exception>
    public ImageSize(int height, int width)
    {
        Height = Side(height);
        Width = Side(width);
    }

    /// <summary>The height in pixels.</summary>
    public int Height { get; }

    /// <summary>The width in pixels.</summary>
    public int Width { get; }

    /// <summary>Height × width.</summary>
    public override string ToString() => $"{Height}×{Width}";

    private static int Side(int side) => side is >= 1 and <= Largest
        ? side
        : throw new InvalidParameterException(nameof(ImageSize), side, $"ImageSize is {side}; give a height and a width, or one number for both, from 1 to {Largest} pixels.");
}
