using System.Collections.Immutable;
using ClrEngine.Torch.Learning;
using ClrEngine.Training;
using static TorchSharp.torch;

namespace ClrEngine.Torch.Cycles;

/// <summary>A module's weights and buffers as named arrays and back.</summary>
internal static class ModelWeights
{
    /// <summary>Copies them out; names begin with <c>model.</c>.</summary>
    public static IReadOnlyList<StateTensor> Export(nn.Module model) =>
        [.. Live(model).Select(live => TensorBytes.Export(live.Name, live.Tensor))];

    /// <summary>Copies arrays in.</summary>
    /// <param name="model">The module.</param>
    /// <param name="arrays">The arrays, in any order.</param>
    /// <param name="convert">Whether fractions of another width are taken too.</param>
    /// <exception cref="StateMismatchException">They are of another model; nothing was copied.</exception>
    public static void Load(nn.Module model, IReadOnlyList<StateTensor> arrays, bool convert = false)
    {
        (string Name, Tensor Tensor)[] live = [.. Live(model)];
        Dictionary<string, TensorType> types = convert ? arrays.Where(static a => a.Type.IsFloat()).ToDictionary(static a => a.Name, static a => a.Type) : [];
        IReadOnlyList<StateTensor> ordered = StateMatch.InOrder([.. live.Select(l => Wanted(TensorBytes.Describe(l.Name, l.Tensor)))], arrays);
        for (int i = 0; i < live.Length; i++)
            TensorBytes.CopyInto(ordered[i], live[i].Tensor);

        (string, TensorType, ImmutableArray<long>) Wanted((string Name, TensorType Type, ImmutableArray<long> Shape) own) =>
            (own.Name, own.Type.IsFloat() && types.TryGetValue(own.Name, out TensorType saved) ? saved : own.Type, own.Shape);
    }

    /// <summary>Weights, then buffers, by name: live tensors, not copies.</summary>
    public static IEnumerable<(string Name, Tensor Tensor)> Live(nn.Module model) =>
        model.named_parameters().Select(p => (StateTensor.ModelPrefix + p.name, (Tensor)p.parameter))
            .Concat(model.named_buffers().Select(b => (StateTensor.ModelPrefix + b.name, b.buffer)));
}
