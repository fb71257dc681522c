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

    protected override void Process()
    {
        using TrainedModel model = TrainedModel.Open([.. Given.SelectMany(FilesOf).Select(FileAt).Select(PathArgument.RequireFile)], Model is null ? null : ModelArgument.Resolve(Model, this, NoScript), Device, Threads);
        if (AllProbabilities && !model.Info.HasClasses)
            throw new InvalidParameterException(nameof(AllProbabilities), true, $"{model.Info.Model} predicts values, not classes: leave AllProbabilities out.");
        if (AllProbabilities && model.Info.Classes.GroupBy(static name => name, StringComparer.OrdinalIgnoreCase).FirstOrDefault(static same => same.Skip(1).Any()) is { } alike)
            throw new InvalidParameterException(nameof(AllProbabilities), true, $"The classes {string.Join(" and ", alike.Select(static name => $"'{name}'"))} differ in capitals alone, which names of properties do not: leave AllProbabilities out.");
        bool predicts = Predict || AllProbabilities;
        TrainingData data = DataArgument.Resolve(Data, this, DataOptions.Default with { ForEvaluation = true, MayLackLabels = predicts, InputShape = model.Info.InputShape, Features = model.Info.Features, Label = model.Info.Label, PredictsValues = !model.Info.HasClasses });
        model.RequireFeatures(data);
        if (predicts && !IsBound(nameof(Part)) && data.IsSplit && data.Identity != model.Info.Run.DataIdentity)
            WriteWarning($"{data.Validation.Count} of {data.Train.Count + data.Validation.Count} samples are answered, those that would be held out of '{data.Name}' in training: -Part All answers all, first the others and then these.");
        var tally = new PredictionTally(model.Info);
        foreach (LabelledData part in Part.Value.SamplesOf(data))
        {
            IEnumerable<SamplePrediction> predictions = model.Predict(part, data.Scaling, AllProbabilities);
            foreach (string doubt in model.Warnings)
                WriteWarning(doubt);
            foreach (SamplePrediction prediction in predictions)
            {
                StopToken.ThrowIfCancellationRequested();
                if (predicts)
                    WriteObject(AllProbabilities ? WithClasses((ModelPrediction)prediction) : prediction);
                else
                    tally.Add(prediction);
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
