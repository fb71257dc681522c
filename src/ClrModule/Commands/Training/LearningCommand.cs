using System.ComponentModel;
using ClrEngine.Torch.Augmentation;
using ClrEngine.Torch.Learning;
using ClrEngine.Torch.Losses;
using ClrEngine.Torch.Optimizers;
using ClrEngine.Torch.Pretrained;

namespace ClrModule.Commands.Training;

/// <summary>The parameters of cmdlets that train a model on data: views onto the engine's options, which hold the defaults.</summary>
public abstract partial class LearningCommand : ClrCommand
{
    /// <summary>
    /// The model: a name such as mlp, mlp:256,128, cnn or resnet20; the path of a TorchScript file (.pt); a TorchSharp
    /// module, which is trained as it is and stays yours; or a script block that makes a fresh module, such as
    /// { param($shape, $outputs) ... }, which is disposed after the run. A TorchScript file holds code, which runs:
    /// use only files whose maker you trust.
    /// </summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipelineByPropertyName = true), JoinedText, ArgumentCompleter(typeof(ModelCompleter))]
    public virtual object Model { get; set; } = null!;

    /// <summary>The data: a name such as digits, the path of a folder or file, or an object from Import-TrainingData.</summary>
    [Parameter(Mandatory = true, Position = 1, ValueFromPipelineByPropertyName = true), ArgumentCompleter(typeof(DataCompleter))]
    public virtual object Data { get; set; } = null!;

    /// <summary>Samples of a batch.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true), WholeNumber<int>]
    public int BatchSize { get => _job.BatchSize; set => _job = _job with { BatchSize = value }; }

    /// <summary>The seed of weights and batch order: the same seed gives the same run.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true), WholeNumber<int>]
    public int Seed { get => _job.Seed; set => _job = _job with { Seed = value }; }

    /// <summary>The device: auto, cpu, cuda or cuda:N.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true), ArgumentCompleter(typeof(DeviceCompleter))]
    public string Device { get => Learning.Device; set => Learning = Learning with { Device = value }; }

    /// <summary>The optimiser: Sgd, Adam, AdamW or RMSprop, as in PyTorch.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true), NameOf<OptimizerKind>, ArgumentCompleter(typeof(EnumCompleter<OptimizerKind>))]
    public Choice<OptimizerKind> Optimizer { get => OptimizerSettings.Kind; set => OptimizerSettings = OptimizerSettings with { Kind = value }; }

    /// <summary>The weight decay; 1e-4 with SGD, 0.01 with AdamW, and 0 with Adam and RMSprop if omitted.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true), PointDecimal(EmptyIsNone = true)]
    public double? WeightDecay { get => OptimizerSettings.WeightDecay; set => OptimizerSettings = OptimizerSettings with { WeightDecay = value }; }

    /// <summary>
    /// The loss: CrossEntropy, Focal or BinaryCrossEntropy of classes, MeanSquaredError, Huber or Quantile of values. Cross-entropy
    /// where the data has classes and the mean squared error where it has values if omitted. Binary cross-entropy takes one output
    /// for two classes, or one for each value from 0 to 1.
    /// </summary>
    [Parameter(ValueFromPipelineByPropertyName = true), NameOf<LossKind>(EmptyIsNone = true), ArgumentCompleter(typeof(EnumCompleter<LossKind>))]
    public Choice<LossKind>? Loss { get => LossSettings.Kind is { } kind ? new Choice<LossKind>(kind) : null; set => LossSettings = LossSettings with { Kind = value?.Value }; }

    /// <summary>
    /// How training images are varied, anew in each epoch: Crop takes a window at a random place of the image with a margin
    /// around it, Flip exchanges left and right in half of the images, ResizedCrop brings a window of random size and shape to
    /// the image's size, ColorJitter changes brightness, contrast and saturation, and with JitterHue the hue. Nothing is varied where the model is evaluated.
    /// </summary>
    [Parameter(ValueFromPipelineByPropertyName = true), NameOf<AugmentationKind>(IsList = true, EmptyIsNone = true)]
    public AugmentationKind[] Augment
    {
        get => [.. AugmentationSettings.Kinds];
        set => AugmentationSettings = AugmentationSettings with { Kinds = value ?? [] };
    }

    /// <summary>
    /// Refuses a model that is TorchScript, a file as well as a module that was loaded from one, for its code would run. Models
    /// by name and files of weights run none.
    /// </summary>
    [Parameter(ValueFromPipelineByPropertyName = true), TrueOrFalse]
    public SwitchParameter NoScript { get; set; }

    /// <summary>
    /// A file of weights that the model begins with: a trained model, safetensors, or a state dict of Python's torch.save, of
    /// which nothing is run. A last layer for other classes begins fresh, with a warning. Where an earlier run brings weights
    /// along, an empty text or $null stands for none.
    /// </summary>
    [Category("the weights"), Parameter(ValueFromPipelineByPropertyName = true), AllowEmptyString]
    public string? Weights { get => Learning.Weights; set => Learning = Learning with { Weights = string.IsNullOrEmpty(value) ? null : value, KnownWeights = null }; }

