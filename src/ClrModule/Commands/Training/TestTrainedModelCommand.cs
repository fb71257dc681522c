using ClrEngine.Torch.Learning;
using ClrEngine.Torch.Trained;
using ClrModule.Commands.Files;
using ClrModule.Sweeps;

namespace ClrModule.Commands.Training;

/// <summary>
/// Evaluates trained models on data. Several files are an ensemble: the mean of their probabilities, or of their values, decides.
/// The files are those that Start-CyclicTraining wrote to its DestinationPath, such as models/snapshot-*.safetensors; the folder of a sweep's run stands for its best model. They hold numbers only and run no code; a TorchScript file given as Model can.
/// </summary>
[Cmdlet(VerbsDiagnostic.Test, "TrainedModel", DefaultParameterSetName = ByPath)]
[OutputType(typeof(TrainedModelScore), typeof(ModelPrediction), typeof(ValuePrediction))]
public sealed class TestTrainedModelCommand : FilesCommand
{
    private static readonly string[] ReadingParameters = [nameof(HeaderRow), nameof(Delimiter), nameof(DecimalComma), nameof(Encoding), nameof(MissingValue)];

    private readonly Dictionary<string, SweepFolder> _sweeps = [];

    /// <summary>The data: a name such as digits, the path of a folder or file, or an object from Import-TrainingData.</summary>
    [Parameter(Mandatory = true, Position = 1), ArgumentCompleter(typeof(DataCompleter))]
    public object Data { get; set; } = null!;

    /// <summary>Which part of the data.</summary>
    [Parameter, NameOf<DataPart>, ArgumentCompleter(typeof(EnumCompleter<DataPart>))]
    public Choice<DataPart> Part { get; set; } = DataPart.Validation;

    /// <summary>Writes what is made of each sample, in place of the score. Tables and folders of images need no labels then.</summary>
    [Parameter]
    public SwitchParameter Predict { get; set; }

    /// <summary>Predicts, and adds to each prediction how likely each class is held, from 0 to 1, in a property P(class).</summary>
    [Parameter]
    public SwitchParameter AllProbabilities { get; set; }

    /// <summary>The model that takes the weights, where the files name one that is not built by name: a TorchSharp module, or a TorchScript file.</summary>
    [Parameter, JoinedText, ArgumentCompleter(typeof(ModelCompleter))]
    public object? Model { get; set; }

    /// <summary>
    /// Refuses a model that is TorchScript, a file as well as a module that was loaded from one, for its code would run. Models
    /// by name and files of weights run none.
    /// </summary>
    [Parameter]
    public SwitchParameter NoScript { get; set; }

    /// <summary>The device: auto, cpu, cuda or cuda:N.</summary>
    [Parameter, ArgumentCompleter(typeof(DeviceCompleter))]
    public string Device { get; set; } = new LearnerOptions().Device;

    /// <summary>Threads of one operation on the CPU; as many as the work occupies if omitted. Answers repeat to the bit only with the same number.</summary>
    [Parameter, WholeNumber<int>(EmptyIsNone = true)]
    public int? Threads { get; set; }

    /// <summary>Text tables that are read here: whether the first row holds the names of the columns, as for Import-TrainingData.</summary>
    [Parameter, NameOf<HeaderRow>, ArgumentCompleter(typeof(EnumCompleter<HeaderRow>))]
    public Choice<HeaderRow> HeaderRow { get; set; }

    /// <summary>Text tables that are read here: the character between fields. Told by the text if omitted.</summary>
    [Parameter]
    public string? Delimiter { get; set; }

    /// <summary>Text tables that are read here: numbers have a comma before their decimals; -DecimalComma:$false says the reverse. Told by the text if omitted: give it where the training data had it.</summary>
    [Parameter, TrueOrFalse]
    public SwitchParameter DecimalComma { get; set; }

    /// <summary>Text tables that are read here: the encoding where the file has no mark of its own, such as windows-1252. UTF-8 if omitted.</summary>
    [Parameter]
    public string? Encoding { get; set; }

