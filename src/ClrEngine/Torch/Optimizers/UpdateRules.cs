using System.Runtime.InteropServices;
using TorchSharp;
using static TorchSharp.torch;

namespace ClrEngine.Torch.Optimizers;

/// <summary>How one group of parameters follows its gradients: one call of a script for all its tensors.</summary>
internal abstract class UpdateRule(ParameterGroup group, OptimizerOptions options) : IDisposable
{
    private readonly List<IDisposable> _owned = [];

    public ParameterGroup Group => group;

    /// <summary>What the rule remembers from update to update, by name: live tensors.</summary>
    public IReadOnlyList<(string Name, Tensor Tensor)> State { get; protected init; } = [];
    protected OptimizerOptions Options => options;
    protected CachedScalar Rate { get; } = new();
    protected CachedScalar Momentum { get; } = new();

    public static UpdateRule Create(ParameterGroup group, OptimizerOptions options) => options.Kind switch
    {
        OptimizerKind.Sgd => new SgdRule(group, options),
        OptimizerKind.RMSprop => new RmsPropRule(group, options),
        _ => new AdamRule(group, options),
    };

    /// <summary>One update of those parameters of the group that have a gradient, under <c>no_grad</c>; all others stay as they are.</summary>
    public abstract void Update(double learningRate, double? momentum, PresentGradients gradients);

    public void Dispose() => _owned.Append(Rate).Append(Momentum).ToList().ForEach(static owned => owned.Dispose());

    /// <summary>Disposes something with the rule; a tensor stays when the caller's dispose scope ends.</summary>
    protected T Own<T>(T made) where T : IDisposable
    {
        (made as Tensor)?.DetachFromDisposeScope();
        _owned.Add(made);
        return made;
    }

    protected Scalar Constant(double value) => Own((Scalar)value);

    /// <summary>Zeros in the shape of each parameter, laid out alike.</summary>
    protected Tensor[] Zeros() => Array.ConvertAll(Group.Parameters, parameter => Own(zeros_like(parameter, requires_grad: false)));

    protected IEnumerable<(string Name, Tensor Tensor)> Named(string kind, Tensor[] tensors) =>
        Group.Names.Zip(tensors, (name, tensor) => ($"{kind}.{name}", tensor));
}

/// <summary>
/// PyTorch's SGD: v = momentum * v + (1 - dampening) * (g + weightDecay * w), then w = w - rate * v;
/// a parameter's first v is its gradient, undamped.
/// </summary>
internal sealed class SgdRule : UpdateRule
{
    private static readonly Tensor[] None = [];

    private readonly Tensor[] _buffers;
    private readonly Tensor? _count;
    private readonly object?[] _arguments;

    public SgdRule(ParameterGroup group, OptimizerOptions options)
        : base(group, options)
    {
        _buffers = Zeros();
        // Without dampening a first update from zeros is the same as any other, and nothing needs counting.
        _count = options.Dampening == 0 ? null : Own(zeros(_buffers.Length, ScalarType.Int64, CPU));
        _arguments = [null, null, null, null, null, Constant(options.Dampening), Constant(group.WeightDecay), null, null];
        State = [.. Named("momentum_buffer", _buffers), .. _count is null ? [] : new[] { ($"step.{group.Key}", _count) }];
    }

    public override void Update(double learningRate, double? momentum, PresentGradients gradients)
    {
        double inForce = momentum ?? Options.OwnMomentum;
        _arguments[3] = Rate.Get(learningRate);
        _arguments[4] = Momentum.Get(inForce);
        _arguments[7] = Options.Nesterov && inForce != 0;
        if (_count is null || inForce == 0)
        {
            Run(gradients, inForce == 0 ? None : gradients.Matching(_buffers), first: false);
            return;
        }
        // The count lies on the CPU: reading it waits for no device.
        foreach (IGrouping<bool, int> indices in CountUpdate(gradients))
        {
            PresentGradients alike = gradients.Subset([.. indices]);
            Run(alike, alike.Matching(_buffers), first: indices.Key);
        }
    }

    // Counts this update, and tells the parameters for which it is the first apart.
    private IGrouping<bool, int>[] CountUpdate(PresentGradients gradients)
    {
        Span<long> counts = MemoryMarshal.Cast<byte, long>(_count!.bytes);
        var first = new bool[counts.Length];
        foreach (int index in gradients.Indices)
            first[index] = counts[index]++ == 0;
        return [.. gradients.Indices.GroupBy(index => first[index])];
    }

