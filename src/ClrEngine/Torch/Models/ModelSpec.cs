using TorchSharp;
using static TorchSharp.torch;

namespace ClrEngine.Torch.Models;

/// <summary>A model that can be built by name for the shape of a data set.</summary>
/// <param name="Name">The name with its arguments, such as <c>mlp:256,128</c>.</param>
/// <param name="Build">Builds a module with fresh weights from the shape of a sample and the number of outputs.</param>
public sealed record ModelSpec(string Name, Func<IReadOnlyList<long>, int, nn.Module<Tensor, Tensor>> Build);
