using ClrEngine.Errors;

namespace ClrEngine.Torch.Augmentation;

/// <summary>How training images are varied: anew in each epoch, and never where a model is evaluated.</summary>
public sealed record AugmentationOptions
{
    // He et al. 2015 pad CIFAR's 32 pixels by 4.
    private const int SideOfAMargin = 8;

    /// <summary>Whether a window at a random place is taken.</summary>
    public bool Crop { get; init; }

    /// <summary>Whether left and right change places in half of the images.</summary>
    public bool Flip { get; init; }

    /// <summary>Pixels of the margin that a crop may reach into; null for an eighth of the image's shorter side. The margin is 0, which is the mean of standardised images.</summary>
    public int? CropPadding { get; init; }

    /// <summary>Whether anything is varied.</summary>
    internal bool IsNone => !Crop && !Flip;

    /// <summary>Refuses options that cannot be used.</summary>
    /// <exception cref="InvalidParameterException">The margin is less than 1, or is given without a crop.</exception>
    public void Validate()
    {
        if (CropPadding is not { } padding)
            return;
        Require.AtLeast(padding, 1, nameof(CropPadding));
        if (!Crop)
            throw new InvalidParameterException(nameof(CropPadding), padding, "CropPadding is the margin of a crop; give -Augment Crop too.");
    }

    /// <summary>The margin for images of a size, 0 where nothing is cropped.</summary>
    internal int PaddingFor(long height, long width) =>
        Crop ? CropPadding ?? (int)Math.Max(1, Math.Min(height, width) / SideOfAMargin) : 0;
}
