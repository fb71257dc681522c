using System.Collections;
using System.ComponentModel;
using static TorchSharp.torch;

namespace ClrModule.Commands.Training;

/// <summary>Reads a data set once, for several cmdlets.</summary>
[Cmdlet(VerbsData.Import, "TrainingData", DefaultParameterSetName = ByPath)]
[OutputType(typeof(TrainingData))]
public sealed class ImportTrainingDataCommand : ClrCommand
{
    private const string ByPath = "Path";
    private const string ByLiteralPath = "LiteralPath";
    private const string ByTensor = "Tensor";

    /// <summary>A name such as digits, or the path of a folder or file; wildcards are allowed, and each match is a data set.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ParameterSetName = ByPath), Alias("Path", "FullName")]
    [ArgumentCompleter(typeof(DataCompleter)), SupportsWildcards]
    public object Data { get; set; } = null!;

    /// <summary>The paths of folders or files by their names as they are: no letter is a wildcard.</summary>
    [Parameter(Mandatory = true, ParameterSetName = ByLiteralPath), Alias("PSPath", "LP")]
    public string[] LiteralPath { get; set; } = [];

    /// <summary>The share of the samples that is held out where the set has no part of its own for it.</summary>
    [Parameter, PointDecimal]
    public double ValidationFraction { get; set; } = DataOptions.Default.ValidationFraction;

    /// <summary>The seed of the split.</summary>
    [Parameter, WholeNumber<int>]
    public int SplitSeed { get; set; }

    /// <summary>Tables, and tables of labels beside images: the column to predict, by its name or by its number from 0, or from -1 backwards. The last column of a table if omitted.</summary>
    [Parameter, ArgumentCompleter(typeof(ColumnCompleter))]
    public string? LabelColumn { get; set; }

    /// <summary>Tables: columns to leave out, such as row numbers and names, by name or number.</summary>
    [Category("tables"), Parameter, ArgumentCompleter(typeof(ColumnCompleter))]
    public string[]? IgnoreColumn { get; set; }

    /// <summary>Tables: columns whose values are words, by name or number, also where they look like numbers or dates: each different one becomes a value of 0 or 1.</summary>
    [Parameter, ArgumentCompleter(typeof(ColumnCompleter))]
    public string[]? CategoryColumn { get; set; }

    /// <summary>Text tables: whether the first row holds the names of the columns. Auto takes it for names where it disagrees with the rows below it.</summary>
    [Parameter, NameOf<HeaderRow>, ArgumentCompleter(typeof(EnumCompleter<HeaderRow>))]
    public Choice<HeaderRow> HeaderRow { get; set; }

    /// <summary>Text tables, and those of the labels of images: the character between fields; ' ' stands for any run of blanks and tabs. Told by the text if omitted.</summary>
    [Parameter]
    public string? Delimiter { get; set; }

    /// <summary>Text tables: numbers have a comma before their decimals, and points group digits; -DecimalComma:$false says the reverse. Told by the text if omitted.</summary>
    [Parameter, TrueOrFalse]
    public SwitchParameter DecimalComma { get; set; }

    /// <summary>Text tables, and those of the labels of images: the encoding where the file has no mark of its own, such as windows-1252, utf-16 or ansi. UTF-8 if omitted.</summary>
    [Parameter]
    public string? Encoding { get; set; }

    /// <summary>
    /// Tables, and those of the labels of images: the words that stand for a missing value beside the empty field; -MissingValue @() for none. Those of pandas, R, SQL and Excel, such as NA,
    /// None and #N/A, if omitted.
    /// </summary>
    [Parameter, AllowEmptyCollection]
    public string[]? MissingValue { get; set; }

    /// <summary>Tables: how many columns there may be, 32,768 if omitted, and values of one sample after texts have become columns; a row may have 32 characters for each.</summary>
    [Parameter, WholeNumber<int>]
    public int MaxColumns { get; set; } = DataOptions.Default.MaxColumns;

    /// <summary>Predicts numbers; -Regression:$false predicts classes. If omitted, texts and whole numbers are classes, other numbers are values.</summary>
    [Category("targets and scaling"), Parameter, TrueOrFalse]
    public SwitchParameter Regression { get; set; }

