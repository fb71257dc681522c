using ClrEngine.Data;
using ClrEngine.Torch;
using static TorchSharp.torch;

namespace ClrModule.Commands.Training;

/// <summary>Reads a data set once, for several cmdlets.</summary>
[Cmdlet(VerbsData.Import, "TrainingData", DefaultParameterSetName = ByPath)]
[OutputType(typeof(TrainingData))]
public sealed class ImportTrainingDataCommand : ClrCommand
{
    private const string ByPath = "Path";
    private const string ByTensor = "Tensor";

    /// <summary>A name such as digits, or the path of a folder or file.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ParameterSetName = ByPath), Alias("Path", "FullName")]
    [ArgumentCompleter(typeof(DataCompleter))]
    public object Data { get; set; } = null!;

    /// <summary>The share of the samples that is held out where the set has no part of its own for it.</summary>
    [Parameter, PointDecimal]
    public double ValidationFraction { get; set; } = DataOptions.Default.ValidationFraction;

    /// <summary>The seed of the split.</summary>
    [Parameter, PointDecimal]
    public int SplitSeed { get; set; }

    /// <summary>Tables, and tables of labels beside images: the column to predict, by its name or by its number from 0, or from -1 backwards. The last column of a table if omitted.</summary>
    [Parameter]
    public string? LabelColumn { get; set; }

    /// <summary>Tables: columns to leave out, such as row numbers and names, by name or number.</summary>
    [Parameter]
    public string[]? IgnoreColumn { get; set; }

    /// <summary>Text tables: whether the first row holds the names of the columns. Auto takes it for names where none of its fields is a number.</summary>
    [Parameter, ArgumentCompleter(typeof(EnumCompleter<HeaderRow>))]
    public Choice<HeaderRow> HeaderRow { get; set; }

    /// <summary>Predicts numbers; -Regression:$false predicts classes. If omitted, texts and whole numbers are classes, other numbers are values.</summary>
    [Parameter]
    public SwitchParameter Regression { get; set; }

    /// <summary>
    /// Values to predict: learns them scaled to mean 0 and standard deviation 1, so that they train whatever their size; predictions and losses are in their
    /// own units all the same. -ScaleTargets:$false learns them as they are.
    /// </summary>
    [Parameter]
    public SwitchParameter ScaleTargets { get; set; } = true;

    /// <summary>CIFAR-100: its 20 groups of classes instead of its 100 classes.</summary>
    [Parameter]
    public SwitchParameter CoarseLabels { get; set; }

    /// <summary>Folders of images: the height and the width to bring them to, or one number for both.</summary>
    [Parameter, ValidateCount(1, 2), PointDecimal]
    public int[]? ImageSize { get; set; }

    /// <summary>Folders of images: how many pixels one image may have, 67,108,864 (8,192 × 8,192) if omitted; each takes up to twelve bytes while it is decoded.</summary>
    [Parameter, PointDecimal]
    public long MaxImagePixels { get; set; } = DataOptions.Default.MaxImagePixels;

    /// <summary>Tensors of your own: the samples, one a row; they are copied and stay yours.</summary>
    [Parameter(Mandatory = true, ParameterSetName = ByTensor)]
    public Tensor Features { get; set; } = null!;

    /// <summary>
    /// Tensors of your own: the targets, one a row of Features. Whole numbers without a second dimension are classes from 0;
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

    /// <summary>Tensors of your own: leaves the samples as they are; each channel is brought to mean 0 and standard deviation 1 if omitted.</summary>
    [Parameter(ParameterSetName = ByTensor)]
    public SwitchParameter AsIs { get; set; }

    protected override object? Target => ParameterSetName == ByPath ? Data : Features;

    protected override void Process() => WriteObject(ParameterSetName == ByPath ? DataArgument.Resolve(Data, this, Options()) : DataArgument.Tell(FromTensors(), this));

    private DataOptions Options() => new()
    {
        ValidationFraction = ValidationFraction,
        Seed = SplitSeed,
        LabelColumn = LabelColumn,
        IgnoreColumns = IgnoreColumn ?? [],
        HeaderRow = HeaderRow,
        ImageSize = ImageSize is null ? null : new ImageSize(ImageSize[0], ImageSize[^1]),
        MaxImagePixels = MaxImagePixels,
        FineLabels = !CoarseLabels,
        ScaleTargets = ScaleTargets,
        Regression = IsBound(nameof(Regression)) ? Regression.IsPresent : null,
    };

    private TrainingData FromTensors()
    {
        DataOptions options = Options() with { Standardize = !AsIs };
        return (ValidationFeatures, ValidationTargets) switch
        {
            (null, null) => TensorData.Prepare(Features, Targets, options, ClassName),
            ({ } features, { } targets) => TensorData.Prepare(Features, Targets, features, targets, options, ClassName),
            (null, _) => throw new InvalidParameterException(nameof(ValidationFeatures), null, "ValidationTargets need ValidationFeatures; give both, or neither."),
            _ => throw new InvalidParameterException(nameof(ValidationTargets), null, "ValidationFeatures need ValidationTargets; give both, or neither."),
        };
    }
}
