using System.Management.Automation;
using ClrEngine.Torch.Augmentation;
using ClrModule.Binding;

namespace ClrModule.Commands;

public abstract partial class LearningCommand
{
    /// <summary>
    /// How training images are varied, anew in each epoch: Crop takes a window at a random place of the image with a margin
    /// around it, Flip exchanges left and right in half of the images. Nothing is varied where the model is evaluated.
    /// </summary>
    [Parameter]
    public AugmentationKind[] Augment { get; set; } = [];

    /// <summary>Pixels of the margin of Crop; an eighth of the image's shorter side if omitted.</summary>
    [Parameter]
    [PointDecimal(EmptyIsNone = true)]
    public int? CropPadding { get; set; }

    /// <summary>The augmentation that was asked for.</summary>
    private protected AugmentationOptions AugmentationOptions => new()
    {
        Crop = Augment.Contains(AugmentationKind.Crop),
        Flip = Augment.Contains(AugmentationKind.Flip),
        CropPadding = CropPadding,
    };
}
