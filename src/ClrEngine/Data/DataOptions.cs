using ClrEngine.Data.Tables;
using ClrEngine.Data.Tables.Csv;

namespace ClrEngine.Data;

/// <summary>How a data set is prepared.</summary>
public sealed record DataOptions
{
    internal static readonly ErrorCause DataOptionWithoutUse = new(nameof(DataOptionWithoutUse), ErrorKind.InvalidArgument,
        "An option was given that has no effect on this data.", "Leave it out; a label column, for one, belongs to tables.");

    internal const long UsualImagePixels = 1 << 26;

    internal const int UsualColumns = 32_768;

    /// <summary>The options in force where none are given.</summary>
    public static DataOptions Default { get; } = new();

    /// <summary>The share of the samples held out for validation, between 0 and 1; it is refused where a set brings its own validation part.</summary>
    /// <exception cref="InvalidParameterException">The share is not between 0 and 1.</exception>
    public double ValidationFraction
    {
        get;
        init => field = value is > 0 and < 1
            ? value
            : throw new InvalidParameterException(nameof(ValidationFraction), value, "ValidationFraction must lie between 0 and 1, such as 0.2: both parts need samples.");
    } = 0.2;

    /// <summary>Decides which samples are held out: the same seed holds out the same ones.</summary>
    public long Seed { get; init; }

    /// <summary>Whether samples are scaled to mean 0 and standard deviation 1 for each channel, by figures of the training part alone.</summary>
    public bool Standardize { get; init; } = true;

    /// <summary>
    /// The scaling as given, such as that of a network which was trained elsewhere: figures for one channel hold for all. Null measures it, see
    /// <see cref="Standardize"/>. Pixels are scaled in the unit in which they are read, from 0 to 1.
    /// </summary>
    public FeatureScaling? Scaling { get; init; }

    /// <summary>What the dimensions of arrays and tensors are.</summary>
    public SampleLayout Layout { get; init; }

    /// <summary>
    /// Whether a model learns values (regression) scaled to mean 0 and standard deviation 1 for each column, by figures of the training part alone.
    /// Predictions and losses are in the values' own units all the same.
    /// </summary>
    public bool ScaleTargets { get; init; } = true;

    /// <summary>The column of a table that is to be predicted: its name, or its number from 0, or from -1 backwards; null for the last column.</summary>
    public string? LabelColumn { get; init; }

    /// <summary>Columns of a table to leave out, such as row numbers and names, written like <see cref="LabelColumn"/>.</summary>
    public IReadOnlyList<string> IgnoreColumns { get; init; } = [];

    /// <summary>Columns of a table whose values are words, also where they look like numbers or dates, written like <see cref="LabelColumn"/>.</summary>
    public IReadOnlyList<string> CategoryColumns { get; init; } = [];

    /// <summary>Whether a text table starts with the names of its columns.</summary>
    public HeaderRow HeaderRow { get; init; }

    /// <summary>What stands between the fields of a text table: one character, of which a blank stands for any run of blanks and tabs; null where the text tells.</summary>
    /// <exception cref="InvalidParameterException">It is not one character, or one that has another meaning.</exception>
    public string? Delimiter
    {
        get;
        init => field = value is null or { Length: 1 } && value is not ("\"" or "\r" or "\n")
            ? value
            : throw new InvalidParameterException(nameof(Delimiter), value, "Delimiter is one character, such as ; or a tab, and not a quote or a line end.");
    }

    /// <summary>Whether numbers of a text table have a comma before their decimals, so that points group digits; null where the text tells.</summary>
    public bool? DecimalComma { get; init; }

    /// <summary>The encoding of a text table without a mark of its own, such as <c>windows-1252</c>; null for UTF-8.</summary>
    /// <exception cref="InvalidParameterException">No encoding has this name.</exception>
    public string? Encoding
    {
        get;
        init => field = value is null || TextEncodings.TryFind(value) is not null
            ? value
            : throw new InvalidParameterException(nameof(Encoding), value, $"Encoding '{value}' is not known: give a name such as utf-8, utf-16, windows-1252, latin1 or ansi, or the number of a code page.");
    }

    /// <summary>The words that stand for a missing value in a table, in any case of letters, beside the empty field; null for those of pandas, R, SQL and Excel.</summary>
    public IReadOnlyList<string>? MissingValues { get; init; }

    /// <summary>True predicts numbers, false classes; null decides by the labels: texts and whole numbers are classes, other numbers are values.</summary>
    public bool? Regression { get; init; }

    /// <summary>CIFAR-100: true for its 100 classes, false for its 20 groups of classes.</summary>
    public bool FineLabels { get; init; } = true;

    /// <summary>Folders of images: the size that they are brought to; null where all have the same.</summary>
    public ImageSize? ImageSize { get; init; }

