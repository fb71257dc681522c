using TorchSharp.Modules;

namespace ClrEngine.Torch.Optimizers;

/// <summary>Makes the optimiser that the options name.</summary>
internal static class OptimizerFactory
{
    public static IOptimizer Create(IEnumerable<(string Name, Parameter Parameter)> parameters, OptimizerOptions options) =>
        new Sgd(parameters, options);
}