    private void Run(PresentGradients gradients, Tensor[] buffers, bool first)
    {
        _arguments[0] = gradients.Matching(Group.Parameters);
        _arguments[1] = gradients.Gradients;
        _arguments[2] = buffers;
        _arguments[8] = first;
        OptimizerScript.Run("sgd", _arguments);
    }
}

/// <summary>PyTorch's Adam and AdamW; the schedule's momentum is beta1. Each parameter counts its own updates.</summary>
internal sealed class AdamRule : UpdateRule
{
    private readonly Tensor[] _means;
    private readonly Tensor[] _squares;
    private readonly Tensor[] _count;
    private readonly Tensor[] _steps;
    private readonly object?[] _arguments;

    public AdamRule(ParameterGroup group, OptimizerOptions options)
        : base(group, options)
    {
        _means = Zeros();
        _squares = Zeros();
        // One array, and its elements as the script's tensors: where all parameters are updated, one addition counts for all.
        Tensor count = Own(zeros(_means.Length, ScalarType.Float32, group.Parameters[0].device));
        _count = [count];
        _steps = [.. _means.Select((_, i) => Own(count.select(0, i)))];
        _arguments = [null, null, null, null, null, null, null, null, Constant(options.Beta2), Constant(options.Epsilon), Constant(group.WeightDecay), options.Kind == OptimizerKind.AdamW];
        State = [.. Named("exp_avg", _means), .. Named("exp_avg_sq", _squares), ($"step.{group.Key}", count)];
    }

    public override void Update(double learningRate, double? momentum, PresentGradients gradients)
    {
        Tensor[] steps = gradients.Matching(_steps);
        _arguments[0] = gradients.Matching(Group.Parameters);
        _arguments[1] = gradients.Gradients;
        _arguments[2] = gradients.Matching(_means);
        _arguments[3] = gradients.Matching(_squares);
        _arguments[4] = gradients.AreComplete ? _count : steps;
        _arguments[5] = steps;
        _arguments[6] = Rate.Get(learningRate);
        _arguments[7] = Momentum.Get(momentum ?? Options.Beta1);
        OptimizerScript.Run("adam", _arguments);
    }
}

/// <summary>
/// PyTorch's RMSprop, not centred: s = alpha * s + (1 - alpha) * g * g, v = momentum * v + g / (sqrt(s) + epsilon),
/// w = w - rate * v.
/// </summary>
internal sealed class RmsPropRule : UpdateRule
{
    private readonly Tensor[] _squares;
    private readonly Tensor[] _buffers;
    private readonly Tensor[] _scaled;
    private readonly object?[] _plain;
    private readonly object?[] _withMomentum;

    public RmsPropRule(ParameterGroup group, OptimizerOptions options)
        : base(group, options)
    {
        _squares = Zeros();
        _buffers = Zeros();
        _scaled = Zeros();
        Tensor infinity = Own(tensor(float.PositiveInfinity, device: group.Parameters[0].device));
        Scalar[] constants = [Constant(options.Alpha), Constant(options.Epsilon), Constant(group.WeightDecay)];
        _plain = [null, null, null, infinity, null, .. constants];
        _withMomentum = [null, null, null, null, null, infinity, null, .. constants, null];
        State = [.. Named("square_avg", _squares), .. Named("momentum_buffer", _buffers)];
    }

    public override void Update(double learningRate, double? momentum, PresentGradients gradients)
    {
        double inForce = momentum ?? Options.OwnMomentum;
        object?[] arguments = inForce == 0 ? _plain : _withMomentum;
        arguments[0] = gradients.Matching(Group.Parameters);
        arguments[1] = gradients.Gradients;
        arguments[2] = gradients.Matching(_squares);
        if (inForce == 0)
        {
            arguments[4] = Rate.Get(learningRate);
            OptimizerScript.Run("rmsprop", arguments);
            return;
        }
        arguments[3] = gradients.Matching(_buffers);
        arguments[4] = gradients.Matching(_scaled);
        arguments[6] = Rate.Get(learningRate);
        arguments[^1] = Momentum.Get(inForce);
        OptimizerScript.Run("rmsprop_momentum", arguments);
    }
}

