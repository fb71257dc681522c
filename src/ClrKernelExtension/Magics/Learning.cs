using ClrEngine.Data;
using ClrEngine.Torch.Learning;
using ClrEngine.Torch.Models;
using ClrEngine.Torch.Optimizers;
using static TorchSharp.torch;

namespace ClrKernelExtension.Magics;

/// <summary>What the commands that train have in common.</summary>
internal sealed class Learning
{
    public static IReadOnlyList<MagicParameter> Parameters { get; } =
    [
        new("--model", "The model: a name such as mlp or mlp:256,128, or a variable that holds a TorchSharp module; mlp if left out."),
        new("--data", "The data: a name such as digits, a path, or a variable that holds a data set; digits if left out."),
        new("--batch-size", "Samples of a batch; 64 if left out."),
        new("--optimizer", "Sgd, Adam, AdamW or RMSprop; Sgd if left out."),
        new("--seed", "The seed of weights and batch order; 0 if left out."),
        new("--device", "auto, cpu, cuda or cuda:N; auto if left out."),
    ];

    private readonly MagicArguments _arguments;

    public Learning(MagicArguments arguments, NotebookSurface surface)
    {
        _arguments = arguments;
        string model = arguments.Text("--model", "mlp");
        Model = surface.Find(model) is nn.Module<Tensor, Tensor> module ? new ModelSource(module) : new ModelSource(model);
        string data = arguments.Text("--data", "digits");
        Data = surface.Find(data) as TrainingData ?? DataCatalog.Default.Load(data);
    }

    public ModelSource Model { get; }

    public TrainingData Data { get; }

    public TorchSession Open() => TorchSession.Open(
        Model,
        Data,
        new LearnerOptions
        {
            Device = _arguments.Text("--device", "auto"),
            Optimizer = new OptimizerOptions { Kind = _arguments.Choice("--optimizer", OptimizerKind.Sgd) },
        },
        checked((int)_arguments.Whole("--batch-size", 64)),
        checked((int)_arguments.Whole("--seed", 0)));
}
