using ClrEngine.Errors;

namespace ClrEngine.Torch.Models;

/// <summary>A model does not fit the data: it cannot take a sample's shape, or its output is not what the loss needs.</summary>
public sealed class ModelMismatchException : Exception, IClrError
{
    /// <summary>Makes the error.</summary>
    /// <param name="errorId"><c>ModelInput</c>, <c>ModelOutput</c> or <c>NothingToTrain</c>.</param>
    /// <param name="message">What does not fit, and a model or a change that would.</param>
    /// <param name="innerException">What the model threw, if it did.</param>
    public ModelMismatchException(string errorId, string message, Exception? innerException = null)
        : base(message, innerException) => ErrorId = errorId;

    /// <inheritdoc/>
    public string ErrorId { get; }
}