/// <summary>
/// TorchScript over lists of tensors: one call from .NET reaches libtorch's fused kernels for all tensors of a group,
/// on the CPU and on CUDA alike. Every tensor of every list is there: <see cref="PresentGradients"/> says why.
/// </summary>
internal static class OptimizerScript
{
    private static torch.jit.CompilationUnit? _unit;
    private static object? _gate;

    // A Lazy would keep a failure for ever.
    private static torch.jit.CompilationUnit Unit => LazyInitializer.EnsureInitialized(ref _unit, ref _gate, static () => torch.jit.compile(Source));

    public static void Run(string function, params object?[] arguments) => Unit.invoke(function, arguments);

    /// <summary>Whether two handles are of the same tensor, not of equal ones.</summary>
    public static bool AreOne(torch.Tensor left, torch.Tensor right)
    {
        using var answer = (Scalar)Unit.invoke("are_one", left, right);
        return answer.ToInt32() == 1;
    }

    // RMSprop is Adam with beta1 = 0 after infinitely many updates: both corrections of the bias are 1 then.
    // With momentum, a fused SGD step without momentum serves as a fused a -= b * factor.
    private const string Source = """
        def sgd(params: List[Tensor], grads: List[Tensor], buffers: List[Tensor], lr: float, momentum: float, dampening: float, weight_decay: float, nesterov: bool, first: bool):
            torch._fused_sgd_(params, grads, buffers, weight_decay=weight_decay, momentum=momentum, lr=lr, dampening=dampening, nesterov=nesterov, maximize=False, is_first_step=first)

        def adam(params: List[Tensor], grads: List[Tensor], means: List[Tensor], squares: List[Tensor], counts: List[Tensor], steps: List[Tensor], lr: float, beta1: float, beta2: float, eps: float, weight_decay: float, decoupled: bool):
            torch._foreach_add_(counts, 1)
            if decoupled:
                torch._fused_adamw_(params, grads, means, squares, [], steps, lr=lr, beta1=beta1, beta2=beta2, weight_decay=weight_decay, eps=eps, amsgrad=False, maximize=False)
            else:
                torch._fused_adam_(params, grads, means, squares, [], steps, lr=lr, beta1=beta1, beta2=beta2, weight_decay=weight_decay, eps=eps, amsgrad=False, maximize=False)

        def rmsprop(params: List[Tensor], grads: List[Tensor], squares: List[Tensor], infinity: Tensor, lr: float, alpha: float, eps: float, weight_decay: float):
            torch._fused_adam_(params, grads, grads, squares, [], [infinity] * len(grads), lr=lr, beta1=0.0, beta2=alpha, weight_decay=weight_decay, eps=eps, amsgrad=False, maximize=False)

        def rmsprop_momentum(params: List[Tensor], grads: List[Tensor], squares: List[Tensor], buffers: List[Tensor], scaled: List[Tensor], infinity: Tensor, lr: float, alpha: float, eps: float, weight_decay: float, momentum: float):
            torch._foreach_zero_(scaled)
            if weight_decay != 0.0:
                torch._fused_sgd_(grads, params, [], weight_decay=0.0, momentum=0.0, lr=-weight_decay, dampening=0.0, nesterov=False, maximize=False, is_first_step=False)
            torch._fused_adam_(scaled, grads, grads, squares, [], [infinity] * len(grads), lr=-1.0, beta1=0.0, beta2=alpha, weight_decay=0.0, eps=eps, amsgrad=False, maximize=False)
            torch._fused_sgd_(params, scaled, buffers, weight_decay=0.0, momentum=momentum, lr=lr, dampening=0.0, nesterov=False, maximize=False, is_first_step=False)

        def clip(grads: List[Tensor], max_norm: float):
            norm = torch.linalg_vector_norm(torch.stack(torch._foreach_norm(grads, 2)))
            torch._foreach_mul_(grads, torch.clamp(max_norm / (norm + 1e-6), max=1.0))

        def are_one(left: Tensor, right: Tensor):
            return int(left is right)

        def copy(targets: List[Tensor], sources: List[Tensor]):
            torch._foreach_copy_(targets, sources)

        """ + "\n";
}
