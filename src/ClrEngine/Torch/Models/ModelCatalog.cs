using ClrEngine.Errors;

namespace ClrEngine.Torch.Models;

/// <summary>Models by name.</summary>
public static class ModelCatalog
{
    /// <summary>The names, each with a line on what it is.</summary>
    public static IReadOnlyDictionary<string, string> Known { get; } = new SortedDictionary<string, string>(StringComparer.OrdinalIgnoreCase)
    {
        ["mlp"] = "Fully connected layers with ReLU; mlp:256,128 sets the hidden widths.",
    };

    /// <summary>Finds a model.</summary>
    /// <param name="text">A name, with arguments after a colon: <c>mlp</c>, <c>mlp:256,128</c>.</param>
    /// <exception cref="InvalidParameterException">No such model, or its arguments cannot be used.</exception>
    public static ModelSpec Find(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        string[] parts = text.Split(':', 2, StringSplitOptions.TrimEntries);
        return parts[0].ToLowerInvariant() switch
        {
            "mlp" => Mlp.Spec(parts.Length == 2 ? parts[1] : "256,128"),
            _ => throw new InvalidParameterException("Model", text, $"There is no model '{parts[0]}'; give one of {string.Join(", ", Known.Keys)}, or a TorchSharp module.", "ModelNotFound"),
        };
    }
}
