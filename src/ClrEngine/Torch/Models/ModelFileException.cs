using ClrEngine.Errors;

namespace ClrEngine.Torch.Models;

/// <summary>A model file is missing or is no TorchScript.</summary>
public sealed class ModelFileException : Exception, IClrError
{
    /// <summary>Makes the error.</summary>
    /// <param name="errorId"><c>ModelFileNotFound</c> or <c>NotTorchScript</c>.</param>
    /// <param name="path">The file.</param>
    /// <param name="message">What is wrong with it, and what to do.</param>
    /// <param name="innerException">What the reader threw, if it did.</param>
    public ModelFileException(string errorId, string path, string message, Exception? innerException = null)
        : base(message, innerException)
    {
        ErrorId = errorId;
        Path = path;
    }

    /// <inheritdoc/>
    public string ErrorId { get; }

    /// <summary>The file.</summary>
    public string Path { get; }
}
