using ClrEngine.Errors;

namespace ClrEngine.Training.Histories;

/// <summary>A file of a training history cannot be used.</summary>
public sealed class TrainingHistoryException : Exception, IClrError
{
    /// <summary>Reports a fault.</summary>
    /// <param name="fault">The cause.</param>
    /// <param name="message">What is wrong and what to do.</param>
    /// <param name="innerException">The error beneath, if there is one.</param>
    public TrainingHistoryException(TrainingHistoryFault fault, string message, Exception? innerException = null)
        : base(message, innerException) => Fault = fault;

    /// <summary>The cause.</summary>
    public TrainingHistoryFault Fault { get; }

    /// <inheritdoc/>
    public string ErrorId => "TrainingHistory" + Fault;
}
