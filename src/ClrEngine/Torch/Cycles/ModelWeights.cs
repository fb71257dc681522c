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
    /// <exception cref="StateMismatchException">They are of another model; nothing was copied.</exception>
    public static void Load(nn.Module model, IReadOnlyList<StateTensor> arrays)
    {
        (string Name, Tensor Tensor)[] live = [.. Live(model)];
        IReadOnlyList<StateTensor> ordered = StateMatch.InOrder([.. live.Select(l => TensorBytes.Describe(l.Name, l.Tensor))], arrays);
        for (int i = 0; i < live.Length; i++)
            TensorBytes.CopyInto(ordered[i], live[i].Tensor);
    }

    /// <summary>Weights, then buffers, by name: live tensors, not copies.</summary>
    public static IEnumerable<(string Name, Tensor Tensor)> Live(nn.Module model) =>
        model.named_parameters().Select(p => (StateTensor.ModelPrefix + p.name, (Tensor)p.parameter))
            .Concat(model.named_buffers().Select(b => (StateTensor.ModelPrefix + b.name, b.buffer)));
}