    /// <summary>
    /// Folders of images and tables that may be larger than memory. Each image is decoded anew whenever it is learnt; once all are decoded for their
    /// checks and figures, none of which is kept. It is done of itself where the images would take more than half of the memory. The numbers of a
    /// table are kept in the folder for temporary files, twice while it is read.
    /// </summary>
    public bool Stream { get; init; }

    /// <summary>Folders of images that are streamed: whether they are decoded once, and kept so in the folder for temporary files.</summary>
    public bool Cache { get; init; }

    /// <summary>
    /// Folders of images: how many pixels one image may have; the memory for these is taken before they are decoded. Where it was not raised, and no
    /// <see cref="ImageSize"/> is given, images of more than 2^24 pixels are refused.
    /// </summary>
    /// <exception cref="InvalidParameterException">It is less than 1, or more than 2^28.</exception>
    public long MaxImagePixels
    {
        get;
        init => field = value is >= 1 and <= 1 << 28
            ? value
            : throw new InvalidParameterException(nameof(MaxImagePixels), value, "MaxImagePixels must lie between 1 and 268435456.");
    } = UsualImagePixels;

    /// <summary>Tables: how many columns there may be, and values of one sample after texts have become columns; a row may have 32 characters for each.</summary>
    /// <exception cref="InvalidParameterException">It is less than 2, or more than 2^22.</exception>
    public int MaxColumns
    {
        get;
        init => field = value is >= 2 and <= 1 << 22
            ? value
            : throw new InvalidParameterException(nameof(MaxColumns), value, "MaxColumns must lie between 2 and 4194304.");
    } = UsualColumns;

    /// <summary>The words of <see cref="MissingValues"/>, or the usual ones.</summary>
    internal string[] MissingWords => MissingValues is null ? FieldText.UsualMissing : [.. MissingValues];

    /// <summary>Whether nothing is learnt from it, so that it may have one class, and features or samples that are all alike.</summary>
    public bool ForEvaluation { get; init; }

    /// <summary>The names of the values that a model was trained on, which a table is read for; empty where there is none.</summary>
    internal IReadOnlyList<string> Features { get; init; } = [];

    /// <summary>The name of the column that the model predicts, of a table or of one of labels; null where it is not known.</summary>
    internal string? Label { get; init; }

    /// <summary>The shape of that model's samples, to which images are brought; empty where there is none.</summary>
    internal IReadOnlyList<long> InputShape { get; init; } = [];

    /// <summary>Whether the model is asked what it makes of samples, so that these may have no labels.</summary>
    internal bool MayLackLabels { get; init; }

    /// <summary>The parameter by which somebody said how to split, be it as usual; null where nobody did.</summary>
    internal string? SplitParameter { get; init; }

    /// <summary>The classes that the model knows, none where it predicts values; null where there is no model.</summary>
    internal IReadOnlyList<string>? Classes { get; init; }

    /// <summary>Whether that model predicts values, which tables and arrays are read for too; null where there is none.</summary>
    internal bool? PredictsValues => Classes is null ? null : Classes.Count == 0;

    /// <summary>Refuses what says how values are learnt where there are none.</summary>
    /// <exception cref="InvalidParameterException">It was said of classes.</exception>
    internal void RefuseUnused(Targets targets)
    {
        if (!ScaleTargets && targets is ClassTargets)
            throw new InvalidParameterException(nameof(ScaleTargets), false, "ScaleTargets has no effect where classes are learnt, and not values: leave it out.", DataOptionWithoutUse);
    }

    /// <summary>Refuses what says how samples are held out where a set brings its own validation part.</summary>
    /// <exception cref="InvalidParameterException">It was said.</exception>
    internal void RefuseSplit(string source)
    {
        if ((SplitParameter ?? (ValidationFraction != Default.ValidationFraction ? nameof(ValidationFraction) : Seed != Default.Seed ? "SplitSeed" : null)) is { } parameter)
            throw new InvalidParameterException(parameter, parameter == nameof(ValidationFraction) ? (object)ValidationFraction : Seed, $"{parameter} has no effect on '{source}', which has a validation part of its own: leave it out, or give the training part alone.", DataOptionWithoutUse);
    }

