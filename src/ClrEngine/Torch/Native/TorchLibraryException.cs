namespace ClrEngine.Torch.Native;

/// <summary>libtorch could not be made ready for use. The message says what to do.</summary>
public abstract class TorchLibraryException : Exception
{
    private protected TorchLibraryException(string message, Exception? inner = null)
        : base(message, inner)
    {
    }
}