    /// <summary>The SHA-256 that the file of weights has, as (Get-FileHash file).Hash gives it: another file in its place is refused.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true), AllowEmptyString]
    public string? WeightsSha256 { get => Learning.WeightsSha256; set => Learning = Learning with { WeightsSha256 = string.IsNullOrEmpty(value) ? null : value }; }

    /// <summary>How exactly the file must fit: Head, but for such a last layer; Strict, all of it; Any, what fits is taken and the rest begins fresh.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true), NameOf<WeightsMatch>, ArgumentCompleter(typeof(EnumCompleter<WeightsMatch>))]
    public Choice<WeightsMatch> WeightsMatch { get => Learning.WeightsMatch; set => Learning = Learning with { WeightsMatch = value }; }

    /// <summary>Patterns of parameter names such as 'conv1.*', 'layer?.*', which stay as they are, with the statistics of a batch normalisation among them; in one text with commas between them, too.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true), SplitTexts]
    public string[] Freeze { get => [.. Learning.Freeze]; set => Learning = Learning with { Freeze = [.. (value ?? []).Where(static pattern => !string.IsNullOrEmpty(pattern))] }; }

    /// <summary>The momentum of SGD and RMSprop where the schedule sets none; 0.9 with SGD and 0 with RMSprop if omitted.</summary>
    [Category("the optimiser"), Parameter(ValueFromPipelineByPropertyName = true), PointDecimal(EmptyIsNone = true)]
    public double? Momentum { get => OptimizerSettings.Momentum; set => OptimizerSettings = OptimizerSettings with { Momentum = value }; }

    /// <summary>SGD looks ahead along its momentum (Nesterov).</summary>
    [Parameter(ValueFromPipelineByPropertyName = true), TrueOrFalse]
    public SwitchParameter Nesterov { get => OptimizerSettings.Nesterov; set => OptimizerSettings = OptimizerSettings with { Nesterov = value }; }

    /// <summary>By how much SGD damps the gradient that enters the momentum, from 0 to below 1.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true), PointDecimal]
    public double Dampening { get => OptimizerSettings.Dampening; set => OptimizerSettings = OptimizerSettings with { Dampening = value }; }

    /// <summary>The decay of Adam's mean of gradients where the schedule sets no momentum.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true), PointDecimal]
    public double Beta1 { get => OptimizerSettings.Beta1; set => OptimizerSettings = OptimizerSettings with { Beta1 = value }; }

    /// <summary>The decay of Adam's mean of squared gradients.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true), PointDecimal]
    public double Beta2 { get => OptimizerSettings.Beta2; set => OptimizerSettings = OptimizerSettings with { Beta2 = value }; }

    /// <summary>The decay of RMSprop's mean of squared gradients.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true), PointDecimal]
    public double Alpha { get => OptimizerSettings.Alpha; set => OptimizerSettings = OptimizerSettings with { Alpha = value }; }

    /// <summary>What Adam and RMSprop add to their denominators.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true), PointDecimal]
    public double Epsilon { get => OptimizerSettings.Epsilon; set => OptimizerSettings = OptimizerSettings with { Epsilon = value }; }

    /// <summary>Spares biases and norms, the parameters with one dimension, the weight decay.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true), TrueOrFalse]
    public SwitchParameter ExcludeBiasAndNorm { get => OptimizerSettings.ExcludeBiasAndNorm; set => OptimizerSettings = OptimizerSettings with { ExcludeBiasAndNorm = value }; }

    /// <summary>The norm over all gradients beyond which they are scaled down to it before an update; they are never scaled if omitted.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true), PointDecimal(EmptyIsNone = true)]
    public double? ClipNorm { get => OptimizerSettings.ClipNorm; set => OptimizerSettings = OptimizerSettings with { ClipNorm = value }; }

    /// <summary>Patterns of parameter names such as 'conv*', '*': one a parameter group, for schedules with a rate for each group.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true), SplitTexts]
    public string[] ParameterGroup { get => [.. OptimizerSettings.ParameterGroups]; set => OptimizerSettings = OptimizerSettings with { ParameterGroups = value ?? [] }; }

    /// <summary>The share of each target that is spread evenly over all classes, from 0 to below 1.</summary>
    [Category("the loss and augmentation"), Parameter(ValueFromPipelineByPropertyName = true), PointDecimal]
    public double LabelSmoothing { get => LossSettings.LabelSmoothing; set => LossSettings = LossSettings with { LabelSmoothing = value }; }

    /// <summary>By which power Focal lets what is answered well count less, at least 0; 2 if omitted.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true), PointDecimal(EmptyIsNone = true)]
    public double? FocalGamma { get => LossSettings.FocalGamma; set => LossSettings = LossSettings with { FocalGamma = value }; }

