using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ClrEngine.Torch.Optimizers;

/// <summary>
/// The gradients of some parameters in one step, without the absent ones, and what stands beside them. Scripts are handed these
/// and never read a gradient themselves: libtorch's compiler takes what the first calls bring for what always comes, and a
/// function that met an absent gradient there fails for the rest of the process.
/// </summary>
internal sealed class PresentGradients : IDisposable
{
    private readonly int[]? _indices;
    private readonly Tensor[] _gradients;

    private PresentGradients(Tensor[] gradients, int[]? indices)
    {
        _gradients = gradients;
        _indices = indices;
    }

    /// <summary>The gradients that are there, in the order of the parameters.</summary>
    public Tensor[] Gradients => _gradients;

    /// <summary>How many there are.</summary>
    public int Count => _gradients.Length;

    /// <summary>Whether each parameter has one.</summary>
    public bool AreAll => _indices is null;

    /// <summary>Reads the gradients; dispose it to free the handles.</summary>
    public static PresentGradients Of(Parameter[] parameters)
    {
        Tensor?[] gradients = Array.ConvertAll(parameters, static parameter => parameter.grad);
        if (Array.TrueForAll(gradients, static gradient => gradient is not null))
            return new PresentGradients(gradients!, null);
        int[] indices = [.. Enumerable.Range(0, gradients.Length).Where(i => gradients[i] is not null)];
        return new PresentGradients(Array.ConvertAll(indices, i => gradients[i]!), indices);
    }

    /// <summary>Those of some values, one for each parameter, whose parameter has a gradient.</summary>
    public T[] Beside<T>(T[] values) => _indices is null ? values : Array.ConvertAll(_indices, i => values[i]);

    /// <summary>The places of the parameters that have a gradient.</summary>
    public IEnumerable<int> Places() => _indices ?? Enumerable.Range(0, _gradients.Length);

    /// <summary>Some of these gradients, by their places; the handles stay this object's.</summary>
    public PresentGradients At(int[] places)
    {
        Tensor[] chosen = Array.ConvertAll(places, place => _gradients[_indices is null ? place : Array.BinarySearch(_indices, place)]);
        return new PresentGradients(chosen, places);
    }

    public void Dispose()
    {
        foreach (Tensor gradient in _gradients)
            gradient.Dispose();
    }
}
