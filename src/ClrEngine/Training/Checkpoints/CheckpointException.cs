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

/// <summary>Why a checkpoint, or the folder of a run, cannot be used: one word a cause.</summary>
public enum CheckpointFault
{
    /// <summary>A file that belongs to the checkpoint is not there.</summary>
    Missing,

    /// <summary>A file's contents are not those that were written: cut short, changed, or of another checkpoint.</summary>
    Checksum,

    /// <summary>A file is not what this program writes.</summary>
    Format,

    /// <summary>An earlier or later version of this program wrote it.</summary>
    Version,

    /// <summary>It is of another model, data set, schedule or setting.</summary>
    OtherRun,

    /// <summary>There are checkpoints, but none that is good.</summary>
    NoneGood,

    /// <summary>Another run that still lives owns the folder.</summary>
    FolderInUse,

    /// <summary>The folder holds another run's checkpoints.</summary>
    FolderNotEmpty,

    /// <summary>The run has gone further than was asked for.</summary>
    TooFar,

    /// <summary>There is too little free space to write one.</summary>
    NoSpace,

    /// <summary>It could not be written.</summary>
    NotWritten,
}
