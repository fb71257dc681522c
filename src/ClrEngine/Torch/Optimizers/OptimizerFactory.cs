using TorchSharp.Modules;

namespace ClrEngine.Torch.Optimizers;

/// <summary>Makes the optimiser that the options name.</summary>
internal static class OptimizerFactory
{
    public static IOptimizer Create(IEnumerable<(string Name, Parameter Parameter)> parameters, OptimizerOptions options)
    {
        options.Validate();
        return new FusedOptimizer(ParameterGrouping.Of(parameters, options), group => Rule(group, options), options.ClipNorm);
    }

    private static IUpdateRule Rule(ParameterGroup group, OptimizerOptions options) => options.Kind switch
    {
        OptimizerKind.Sgd => new SgdRule(group, options),
        OptimizerKind.RMSprop => new RmsPropRule(group, options),
        _ => new AdamRule(group, options),
    };
}