    /// <summary>Tables that are read here: the words that stand for a missing value beside the empty field; -MissingValue @() for none. The usual ones, such as NA, if omitted.</summary>
    [Parameter, AllowEmptyCollection]
    public string[]? MissingValue { get; set; }

    private DataOptions Reading => DataOptions.Default with
    {
        HeaderRow = HeaderRow,
        Delimiter = Delimiter,
        DecimalComma = IsBound(nameof(DecimalComma)) ? DecimalComma.IsPresent : null,
        Encoding = Encoding,
        MissingValues = MissingValue,
    };

    protected override void Process()
    {
        if (Data.Plain() is TrainingData && ReadingParameters.FirstOrDefault(IsBound) is { } idle)
            throw new InvalidParameterException(idle, MyInvocation.BoundParameters[idle], $"{idle} says how a file is read, and Data is read already; give it to Import-TrainingData.");
        using TrainedModel model = TrainedModel.Open([.. Given.SelectMany(FilesOf).Select(FileAt).Select(PathArgument.RequireFile)], Model is null ? null : ModelArgument.Resolve(Model, this, NoScript), Device, Threads);
        if (AllProbabilities && !model.Info.HasClasses)
            throw new InvalidParameterException(nameof(AllProbabilities), true, $"{model.Info.Model} predicts values, not classes: leave AllProbabilities out.");
        if (AllProbabilities && model.Info.Classes.GroupBy(static name => name, StringComparer.OrdinalIgnoreCase).FirstOrDefault(static same => same.Skip(1).Any()) is { } alike)
            throw new InvalidParameterException(nameof(AllProbabilities), true, $"The classes {string.Join(" and ", alike.Select(static name => $"'{name}'"))} differ in capitals alone, which names of properties do not: leave AllProbabilities out.");
        bool predicts = Predict || AllProbabilities;
        TrainingData data = DataArgument.Resolve(Data, this, Reading with { ForEvaluation = true, MayLackLabels = predicts, InputShape = model.Info.InputShape, Features = model.Info.Features, Label = model.Info.Label, Classes = model.Info.Classes });
        model.RequireFeatures(data);
        if (predicts && !IsBound(nameof(Part)) && data.IsSplit && data.Identity != model.Info.Run.DataIdentity)
            WriteWarning($"{data.Validation.Count} of {data.Train.Count + data.Validation.Count} samples {Counted.Form(data.Validation.Count)} answered, those that would be held out of '{data.Name}' in training: -Part All answers all, first the others and then these.");
        var tally = new PredictionTally(model.Info);
        foreach (LabelledData part in Part.Value.SamplesOf(data))
        {
            DataPart? name = data.PartOf(part);
            IEnumerable<SamplePrediction> predictions = model.Predict(part, data.Scaling, AllProbabilities);
            foreach (string doubt in model.Warnings)
                WriteWarning(doubt);
            foreach (SamplePrediction prediction in predictions)
            {
                StopToken.ThrowIfCancellationRequested();
                if (!predicts)
                {
                    tally.Add(prediction);
                    continue;
                }
                SamplePrediction named = prediction with { Part = name };
                WriteObject(AllProbabilities ? WithClasses((ModelPrediction)named) : named);
            }
        }
        if (predicts)
            return;
        TrainedModelScore score = tally.Score(model, data.Name);
        if (score.Warning is { } warning)
            WriteWarning(warning);
        WriteObject(score);
    }

    private static PSObject WithClasses(ModelPrediction prediction)
    {
        var made = new PSObject(prediction);
        (IReadOnlyList<string> names, ReadOnlyMemory<double> probabilities) = prediction.Classes!.Value;
        for (int i = 0; i < names.Count; i++)
            made.Properties.Add(new PSNoteProperty($"P({names[i]})", probabilities.Span[i]));
        return made;
    }

    private protected override string FileAt(string path) => SweepRunFolder.IsRun(path) ? SweepRunFolder.BestModel(path, _sweeps) : path;
}
