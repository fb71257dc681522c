using System.Management.Automation;
using ClrEngine.Data;
using ClrEngine.Errors;
using ClrEngine.Torch;
using static TorchSharp.torch;

namespace ClrModule.Commands;

public sealed partial class ImportTrainingDataCommand
{
    private const string ByPath = "Path";
    private const string ByTensor = "Tensor";

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
