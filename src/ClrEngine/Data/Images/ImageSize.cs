using ClrEngine.Errors;

namespace ClrEngine.Data;

/// <summary>The height and width that images are brought to, in pixels.</summary>
public sealed record ImageSize
{
    private const int Largest = 16_384;

    /// <summary>Names a size.</summary>
    /// <param name="height">The height, from 1 to 16,384.</param>
    /// <param name="width">The width, from 1 to 16,384.</param>
    /// <exception cref="InvalidParameterException">A side is outside that range.</exception>
    public ImageSize(int height, int width)
    {
        Height = Side(height);
        Width = Side(width);
    }

    /// <summary>The height in pixels.</summary>
    public int Height { get; }

    /// <summary>The width in pixels.</summary>
    public int Width { get; }

    /// <summary>Height × width.</summary>
    public override string ToString() => $"{Height}×{Width}";

    private static int Side(int side) => side is >= 1 and <= Largest
        ? side
        : throw new InvalidParameterException(nameof(ImageSize), side, $"ImageSize is {side}; give a height and a width, or one number for both, from 1 to {Largest} pixels.");
}