    /// <summary>From which error on Huber is a line, above 0, in standard deviations of the targets, or in their unit where they are not scaled; 1 if omitted.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true), PointDecimal(EmptyIsNone = true)]
    public double? HuberDelta { get => LossSettings.HuberDelta; set => LossSettings = LossSettings with { HuberDelta = value }; }

    /// <summary>The quantile that Quantile learns, above 0 and below 1; 0.5, the median, if omitted.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true), PointDecimal(EmptyIsNone = true)]
    public double? Quantile { get => LossSettings.Quantile; set => LossSettings = LossSettings with { Quantile = value }; }

    /// <summary>
    /// A loss of your own in place of the loss, which then says only what outputs mean: a script block that takes the model's output
    /// and the targets of a batch, classes as whole numbers or values in columns, scaled, and gives the mean loss, a tensor of one number.
    /// </summary>
    [Parameter(ValueFromPipelineByPropertyName = true), Code(typeof(ScriptBlock), "a script block, { param($output, $targets) … }")]
    public ScriptBlock? LossFunction { get; set; }

    /// <summary>
    /// How much the samples of each class weigh in the loss: balanced, so that each class weighs the same; a number for each
    /// class in their order; or a table of some classes' names and numbers, such as @{ rare = 5 }, where the others weigh 1.
    /// </summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    public object? ClassWeight { get; set; }

    /// <summary>Pixels of the margin of Crop; an eighth of the image's shorter side if omitted.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true), WholeNumber<int>(EmptyIsNone = true)]
    public int? CropPadding { get => AugmentationSettings.CropPadding; set => AugmentationSettings = AugmentationSettings with { CropPadding = value }; }

    /// <summary>The smallest share of the image's area that ResizedCrop takes, above 0 and up to 1; 0.08 if omitted.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true), PointDecimal(EmptyIsNone = true)]
    public double? CropScale { get => AugmentationSettings.CropScale; set => AugmentationSettings = AugmentationSettings with { CropScale = value }; }

    /// <summary>By how much of themselves ColorJitter changes brightness, contrast and saturation at most, above 0 and up to 1, or 0 where it only turns the hue; 0.4 if omitted.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true), PointDecimal(EmptyIsNone = true)]
    public double? JitterStrength { get => AugmentationSettings.JitterStrength; set => AugmentationSettings = AugmentationSettings with { JitterStrength = value }; }

    /// <summary>By which part of the colour circle ColorJitter turns the hue at most, either way, from 0 to 0.5, as in torchvision. Not turned if omitted.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true), PointDecimal(EmptyIsNone = true)]
    public double? JitterHue { get => AugmentationSettings.JitterHue; set => AugmentationSettings = AugmentationSettings with { JitterHue = value }; }

    /// <summary>
    /// How evenly each sample is mixed with another of its batch, input and target alike (mixup): the shares are drawn from
    /// Beta(this, this), such as 0.2. Not mixed if omitted.
    /// </summary>
    [Parameter(ValueFromPipelineByPropertyName = true), PointDecimal(EmptyIsNone = true)]
    public double? Mixup { get => AugmentationSettings.Mixup; set => AugmentationSettings = AugmentationSettings with { Mixup = value }; }

    /// <summary>
    /// How large a rectangle each image gets of another of its batch, with its share of the target (CutMix): drawn from
    /// Beta(this, this), such as 1. With Mixup, each batch draws one of both. Not cut if omitted.
    /// </summary>
    [Parameter(ValueFromPipelineByPropertyName = true), PointDecimal(EmptyIsNone = true)]
    public double? CutMix { get => AugmentationSettings.CutMix; set => AugmentationSettings = AugmentationSettings with { CutMix = value }; }

    /// <summary>The type of number that the model works in: Float32; BFloat16 with copies of the weights in 32 bits; or Auto, which takes BFloat16 where it gains, and says so with -Verbose.</summary>
    [Category("the machine"), Parameter(ValueFromPipelineByPropertyName = true), NameOf<Precision>, ArgumentCompleter(typeof(EnumCompleter<Precision>))]
    public Choice<Precision> Precision { get => Learning.Precision; set => Learning = Learning with { Precision = value }; }

    /// <summary>Parts into which a batch is split: their gradients add up to one update, and only one part is in memory at a time.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true), WholeNumber<int>]
    public int AccumulationSteps { get => Learning.AccumulationSteps; set => Learning = Learning with { AccumulationSteps = value }; }

    /// <summary>Threads of one operation on the CPU; as many as the work of a step occupies if omitted. Runs repeat to the bit only with the same number.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true), WholeNumber<int>(EmptyIsNone = true)]
    public int? Threads { get => Learning.Threads; set => Learning = Learning with { Threads = value }; }

    /// <summary>Bytes of samples that may lie on the device as a whole, such as 4GB; larger sets are read batch by batch. Half the memory on the CPU and 4 GiB on CUDA if omitted.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true), WholeNumber<long>(EmptyIsNone = true, IsBytes = true)]
    public long? ResidencyBudget { get => Learning.ResidencyBudget; set => Learning = Learning with { ResidencyBudget = value }; }

    protected override object? Target => Model;
}
