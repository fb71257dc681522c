namespace ClrEngine.Data;

/// <summary>What an image's head says.</summary>
/// <param name="Height">The height in pixels.</param>
/// <param name="Width">The width in pixels.</param>
/// <param name="IsColour">Whether it has colours, not greys alone.</param>
internal sealed record ImageHead(int Height, int Width, bool IsColour);
