using ClrEngine.Errors;

namespace ClrEngine.Training.Checkpoints;

/// <summary>A checkpoint, or the folder of a run, cannot be used.</summary>
public sealed class CheckpointException : Exception, IClrError
{
    /// <summary>Reports a fault.</summary>
    /// <param name="fault">The cause.</param>
    /// <param name="path">The checkpoint or the folder.</param>
    /// <param name="reason">What is wrong and what to do, without the path.</param>
    /// <param name="innerException">The error beneath, if there is one.</param>
    public CheckpointException(CheckpointFault fault, string path, string reason, Exception? innerException = null)
        : base($"'{path}' {reason}", innerException)
    {
        Fault = fault;
        Path = path;
    }

    /// <summary>The cause.</summary>
    public CheckpointFault Fault { get; }

    /// <summary>The checkpoint or the folder.</summary>
    public string Path { get; }

    /// <inheritdoc/>
    public string ErrorId => "Checkpoint" + Fault;
}
