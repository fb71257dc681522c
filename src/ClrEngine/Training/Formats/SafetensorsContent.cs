namespace ClrEngine.Training.Formats;

/// <summary>What a safetensors file holds.</summary>
/// <param name="Tensors">Its arrays, in the order of their data.</param>
/// <param name="Metadata">Its texts by name.</param>
public sealed record SafetensorsContent(IReadOnlyList<StateTensor> Tensors, IReadOnlyDictionary<string, string> Metadata);
