using TorchSharp;

namespace ClrEngine.Torch.Optimizers;

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
