using System.Management.Automation;
using ClrEngine.Data;
using ClrEngine.Torch.Learning;
using ClrEngine.Torch.Models;
using ClrModule.Binding;
using ClrModule.Binding.Completion;

namespace ClrModule.Commands;

/// <summary>The parameters of cmdlets that train a model on data.</summary>
public abstract partial class LearningCommand : ClrCommand
{
    /// <summary>
    /// The model: a name such as mlp, mlp:256,128, cnn or resnet20; the path of a TorchScript file (.pt); a TorchSharp
    /// module, which is trained as it is and stays yours; or a script block that makes a fresh module, such as
    /// { param($shape, $outputs) ... }, which is disposed after the run. A TorchScript file holds code, which runs:
    /// use only files whose maker you trust.
    /// </summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipelineByPropertyName = true)]
    [JoinedText]
    [ArgumentCompleter(typeof(ModelCompleter))]
    public object Model { get; set; } = null!;

    /// <summary>The data: a name such as digits, the path of a folder or file, or an object from Import-TrainingData.</summary>
    [Parameter(Mandatory = true, Position = 1, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(DataCompleter))]
    public object Data { get; set; } = null!;

    /// <summary>Samples of a batch.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [PointDecimal]
    public int BatchSize { get; set; } = 64;

    /// <summary>The seed of weights and batch order: the same seed gives the same run.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [PointDecimal]
    public int Seed { get; set; }

    /// <summary>The device: auto, cpu, cuda or cuda:N.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(DeviceCompleter))]
    public string Device { get; set; } = "auto";

    /// <inheritdoc/>
    protected override object? Target => Model;

    /// <summary>The model that was asked for.</summary>
    private protected ModelSource ModelSource => ModelArgument.Resolve(Model, this);

    /// <summary>The data that was asked for.</summary>
    private protected TrainingData TrainingData => DataArgument.Resolve(Data, this);

    /// <summary>How the model learns.</summary>
    private protected LearnerOptions LearnerOptions => Learning with { Device = Device, Optimizer = OptimizerOptions, Loss = LossOptions, Augmentation = AugmentationOptions };

    /// <summary>Opens the model, the data and the device.</summary>
    private protected TorchSession OpenSession(ModelSource model, TrainingData data, int? seed = null)
    {
        TorchSession session = TorchSession.Open(model, data, LearnerOptions, BatchSize, seed ?? Seed);
        WriteVerbose(session.Residency);
        WriteVerbose($"Threads of one operation on the CPU: {session.Threads}.");
        return session;
    }
}