    /// <summary>Refuses an option that a kind of data has no use for: whoever gave it expects an effect.</summary>
    /// <exception cref="InvalidParameterException">One of them is without use.</exception>
    internal void RefuseUnused(string kind, DataOptionUse uses)
    {
        if (LabelColumn is not null) Need(DataOptionUse.Columns, "LabelColumn", LabelColumn);
        if (IgnoreColumns.Count > 0) Need(DataOptionUse.Columns, "IgnoreColumn", IgnoreColumns);
        if (HeaderRow != HeaderRow.Auto) Need(DataOptionUse.HeaderRow, "HeaderRow", HeaderRow);
        if (CategoryColumns.Count > 0) Need(DataOptionUse.Columns, "CategoryColumn", CategoryColumns);
        if (Delimiter is not null) Need(DataOptionUse.Delimited, "Delimiter", Delimiter);
        if (DecimalComma is not null) Need(DataOptionUse.HeaderRow, "DecimalComma", DecimalComma);
        if (Encoding is not null) Need(DataOptionUse.Delimited, "Encoding", Encoding);
        if (MissingValues is not null) Need(DataOptionUse.MissingValues, "MissingValue", MissingValues);
        if (Regression is not null) Need(DataOptionUse.Regression, "Regression", Regression);
        if (!FineLabels) Need(DataOptionUse.FineLabels, "CoarseLabels", true);
        if (Layout != SampleLayout.Auto) Need(DataOptionUse.Layout, "Layout", Layout);
        if (ImageSize is not null) Need(DataOptionUse.ImageSize, "ImageSize", ImageSize);
        if (Stream) Need(DataOptionUse.Stream, "Stream", true);
        if (Cache) Need(DataOptionUse.ImageSize, "Cache", true);
        if (Cache && !Stream) throw new InvalidParameterException(nameof(Cache), true, "Cache keeps images that are streamed as they were decoded: give Stream too, or leave it out.", DataOptionWithoutUse);
        if (MaxColumns != UsualColumns) Need(DataOptionUse.Columns, "MaxColumns", MaxColumns);
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
    /// <summary>The first row holds the names where it disagrees with the rows below it: words above numbers, words that stand in no other row, or 0, 1, 2 and so on.</summary>
    Auto,

    /// <summary>The first row holds the names.</summary>
    Present,

    /// <summary>The first row is data; the columns are named 0, 1, 2 and so on.</summary>
    Absent,
}

/// <summary>What the dimensions of an array or a tensor are, the first of which counts the samples.</summary>
public enum SampleLayout
{
    /// <summary>
    /// Of three dimensions: unsigned bytes, whole numbers from 0 to 255, and squares of numbers from 0 to 1 are grey images, other numbers sequences;
    /// which of them is said. Of four: channels are last where only the last dimension can be channels (1, 3 or 4), else first.
    /// </summary>
    Auto,

    /// <summary>Images: (samples, height, width) in grey, or of four dimensions as under <see cref="Auto"/>.</summary>
    Image,

    /// <summary>
    /// Sequences: (samples, time, features), as recurrent and transformer modules take them batch first; each feature is scaled over all times.
    /// (samples, time) is a sequence of one feature.
    /// </summary>
    Sequence,

    /// <summary>The dimension behind the samples is one of channels, as convolutions take them: (samples, channels, length). (samples, length) has one channel.</summary>
    ChannelsFirst,
}

/// <summary>Options that only some kinds of data have a use for.</summary>
[Flags]
public enum DataOptionUse
{
    /// <summary>None of them.</summary>
    None = 0,

    /// <summary><see cref="DataOptions.LabelColumn"/>, <see cref="DataOptions.IgnoreColumns"/>, <see cref="DataOptions.CategoryColumns"/> and <see cref="DataOptions.MaxColumns"/>.</summary>
    Columns = 1,

    /// <summary>What is asked of tables in text alone: <see cref="DataOptions.HeaderRow"/> and <see cref="DataOptions.DecimalComma"/>.</summary>
    HeaderRow = 2,

    /// <summary><see cref="DataOptions.Regression"/>.</summary>
    Regression = 4,

    /// <summary><see cref="DataOptions.FineLabels"/>.</summary>
    FineLabels = 8,

    /// <summary>What is asked of folders of images: <see cref="DataOptions.ImageSize"/>, <see cref="DataOptions.Cache"/> and <see cref="DataOptions.MaxImagePixels"/>.</summary>
    ImageSize = 16,

    /// <summary><see cref="DataOptions.Layout"/>.</summary>
    Layout = 1024,

    /// <summary><see cref="DataOptions.MissingValues"/>.</summary>
    MissingValues = 2048,

    /// <summary><see cref="DataOptions.Delimiter"/> and <see cref="DataOptions.Encoding"/>, of tables in text, also those of the labels of images.</summary>
    Delimited = 4096,

    /// <summary><see cref="DataOptions.Stream"/>.</summary>
    Stream = 8192,

    /// <summary>All of them.</summary>
    All = Columns | HeaderRow | Regression | FineLabels | ImageSize | Layout | MissingValues | Delimited | Stream,
}

/// <summary>The height and width that images are brought to, in pixels.</summary>
public sealed record ImageSize
{
    internal const int Largest = 16_384;

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
