using System.Management.Automation;
using ClrEngine.Torch.Learning;
using ClrModule.Binding.Completion;
using ClrModule.Binding;

namespace ClrModule.Commands;

public abstract partial class LearningCommand
{
    /// <summary>Parts into which a batch is split: their gradients add up to one update, and only one part is in memory at a time.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [PointDecimal]
    public int AccumulationSteps { get; set; } = 1;

    /// <summary>The type of number that the model works in: Float32, or BFloat16 with copies of the weights in 32 bits.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(EnumCompleter<Precision>))]
    public Choice<Precision> Precision { get; set; } = ClrEngine.Torch.Learning.Precision.Float32;

    /// <summary>Threads of one operation on the CPU; as many as the work of a step occupies if omitted. Runs repeat to the bit only with the same number.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [PointDecimal(EmptyIsNone = true)]
    public int? Threads { get; set; }

    /// <summary>Bytes of samples that may lie on the device as a whole, such as 4GB; larger sets are read batch by batch. Half the memory on the CPU and 4 GiB on CUDA if omitted.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [PointDecimal(EmptyIsNone = true)]
    public long? ResidencyBudget { get; set; }

    private LearnerOptions Learning => new()
    {
        AccumulationSteps = AccumulationSteps,
        Precision = Precision,
        Threads = Threads,
        ResidencyBudget = ResidencyBudget,
    };
}
