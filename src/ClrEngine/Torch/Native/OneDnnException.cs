namespace ClrEngine.Torch.Native;

/// <summary>libtorch computes the model's convolutions wrongly on this machine, and what does so could not be turned off.</summary>
public sealed class OneDnnException : TorchLibraryException
{
    internal OneDnnException()
        : base("On this machine libtorch computes convolutions wrongly whose channels are not multiples of 16; give the model such channels, use -Device cuda, or set the environment variable ONEDNN_MAX_CPU_ISA to SSE41 before the process starts.")
    {
    }

    /// <inheritdoc/>
    public override string ErrorId => "ConvolutionsNotRight";
}
