using ClrEngine.Errors;

namespace ClrEngine.Torch.Native;

/// <summary>libtorch could not be made ready for use. The message says what to do.</summary>
public abstract class TorchLibraryException : Exception, IClrError
{
    private protected TorchLibraryException(string message, Exception? inner = null)
        : base(message, inner)
    {
    }

    /// <inheritdoc/>
    public abstract string ErrorId { get; }
}
