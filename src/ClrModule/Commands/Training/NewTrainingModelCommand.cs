using ClrEngine.Torch.Losses;
using ClrEngine.Torch.Models;
using ClrEngine.Torch.Native;
using static TorchSharp.torch;

namespace ClrModule.Commands.Training;

/// <summary>Makes a model for a data set, with fresh weights, to be trained by several cmdlets in turn.</summary>
[Cmdlet(VerbsCommon.New, "TrainingModel")]
[OutputType(typeof(nn.Module<Tensor, Tensor>))]
public sealed class NewTrainingModelCommand : ClrCommand
{
    /// <summary>
    /// The model: a name such as mlp, mlp:256,128, cnn or resnet20; the path of a TorchScript file (.pt), which holds code
    /// that runs, so use only files whose maker you trust; or a script block that makes a module.
    /// </summary>
    [Parameter(Mandatory = true, Position = 0), JoinedText, ArgumentCompleter(typeof(ModelCompleter))]
    public object Model { get; set; } = null!;

    /// <summary>The data whose shape and classes the model takes.</summary>
    [Parameter(Mandatory = true, Position = 1), ArgumentCompleter(typeof(DataCompleter))]
    public object Data { get; set; } = null!;

    /// <summary>
    /// Refuses a model that is TorchScript, a file as well as a module that was loaded from one, for its code would run. Models
    /// by name and files of weights run none.
    /// </summary>
    [Parameter]
    public SwitchParameter NoScript { get; set; }

    /// <summary>The seed of the weights.</summary>
    [Parameter, WholeNumber<int>]
    public int Seed { get; set; }

    /// <summary>The loss that it will learn by, which decides how many outputs it has: that of Start-CyclicTraining.</summary>
    [Parameter, NameOf<LossKind>(EmptyIsNone = true), ArgumentCompleter(typeof(EnumCompleter<LossKind>))]
    public Choice<LossKind>? Loss { get; set; }

    protected override object? Target => Model;

    protected override void Process()
    {
        ModelSource source = ModelArgument.Resolve(Model, this, NoScript);
        TrainingData data = DataArgument.Resolve(Data, this);
        TorchLibrary.EnsureLoaded();
        using TorchRandom random = TorchRandom.Seeded(Seed);
        using TorchRandom.Section stream = random.Enter();
        WriteObject(source.Open(data.Train.Samples.Shape, new LossOptions { Kind = Loss }.OutputsFor(data.Train.Targets)));
    }
}
