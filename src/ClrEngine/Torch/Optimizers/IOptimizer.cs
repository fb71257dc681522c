using ClrEngine.Schedules;
using static TorchSharp.torch;

namespace ClrEngine.Torch.Optimizers;

/// <summary>Updates parameters from their gradients, at the rate and momentum of a schedule's point.</summary>
internal interface IOptimizer : IDisposable
{
    /// <summary>Drops the gradients of the step before.</summary>
    void ZeroGrad();

    /// <summary>One update. Does not wait for the device.</summary>
    void Step(in SchedulePoint point);

    /// <summary>All that an update reads and changes beside the parameters, by name: live tensors, not copies.</summary>
    IReadOnlyList<(string Name, Tensor Tensor)> State { get; }
}