    /// <summary>
    /// Leaves the samples as they are, pixels from 0 to 1; each channel is brought to mean 0 and standard deviation 1 if omitted. Arrays and tensors of
    /// whole numbers, such as the tokens of a text, are then given to the model as whole numbers of 64 bits, as an embedding takes them.
    /// </summary>
    [Parameter, TrueOrFalse]
    public SwitchParameter AsIs { get; set; }

    /// <summary>
    /// What is taken from each channel in place of the mean that is measured: one number for all or one for each, or ImageNet, CIFAR10, CIFAR100 or MNIST for
    /// the figures of that set with its standard deviations. A channel is a colour of images, a feature of sequences, a column of numbers of tables.
    /// Pixels are in the unit from 0 to 1, as in torchvision.
    /// </summary>
    [Parameter, PointDecimal(TakesNames = true), ArgumentCompleter(typeof(ScalingCompleter))]
    public object[]? Mean { get; set; }

    /// <summary>By what each channel is then divided: one number for all, or one for each.</summary>
    [Parameter, PointDecimal(TakesNames = true), ArgumentCompleter(typeof(ScalingCompleter))]
    public object[]? StandardDeviation { get; set; }

    /// <summary>Arrays and tensors: what the dimensions behind the samples are. Auto guesses where there are two, and says so.</summary>
    [Parameter, NameOf<SampleLayout>, ArgumentCompleter(typeof(EnumCompleter<SampleLayout>))]
    public Choice<SampleLayout> Layout { get; set; }

    /// <summary>
    /// Values to predict: learns them scaled to mean 0 and standard deviation 1, so that they train whatever their size; predictions and losses are in their
    /// own units all the same. -ScaleTargets:$false learns them as they are.
    /// </summary>
    [Parameter, TrueOrFalse]
    public SwitchParameter ScaleTargets { get; set; } = true;

    /// <summary>CIFAR-100: its 20 groups of classes instead of its 100 classes.</summary>
    [Category("images"), Parameter, TrueOrFalse]
    public SwitchParameter CoarseLabels { get; set; }

    /// <summary>Folders of images: the height and the width to bring them to, or one number for both.</summary>
    [Parameter, ValidateCount(1, 2), WholeNumber<int>(IsList = true)]
    public int[]? ImageSize { get; set; }

    /// <summary>For data larger than memory. Folders of images: decodes each image anew whenever it is learnt and keeps none; done of itself, and said, where the images would take more than half of the memory. Tables: keeps their numbers in the folder for temporary files ($env:TMPDIR, on Windows $env:TMP), from which each batch is read ahead; the file has 8 bytes a value, twice that while it is read, and is gone with the data.</summary>
    [Parameter, TrueOrFalse]
    public SwitchParameter Stream { get; set; }

    /// <summary>Folders of images, with Stream: decodes each image once, and keeps all so in the folder for temporary files, from which they come many times faster; it needs room for height × width × channels bytes an image, twice that for images of 16 bits.</summary>
    [Category("images"), Parameter, TrueOrFalse]
    public SwitchParameter Cache { get; set; }

    /// <summary>Folders of images: how many pixels one image may have, 67,108,864 (8,192 × 8,192) if omitted; each takes up to twelve bytes while it is decoded. Without ImageSize, more than 16,777,216 are refused until this is raised.</summary>
    [Parameter, WholeNumber<long>]
    public long MaxImagePixels { get; set; } = DataOptions.Default.MaxImagePixels;

    /// <summary>Tensors of your own: the samples, one a row; they are copied and stay yours.</summary>
    [Category("tensors of your own"), Parameter(Mandatory = true, ParameterSetName = ByTensor)]
    public Tensor Features { get; set; } = null!;

    /// <summary>
    /// Tensors of your own: the targets, one a row of Features. Whole numbers in one column are classes from 0, and so is a 1 among zeros in several;
    /// other numbers are values.
    /// </summary>
    [Parameter(Mandatory = true, ParameterSetName = ByTensor)]
    public Tensor Targets { get; set; } = null!;

