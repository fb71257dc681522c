using TorchSharp;

namespace ClrEngine.Torch.Optimizers;

/// <summary>
/// TorchScript over lists of tensors: one call from .NET reaches libtorch's fused kernels for all tensors of a group,
/// on the CPU and on CUDA alike. Gradients are read in the script; a parameter without one is left out, as in PyTorch.
/// </summary>
internal static class OptimizerScript
{
    private static readonly Lazy<torch.jit.CompilationUnit> Unit = new(() => torch.jit.compile(Source));

    /// <summary>Runs a function of the script that gives nothing back.</summary>
    public static void Run(string function, params object?[] arguments) => Unit.Value.invoke(function, arguments);

    /// <summary>Runs a function of the script that gives a tensor back.</summary>
    public static torch.Tensor Get(string function, params object?[] arguments) => (torch.Tensor)Unit.Value.invoke(function, arguments);

    // An absent gradient reaches the script as a tensor of no type.
    // Gradients are scaled in the function that uses them: scaled in one of its own, the compiler would see a result that nobody reads.
    // RMSprop is Adam with beta1 = 0 after infinitely many updates: both corrections of the bias are 1 then.
    // With momentum, a fused SGD step without momentum serves as a fused a -= b * factor.
    private const string Source = """
        def present(params: List[Tensor]):
            grads = []
            for p in params:
                g = p.grad
                if g is not None and g.dtype == p.dtype:
                    grads.append(g)
            return grads

        def gradients(params: List[Tensor], scale: Optional[Tensor]):
            grads = present(params)
            if scale is not None and len(grads) > 0:
                torch._foreach_mul_(grads, scale)
            return grads

        def having_gradient(params: List[Tensor], beside: List[Tensor], count: int):
            if count == len(params):
                return beside
            chosen = []
            for i in range(len(beside)):
                g = params[i].grad
                if g is not None and g.dtype == params[i].dtype:
                    chosen.append(beside[i])
            return chosen

        def sgd(params: List[Tensor], scale: Optional[Tensor], buffers: List[Tensor], lr: float, momentum: float, dampening: float, weight_decay: float, nesterov: bool, first: bool):
            grads = gradients(params, scale)
            count = len(grads)
            if count > 0:
                torch._fused_sgd_(having_gradient(params, params, count), grads, having_gradient(params, buffers, count), weight_decay=weight_decay, momentum=momentum, lr=lr, dampening=dampening, nesterov=nesterov, maximize=False, is_first_step=first)

        def adam(params: List[Tensor], scale: Optional[Tensor], means: List[Tensor], squares: List[Tensor], step: Tensor, lr: float, beta1: float, beta2: float, eps: float, weight_decay: float, decoupled: bool):
            grads = gradients(params, scale)
            count = len(grads)
            if count > 0:
                step.add_(1)
                updated = having_gradient(params, params, count)
                means = having_gradient(params, means, count)
                squares = having_gradient(params, squares, count)
                if decoupled:
                    torch._fused_adamw_(updated, grads, means, squares, [], [step] * count, lr=lr, beta1=beta1, beta2=beta2, weight_decay=weight_decay, eps=eps, amsgrad=False, maximize=False)
                else:
                    torch._fused_adam_(updated, grads, means, squares, [], [step] * count, lr=lr, beta1=beta1, beta2=beta2, weight_decay=weight_decay, eps=eps, amsgrad=False, maximize=False)

        def rmsprop(params: List[Tensor], scale: Optional[Tensor], squares: List[Tensor], infinity: Tensor, lr: float, alpha: float, eps: float, weight_decay: float):
            grads = gradients(params, scale)
            count = len(grads)
            if count > 0:
                torch._fused_adam_(having_gradient(params, params, count), grads, grads, having_gradient(params, squares, count), [], [infinity] * count, lr=lr, beta1=0.0, beta2=alpha, weight_decay=weight_decay, eps=eps, amsgrad=False, maximize=False)

        def rmsprop_momentum(params: List[Tensor], scale: Optional[Tensor], squares: List[Tensor], buffers: List[Tensor], scaled: List[Tensor], infinity: Tensor, lr: float, alpha: float, eps: float, weight_decay: float, momentum: float):
            grads = gradients(params, scale)
            count = len(grads)
            if count > 0:
                updated = having_gradient(params, params, count)
                scaled = having_gradient(params, scaled, count)
                torch._foreach_zero_(scaled)
                if weight_decay != 0.0:
                    torch._fused_sgd_(grads, updated, [], weight_decay=0.0, momentum=0.0, lr=-weight_decay, dampening=0.0, nesterov=False, maximize=False, is_first_step=False)
                torch._fused_adam_(scaled, grads, grads, having_gradient(params, squares, count), [], [infinity] * count, lr=-1.0, beta1=0.0, beta2=alpha, weight_decay=0.0, eps=eps, amsgrad=False, maximize=False)
                torch._fused_sgd_(updated, scaled, having_gradient(params, buffers, count), weight_decay=0.0, momentum=momentum, lr=lr, dampening=0.0, nesterov=False, maximize=False, is_first_step=False)

        def clip_scale(params: List[Tensor], max_norm: float):
            grads = present(params)
            if len(grads) == 0:
                return torch.ones([])
            norm = torch.linalg_vector_norm(torch.stack(torch._foreach_norm(grads, 2)))
            return torch.clamp(max_norm / (norm + 1e-6), max=1.0)

        def widen_gradients(params: List[Tensor], wide: List[Tensor]):
            grads = present(params)
            if len(grads) < len(params):
                torch._foreach_zero_(wide)
            if len(grads) > 0:
                torch._foreach_copy_(having_gradient(params, wide, len(grads)), grads)

        def copy(targets: List[Tensor], sources: List[Tensor]):
            torch._foreach_copy_(targets, sources)

        """ + "\n";
}
