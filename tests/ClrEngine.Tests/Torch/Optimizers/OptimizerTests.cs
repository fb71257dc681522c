using ClrEngine.Torch.Optimizers;
using static TorchSharp.torch;
using OptimizerOptions = ClrEngine.Torch.Optimizers.OptimizerOptions;
using Parameter = TorchSharp.Modules.Parameter;

namespace ClrEngine.Tests.Torch.Optimizers;

public sealed class OptimizerTests
{
    public OptimizerTests() => TorchLibrary.EnsureLoaded();

    [Fact]
    public void Given_gradients_beyond_the_norm_they_are_scaled_to_it_before_the_update()
    {
        using var scope = NewDisposeScope();
        using Parameter left = Of(0, 0), right = Of(0);
        left.grad = tensor(new[] { 3f, 0f });
        right.grad = tensor(new[] { 4f });
        Update([("left", left), ("right", right)], new OptimizerOptions { Momentum = 0, WeightDecay = 0, ClipNorm = 0.5 }, rate: 1);
        Assert.Equal([-0.3f, 0f, -0.4f], [.. left.data<float>(), .. right.data<float>()], new Near());
    }

    [Fact]
    public void Given_gradients_within_the_norm_they_are_left_as_they_are()
    {
        using var scope = NewDisposeScope();
        using Parameter weight = Of(0, 0);
        weight.grad = tensor(new[] { 0.25f, -0.5f });
        Update([("weight", weight)], new OptimizerOptions { Momentum = 0, WeightDecay = 0, ClipNorm = 2 }, rate: 1);
        Assert.Equal([-0.25f, 0.5f], weight.data<float>().ToArray());
    }

    [Fact]
    public void Given_biases_and_norms_are_excluded_they_do_not_decay_but_matrices_do()
    {
        using var scope = NewDisposeScope();
        using var matrix = new Parameter(ones(2, 2));
        using var bias = new Parameter(ones(2));
        matrix.grad = zeros(2, 2);
        bias.grad = zeros(2);
        Update([("weight", matrix), ("bias", bias)], new OptimizerOptions { Momentum = 0, WeightDecay = 0.5, ExcludeBiasAndNorm = true }, rate: 1);
        Assert.Equal((0.5f, 1f), (matrix.data<float>()[0], bias.data<float>()[0]));
    }

    [Fact]
    public void Given_a_parameter_without_a_gradient_it_is_not_even_decayed()
    {
        using var scope = NewDisposeScope();
        using Parameter used = Of(1), unused = Of(1);
        used.grad = tensor(new[] { 1f });
        Update([("unused", unused), ("used", used)], new OptimizerOptions { Momentum = 0.9, WeightDecay = 0.5 }, rate: 0.5);
        Assert.Equal((1f, 0.25f), (unused.data<float>()[0], used.data<float>()[0]));
    }

    [Fact]
    public void Given_gradients_were_dropped_parameters_have_none()
    {
        using Parameter weight = Of(1);
        weight.grad = ones(1);
        using var optimizer = new FusedOptimizer([("weight", weight)], new OptimizerOptions());
        optimizer.ZeroGrad();
        Assert.Null(weight.grad);
    }

    [Fact]
    public void Given_small_tensors_an_update_leaves_the_number_of_threads_as_it_was()
    {
        int before = get_num_threads();
        try
        {
            set_num_threads(2);
            using Parameter weight = Of(1);
            weight.grad = ones(1);
            Update([("weight", weight)], new OptimizerOptions(), rate: 1);
            Assert.Equal(2, get_num_threads());
        }
        finally
        {
            set_num_threads(before);
        }
    }

    [Fact]
    public void Given_a_pattern_that_no_parameter_fits_it_is_refused()
    {
        using Parameter weight = Of(1);
        var error = Assert.Throws<InvalidParameterException>(() =>
            new FusedOptimizer([("head.weight", weight)], new OptimizerOptions { ParameterGroups = ["body*", "*"] }));
        Assert.Equal("ParameterGroupEmpty", error.ErrorId);
    }

    [Fact]
    public void Given_a_parameter_that_fits_no_pattern_it_is_refused()
    {
        using Parameter weight = Of(1);
        var error = Assert.Throws<InvalidParameterException>(() =>
            new FusedOptimizer([("head.weight", weight)], new OptimizerOptions { ParameterGroups = ["body*"] }));
        Assert.Equal("ParameterWithoutGroup", error.ErrorId);
    }

    [Fact]
    public void Given_no_parameter_that_can_be_trained_the_model_is_refused()
    {
        using var frozen = new Parameter(ones(1), requires_grad: false);
        var error = Assert.Throws<InvalidParameterException>(() => new FusedOptimizer([("weight", frozen)], new OptimizerOptions()));
        Assert.Equal("NothingToTrain", error.ErrorId);
    }

    [Fact]
    public void Given_a_parameter_with_gaps_in_memory_it_is_refused()
    {
        using Tensor whole = ones(4, 4);
        using var half = new Parameter(whole.narrow(1, 0, 2));
        var error = Assert.Throws<InvalidParameterException>(() => new FusedOptimizer([("weight", half)], new OptimizerOptions()));
        Assert.Equal("ParameterNotDense", error.ErrorId);
    }

    [Fact]
    public void Given_nesterov_without_a_momentum_it_is_refused() => Assert.Throws<InvalidParameterException>(
        () => new OptimizerOptions { Momentum = 0, Nesterov = true }.Validate());

    private static Parameter Of(params float[] values) => new(tensor(values));

    private static void Update((string, Parameter)[] parameters, OptimizerOptions options, double rate)
    {
        using var optimizer = new FusedOptimizer(parameters, options);
        optimizer.Step(new SchedulePoint(0, rate));
    }

    private sealed class Near : IEqualityComparer<float>
    {
        public bool Equals(float x, float y) => Math.Abs(x - y) < 1e-6;

        public int GetHashCode(float obj) => 0;
    }
}

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
