using ClrEngine.Errors;

namespace ClrEngine.Torch.Trained;

/// <summary>A trained model cannot be used.</summary>
public sealed class TrainedModelException : Exception, IClrError
{
    /// <summary>Reports a fault.</summary>
    /// <param name="fault">The cause.</param>
    /// <param name="message">What is wrong and what to do.</param>
    /// <param name="innerException">The error beneath, if there is one.</param>
    public TrainedModelException(TrainedModelFault fault, string message, Exception? innerException = null)
        : base(message, innerException) => Fault = fault;

    /// <summary>The cause.</summary>
    public TrainedModelFault Fault { get; }

    /// <inheritdoc/>
    public string ErrorId => "TrainedModel" + Fault;
}
