namespace ClrEngine.Torch.Optimizers;

/// <summary>The optimisers, in PyTorch's form.</summary>
public enum OptimizerKind
{
    /// <summary>Stochastic gradient descent with momentum, <c>torch.optim.SGD</c>.</summary>
    Sgd,

    /// <summary>Adam with the L2 penalty in the gradient, <c>torch.optim.Adam</c>.</summary>
    Adam,

    /// <summary>Adam with decoupled weight decay, <c>torch.optim.AdamW</c>.</summary>
    AdamW,

    /// <summary>RMSprop, not centred, <c>torch.optim.RMSprop</c>.</summary>
    RMSprop,
}
