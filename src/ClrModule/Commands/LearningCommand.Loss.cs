using System.Management.Automation;
using ClrEngine.Torch.Losses;
using ClrModule.Binding;
using ClrModule.Binding.Completion;

namespace ClrModule.Commands;

public abstract partial class LearningCommand
{
    /// <summary>
    /// The loss: CrossEntropy, MeanSquaredError or BinaryCrossEntropy. Cross-entropy where the data has classes and the mean
    /// squared error where it has values if omitted. Binary cross-entropy takes one output for two classes, or one for each
    /// value from 0 to 1.
    /// </summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(EnumCompleter<LossKind>))]
    public Choice<LossKind>? Loss { get; set; }

    /// <summary>The share of each target that is spread evenly over all classes, from 0 to below 1.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [PointDecimal]
    public double LabelSmoothing { get; set; }

    /// <summary>
    /// How much the samples of each class weigh in the loss: balanced, so that each class weighs the same; a number for each
    /// class in their order; or a table of some classes' names and numbers, such as @{ rare = 5 }, where the others weigh 1.
    /// </summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    public object? ClassWeight { get; set; }

    /// <summary>The loss that was asked for.</summary>
    private protected LossOptions LossOptions => new()
    {
        Kind = Loss,
        LabelSmoothing = LabelSmoothing,
        ClassWeights = ClassWeight is null ? null : ClassWeightArgument.Resolve(ClassWeight),
    };
}
