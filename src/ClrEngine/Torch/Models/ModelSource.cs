using static TorchSharp.torch;

namespace ClrEngine.Torch.Models;

/// <summary>Where a model comes from: a name that is built for the data, or a module that somebody made.</summary>
public sealed class ModelSource
{
    private readonly ModelSpec? _spec;
    private readonly nn.Module<Tensor, Tensor>? _module;

    /// <summary>A model by name, built with fresh weights each time.</summary>
    /// <param name="name">The name with its arguments, such as <c>mlp:256,128</c>.</param>
    /// <exception cref="Errors.InvalidParameterException">No such model.</exception>
    public ModelSource(string name)
    {
        _spec = ModelCatalog.Find(name);
        Name = _spec.Name;
    }

    /// <summary>A module that somebody made; it is trained as it is and never disposed.</summary>
    /// <param name="module">The module.</param>
    public ModelSource(nn.Module<Tensor, Tensor> module)
    {
        ArgumentNullException.ThrowIfNull(module);
        _module = module;
        Name = module.GetName();
    }

    /// <summary>The name for people.</summary>
    public string Name { get; }

    /// <summary>Whether <see cref="Open"/> makes a module that its caller disposes.</summary>
    public bool IsBuilt => _spec is not null;

    /// <summary>The module: built for these shapes, or the one that was given.</summary>
    /// <param name="sampleShape">The shape of one sample.</param>
    /// <param name="outputs">Outputs of the model: one a class.</param>
    public nn.Module<Tensor, Tensor> Open(IReadOnlyList<long> sampleShape, int outputs) =>
        _module ?? _spec!.Build(sampleShape, outputs);
}
