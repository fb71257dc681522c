using ClrEngine.Torch.Optimizers;
using TorchSharp;
using OptimizerOptions = ClrEngine.Torch.Optimizers.OptimizerOptions;
using Parameter = TorchSharp.Modules.Parameter;
using Xunit;
using static TorchSharp.torch;

namespace ClrEngine.Tests.Torch.Optimizers;

// Alone: TorchSharp's own optimisers hand libtorch numbers that a collection on another thread may finalise under it.
[Collection(nameof(TorchRandomState))]
public sealed class OptimizerAgreementTests
{
    private const long Steps = 1000;

    public static TheoryData<OptimizerOptions, bool> SgdForms => new()
    {
        { new OptimizerOptions { Momentum = 0, WeightDecay = 0 }, false },
        { new OptimizerOptions { Momentum = 0, WeightDecay = 1e-2 }, false },
        { new OptimizerOptions { Momentum = 0.9, WeightDecay = 0 }, false },
        { new OptimizerOptions { Momentum = 0.9, WeightDecay = 1e-2 }, true },
        { new OptimizerOptions { Momentum = 0.9, WeightDecay = 1e-2, Nesterov = true }, true },
        { new OptimizerOptions { Momentum = 0.9, WeightDecay = 1e-2, Dampening = 0.3 }, true },
    };

    public static TheoryData<OptimizerOptions, bool> AdaptiveForms => new()
    {
        { new OptimizerOptions { Kind = OptimizerKind.Adam, WeightDecay = 0 }, false },
        { new OptimizerOptions { Kind = OptimizerKind.Adam, WeightDecay = 1e-2 }, true },
        { new OptimizerOptions { Kind = OptimizerKind.AdamW }, false },
        { new OptimizerOptions { Kind = OptimizerKind.AdamW, WeightDecay = 0.1, Beta2 = 0.99, Epsilon = 1e-6 }, true },
        { new OptimizerOptions { Kind = OptimizerKind.RMSprop }, false },
        { new OptimizerOptions { Kind = OptimizerKind.RMSprop, WeightDecay = 1e-2, Alpha = 0.9 }, false },
        { new OptimizerOptions { Kind = OptimizerKind.RMSprop, WeightDecay = 1e-2 }, true },
        { new OptimizerOptions { Kind = OptimizerKind.RMSprop, Momentum = 0.8 }, false },
    };

    [Theory, MemberData(nameof(SgdForms))]
    public void Given_the_same_gradients_sgd_gives_the_weights_of_torchsharp_within_a_millionth(OptimizerOptions options, bool cycleMomentum)
    {
        using var scope = NewDisposeScope();
        Tensor[] ours = Descent.Run(options, Steps, cycleMomentum);
        Tensor[] theirs = Descent.RunTorchSharp(
            p => optim.SGD(p, 1e-3, options.Momentum!.Value, options.Dampening, options.WeightDecay!.Value, options.Nesterov), Steps, cycleMomentum);
        Assert.InRange(Descent.LargestDifference(ours, theirs), 0, 1e-6);
    }

    [Theory, MemberData(nameof(AdaptiveForms))]
    public void Given_the_same_gradients_an_adaptive_optimizer_gives_the_weights_of_torchsharp_within_a_millionth(OptimizerOptions options, bool cycleMomentum)
    {
        using var scope = NewDisposeScope();
        Tensor[] ours = Descent.Run(options, Steps, cycleMomentum);
        Tensor[] theirs = Descent.RunTorchSharp(p => Make(p, options), Steps, cycleMomentum);
        Assert.InRange(Descent.LargestDifference(ours, theirs), 0, 1e-6);
    }

    private static optim.Optimizer Make(IEnumerable<Parameter> parameters, OptimizerOptions o) => o.Kind switch
    {
        OptimizerKind.Adam => optim.Adam(parameters, 1e-3, o.Beta1, o.Beta2, o.Epsilon, o.OwnWeightDecay),
        OptimizerKind.AdamW => optim.AdamW(parameters, 1e-3, o.Beta1, o.Beta2, o.Epsilon, o.OwnWeightDecay),
        _ => optim.RMSProp(parameters, 1e-3, o.Alpha, o.Epsilon, o.OwnWeightDecay, o.OwnMomentum),
    };
}