    /// <summary>Tensors of your own: the samples of the validation part; some are held out if omitted.</summary>
    [Parameter(ParameterSetName = ByTensor)]
    public Tensor? ValidationFeatures { get; set; }

    /// <summary>Tensors of your own: the targets of the validation part.</summary>
    [Parameter(ParameterSetName = ByTensor)]
    public Tensor? ValidationTargets { get; set; }

    /// <summary>Tensors of your own: the names of the classes in the order of their numbers.</summary>
    [Parameter(ParameterSetName = ByTensor)]
    public string[]? ClassName { get; set; }

    private bool _hadRow;

    protected override object? Target => ParameterSetName switch { ByPath => Data, ByLiteralPath => LiteralPath, _ => Features };

    protected override void Process()
    {
        DataOptions options = Options();
        if (Data.Plain() is UnreadData)
            return;
        if (Data.Plain() is PSCustomObject or PSObject)
        {
            // One error tells of all rows.
            if (_hadRow)
                return;
            _hadRow = true;
            throw new InvalidParameterException(nameof(Data), Data, "Rows of a table, as Import-Csv gives them, are no data set; give the file's path itself, such as Import-TrainingData ./table.csv, and write rows that are in no file with Export-Csv first.");
        }
        switch (ParameterSetName)
        {
            case ByTensor:
                WriteObject(DataArgument.Tell(FromTensors(), this));
                break;
            case ByLiteralPath:
                EachOf(LiteralPath, path => Load(this.FullPath(path)));
                break;
            default:
                EachOf<object>(Data.Plain() is IList several ? [.. several.Cast<object>()] : [Data], data => EachOf(DataArgument.Matches(data, this), Load));
                break;
        }

        void Load(object data)
        {
            if (data.Plain() is TrainingData && MyInvocation.BoundParameters.Keys.FirstOrDefault(static name => name != nameof(Data) && typeof(ImportTrainingDataCommand).GetProperty(name)?.DeclaringType == typeof(ImportTrainingDataCommand)) is { } option)
                throw new InvalidParameterException(option, MyInvocation.BoundParameters[option], $"{option} has no effect on data that is read already: give it where the data is read from its name or path.", DataOptions.DataOptionWithoutUse);
            WriteObject(DataArgument.Resolve(data, this, options));
        }
    }

    private DataOptions Options() => new()
    {
        ValidationFraction = ValidationFraction,
        Seed = SplitSeed,
        SplitParameter = IsBound(nameof(ValidationFraction)) ? nameof(ValidationFraction) : IsBound(nameof(SplitSeed)) ? nameof(SplitSeed) : null,
        LabelColumn = LabelColumn,
        IgnoreColumns = IgnoreColumn ?? [],
        CategoryColumns = CategoryColumn ?? [],
        HeaderRow = HeaderRow,
        Delimiter = Delimiter,
        DecimalComma = IsBound(nameof(DecimalComma)) ? DecimalComma.IsPresent : null,
        Encoding = Encoding,
        MissingValues = MissingValue,
        MaxColumns = MaxColumns,
        ImageSize = ImageSize is null ? null : new ImageSize(ImageSize[0], ImageSize[^1]),
        MaxImagePixels = MaxImagePixels,
        Stream = Stream,
        Cache = Cache,
        FineLabels = !CoarseLabels,
        Standardize = !AsIs,
        Scaling = ScalingArgument.Resolve(Mean, StandardDeviation),
        Layout = Layout,
        ScaleTargets = ScaleTargets,
        Regression = IsBound(nameof(Regression)) ? Regression.IsPresent : null,
    };

    private TrainingData FromTensors()
    {
        DataOptions options = Options();
        return (ValidationFeatures, ValidationTargets) switch
        {
            (null, null) => TensorData.Prepare(Features, Targets, options, ClassName),
            ({ } features, { } targets) => TensorData.Prepare(Features, Targets, features, targets, options, ClassName),
            (null, _) => throw new InvalidParameterException(nameof(ValidationFeatures), null, "ValidationTargets need ValidationFeatures; give both, or neither."),
            _ => throw new InvalidParameterException(nameof(ValidationTargets), null, "ValidationFeatures need ValidationTargets; give both, or neither."),
        };
    }
}
