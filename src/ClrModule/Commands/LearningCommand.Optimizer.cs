using System.Management.Automation;
using ClrEngine.Torch.Optimizers;
using ClrModule.Binding.Completion;
using ClrModule.Binding;

namespace ClrModule.Commands;

public abstract partial class LearningCommand
{
    /// <summary>The optimiser: Sgd, Adam, AdamW or RMSprop, as in PyTorch.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(EnumCompleter<OptimizerKind>))]
    public Choice<OptimizerKind> Optimizer { get; set; } = OptimizerKind.Sgd;

    /// <summary>The momentum of SGD and RMSprop where the schedule sets none; 0.9 with SGD and 0 with RMSprop if omitted.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [PointDecimal(EmptyIsNone = true)]
    public double? Momentum { get; set; }

    /// <summary>SGD looks ahead along its momentum (Nesterov).</summary>
    [Parameter]
    public SwitchParameter Nesterov { get; set; }

    /// <summary>By how much SGD damps the gradient that enters the momentum, from 0 to below 1.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [PointDecimal]
    public double Dampening { get; set; }

    /// <summary>The decay of Adam's mean of gradients where the schedule sets no momentum.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [PointDecimal]
    public double Beta1 { get; set; } = 0.9;

    /// <summary>The decay of Adam's mean of squared gradients.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [PointDecimal]
    public double Beta2 { get; set; } = 0.999;

    /// <summary>The decay of RMSprop's mean of squared gradients.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [PointDecimal]
    public double Alpha { get; set; } = 0.99;

    /// <summary>What Adam and RMSprop add to their denominators.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [PointDecimal]
    public double Epsilon { get; set; } = 1e-8;

    /// <summary>The weight decay; 1e-4 with SGD, 0.01 with AdamW, and 0 with Adam and RMSprop if omitted.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [PointDecimal(EmptyIsNone = true)]
    public double? WeightDecay { get; set; }

    /// <summary>Spares biases and norms, the parameters with one dimension, the weight decay.</summary>
    [Parameter]
    public SwitchParameter ExcludeBiasAndNorm { get; set; }

    /// <summary>The norm over all gradients beyond which they are scaled down to it before an update; they are never scaled if omitted.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [PointDecimal(EmptyIsNone = true)]
    public double? ClipNorm { get; set; }

    /// <summary>Patterns of parameter names such as 'conv*', '*': one a parameter group, for schedules with a rate for each group.</summary>
    [Parameter]
    public string[] ParameterGroup { get; set; } = [];

    /// <summary>The optimiser that was asked for.</summary>
    private protected OptimizerOptions OptimizerOptions => new()
    {
        Kind = Optimizer,
        Momentum = Momentum,
        Nesterov = Nesterov,
        Dampening = Dampening,
        Beta1 = Beta1,
        Beta2 = Beta2,
        Alpha = Alpha,
        Epsilon = Epsilon,
        WeightDecay = WeightDecay,
        ExcludeBiasAndNorm = ExcludeBiasAndNorm,
        ClipNorm = ClipNorm,
        ParameterGroups = ParameterGroup,
    };
}
