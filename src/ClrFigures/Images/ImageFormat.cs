namespace ClrFigures.Images;

/// <summary>The kinds of picture that a figure can be saved as.</summary>
public enum ImageFormat
{
    /// <summary>Pixels, two for each pixel of the layout.</summary>
    Png,

    /// <summary>Vectors.</summary>
    Svg,
}
