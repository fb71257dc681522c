namespace ClrEngine.Torch.Augmentation;

/// <summary>A way to vary training images.</summary>
public enum AugmentationKind
{
    /// <summary>A window of the image's size at a random place of the image with a margin around it.</summary>
    Crop,

    /// <summary>Left and right change places in half of the images.</summary>
    Flip,
}
