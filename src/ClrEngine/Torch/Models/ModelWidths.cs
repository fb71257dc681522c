using System.Globalization;
using ClrEngine.Errors;

namespace ClrEngine.Torch.Models;

/// <summary>Widths of layers as a model's arguments: whole numbers with commas.</summary>
internal static class ModelWidths
{
    /// <summary>The widths.</summary>
    /// <param name="model">The model's name.</param>
    /// <param name="text">The arguments.</param>
    /// <param name="example">Arguments that are right.</param>
    /// <exception cref="InvalidParameterException">The text is no such list.</exception>
    public static int[] Parse(string model, string text, string example) =>
        text.Split(',', StringSplitOptions.TrimEntries)
            .Select(width => int.TryParse(width, NumberStyles.None, CultureInfo.InvariantCulture, out int value) && value > 0
                ? value
                : throw new InvalidParameterException("Model", $"{model}:{text}", $"'{text}' is not a list of layer widths; write whole numbers with commas, such as {model}:{example}.", "InvalidModelArguments"))
            .ToArray();
}
