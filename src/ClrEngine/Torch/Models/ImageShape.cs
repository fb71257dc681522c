namespace ClrEngine.Torch.Models;

/// <summary>The shape of an image sample.</summary>
internal readonly record struct ImageShape(long Channels, long Height, long Width)
{
    /// <summary>The shape of a sample as an image that a model can take.</summary>
    /// <param name="model">The model that asks.</param>
    /// <param name="shape">The shape of one sample.</param>
    /// <param name="smallest">The smallest height and width that the model takes.</param>
    /// <exception cref="ModelMismatchException">The sample is no image, or too small; the message names a model that fits.</exception>
    public static ImageShape For(string model, IReadOnlyList<long> shape, int smallest)
    {
        if (shape.Count != 3)
            throw Mismatch("takes images ([channels, height, width])", "mlp");
        var image = new ImageShape(shape[0], shape[1], shape[2]);
        if (Math.Min(image.Height, image.Width) < smallest)
            throw Mismatch($"takes images of {smallest}×{smallest} pixels or more", "cnn");
        return image;

        ModelMismatchException Mismatch(string takes, string fitting) => new(
            "ModelInput",
            $"Model '{model}' {takes}, but a sample of this data has the shape [{string.Join(", ", shape)}]. Use -Model {fitting}, which takes it.");
    }
}
