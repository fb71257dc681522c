using ClrEngine.Torch.Optimizers;
using static TorchSharp.torch;
using OptimizerOptions = ClrEngine.Torch.Optimizers.OptimizerOptions;
using Parameter = TorchSharp.Modules.Parameter;

namespace ClrEngine.Tests.Torch.Optimizers;

/// <summary>The same gradients for two optimisers: a small valley with noise, followed from the same start.</summary>
internal static class Descent
{
    private static readonly long[][] Shapes = [[5, 7], [7], [3, 5, 2, 2], [1], [33]];

    public static (string Name, Parameter Parameter)[] Start()
    {
        TorchLibrary.EnsureLoaded();
        using var generator = new Generator(7);
        return Shapes.Select((shape, i) => ($"p{i}", new Parameter(randn(shape, generator: generator)))).ToArray();
    }

    /// <summary>Gives each parameter the gradient of one step: a function of its value and of the step alone.</summary>
    public static void Pull((string Name, Parameter Parameter)[] parameters, long step)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        using var generator = new Generator((ulong)step + 1);
        using Scalar slope = 0.3, noise = 0.5;
        foreach ((_, Parameter parameter) in parameters)
            parameter.grad = parameter.mul(slope).add(randn(parameter.shape, generator: generator), noise).detach();
    }

    /// <summary>The rate and momentum of one step: a short cycle.</summary>
    public static SchedulePoint Point(long step) => new(step, 1e-3 + 1e-3 * (step % 40) / 40, 0.95 - 0.1 * (step % 40) / 40);

    public static Tensor[] Run(OptimizerOptions options, long steps, bool cycleMomentum)
    {
        (string Name, Parameter Parameter)[] parameters = Start();
        using var optimizer = new FusedOptimizer(parameters, options);
        for (long step = 0; step < steps; step++)
        {
            Pull(parameters, step);
            SchedulePoint point = Point(step);
            optimizer.Step(cycleMomentum ? point : point with { Momentum = null });
        }
        return parameters.Select(p => p.Parameter.detach()).ToArray();
    }

    public static Tensor[] RunTorchSharp(Func<IEnumerable<Parameter>, optim.Optimizer> make, long steps, bool cycleMomentum)
    {
        (string Name, Parameter Parameter)[] parameters = Start();
        using optim.Optimizer optimizer = make(parameters.Select(p => p.Parameter));
        for (long step = 0; step < steps; step++)
        {
            Pull(parameters, step);
            SchedulePoint point = Point(step);
            foreach (optim.ILearningRateController group in optimizer.ParamGroups)
            {
                group.LearningRate = point.LearningRate;
                if (cycleMomentum)
                    SetMomentum(group, point.Momentum!.Value);
            }
            using Tensor? none = optimizer.step();
        }
        return parameters.Select(p => p.Parameter.detach()).ToArray();
    }

    public static double LargestDifference(Tensor[] left, Tensor[] right) =>
        left.Zip(right, (a, b) => (a - b).abs().max().item<float>()).Max();

    private static void SetMomentum(optim.ILearningRateController group, double momentum)
    {
        switch (group)
        {
            case TorchSharp.Modules.SGD.ParamGroup sgd:
                sgd.Options.momentum = momentum;
                break;
            case TorchSharp.Modules.RMSProp.ParamGroup rmsProp:
                rmsProp.Options.momentum = momentum;
                break;
            case TorchSharp.Modules.Adam.ParamGroup adam:
                adam.Options.beta1 = momentum;
                break;
            case TorchSharp.Modules.AdamW.ParamGroup adamW:
                adamW.Options.beta1 = momentum;
                break;
        }
    }
}
